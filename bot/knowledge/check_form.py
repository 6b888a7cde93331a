"""Checks on the form of the content: sentences, readability, questions, links and placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.knowledge.findings import PLACEHOLDERS, Finding, Material, texts_of
from bot.knowledge.readability import flesch, flesch_douma
from bot.knowledge.text import fold, sentences, words


def check_sentences(material: Material) -> Iterator[Finding]:
    """No sentence is longer than the bound; above the hard bound an exception does not help."""
    limits = material.limits
    for topic in material.content.topics.values():
        for name, _language, text in texts_of(topic):
            for sentence in sentences(text):
                length = len(words(sentence))
                if length > limits.sentence_words:
                    hard = length > limits.sentence_words_max
                    message = f"{name} has a sentence of {length} words (at most {limits.sentence_words}): {sentence}"
                    about = (name, str(length), str(limits.sentence_words), sentence)
                    yield Finding("too_long_sentence" if hard else "long_sentence", topic.id, message, about=about)


def check_readability(material: Material) -> Iterator[Finding]:
    """The answer is easy enough by Flesch-Douma or Flesch. The short form is too short a text for the formulas."""
    lowest = material.limits.reading_ease
    for topic in material.content.topics.values():
        for language, formula in (("nl", flesch_douma), ("en", flesch)):
            score = formula(topic.answer.get(language, ""))
            if score is not None and score < lowest:
                text = f"the {language} answer's reading ease is {score:.1f} (at least {lowest:.0f})"
                about = (f"answer ({language})", f"{score:.0f}", f"{lowest:.0f}")
                yield Finding("readability", topic.id, f"{text}: use shorter sentences and words.", about=about)


def check_questions(material: Material) -> Iterator[Finding]:
    """No question stands under two topics, or twice under one. The topic's own title counts as one of its questions."""
    seen: dict[str, str] = {}
    for topic in material.content.topics.values():
        own: set[str] = set()
        titles = {fold(title) for title in topic.question.values()}
        for question in (*topic.question.values(), *(text for texts in topic.questions.values() for text in texts)):
            form = fold(question)
            if not form:
                text = f"'{question}' holds no words: remove it."
                yield Finding("duplicate_question", topic.id, text, case="no_words", about=(question,))
            elif form in own and form not in titles:
                text = f"'{question}' stands here twice: remove one."
                yield Finding("duplicate_question", topic.id, text, case="twice", about=(question,))
            elif form not in own and form in seen:
                text = f"'{question}' is also a question of {seen[form]}: keep it at one of the two."
                about = (question, seen[form])
                yield Finding("duplicate_question", topic.id, text, case="elsewhere", about=about)
            own.add(form)
        for form in own:
            seen.setdefault(form, topic.id)


_MARKDOWN_LINK = re.compile(r"\[([^\]\n]*)\]\s?\(([^)\n]*)\)")
_ADDRESS = re.compile(
    r"https?://[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?([/?#][^\s<>\"']*)?|mailto:[^\s@]+@[^\s@]+\.\w+|tel:\+?\d+",
    re.IGNORECASE,
)


def check_links(material: Material) -> Iterator[Finding]:
    """Links in answers and sources are whole: a text, and an address that can be followed."""
    for topic in material.content.topics.values():
        for name, _language, text in texts_of(topic):
            for match in _MARKDOWN_LINK.finditer(text):
                whole = " " not in match.group().split("]", 1)[1]
                if not (match.group(1).strip() and whole and _ADDRESS.fullmatch(match.group(2))):
                    message = f"{name} has a broken link {match.group()}: write [text](https://address)."
                    yield Finding("link", topic.id, message, case="broken", about=(name, match.group()))
            rest = _MARKDOWN_LINK.sub(" ", text)
            if "](" in rest or re.search(r"\bhttps?:(?!//[\w-]+\.\w)", rest):
                message = f"{name} has an unfinished link: write [text](https://address)."
                yield Finding("link", topic.id, message, case="unfinished", about=(name,))
    for source in material.content.sources.values():
        if source.url is not None and not _ADDRESS.fullmatch(source.url):
            text = f"address '{source.url}' cannot be followed: write https://address."
            yield Finding("link", source.id, text, case="address", about=(source.url,))


def check_placeholders(material: Material) -> Iterator[Finding]:
    """Only known placeholders are used, and no brace is left over."""
    for topic in material.content.topics.values():
        for name, _language, text in texts_of(topic):
            for braces in re.findall(r"\{[^{}]*\}|[{}]", text):
                if braces[1:-1] not in PLACEHOLDERS:
                    known = ", ".join(f"{{{placeholder}}}" for placeholder in sorted(PLACEHOLDERS))
                    message = f"{name} holds '{braces}': use {known} or remove the braces."
                    yield Finding("placeholder", topic.id, message, about=(name, braces, known))
