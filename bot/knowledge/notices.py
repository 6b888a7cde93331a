"""What is said of a topic that is off the air or gone, in the language of who asks for it.

Editors write a holding text in Dutch, in a hurry perhaps, and need not write it in every language. Where it is missing
a general sentence, one of the fixed texts, tells the same in the reader's own language.
"""

from __future__ import annotations

from bot import languages
from bot.knowledge import fixed_texts, wording
from bot.knowledge.schema import Content, Notice

GENERAL = "utter_off_air"


def words(content: Content, notice: Notice, language: str) -> tuple[str, str]:
    """The text that stands in for an answer, and the language it is in.

    Args:
        content: the published content, with other words for the general sentence when there are any.
        notice: of the topic.
        language: of the reader; the best one that stands in for it where there is no text in it at all.
    """
    for code in languages.in_turn(language):
        text = notice.text.get(code) or general(content, code)
        if text:
            return text, code
    return notice.text[languages.first()], languages.first()


def general(content: Content, language: str) -> str:
    """The general sentence in a language; empty where it has none."""
    name = fixed_texts.named(GENERAL, language)
    published = content.texts.get(name)
    if published:
        return published.variations[0]
    known = wording.known().get(name)
    return known.variations[0] if known else ""
