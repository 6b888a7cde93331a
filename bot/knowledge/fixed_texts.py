"""The fixed texts of the assistant: what the domain has, which of them are about safety, and checks on other words.

A safety text may be said in other words, but it keeps every number it names and names no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.knowledge.findings import Finding, Limits
from bot.knowledge.schema import Text
from bot.knowledge.text import sentences, words

# Said to people who may be in danger, or who ask what only a doctor may tell.
SAFETY = frozenset({"utter_crisis", "utter_urgent_symptoms", "utter_medical_advice", "utter_prescreen_after_alarm"})
_PLACEHOLDER = re.compile(r"\{\w+\}|\[recruitment\]")
# Telephone numbers, short ones too, and the site on which one can chat.
_NUMBER = re.compile(r"(?<![\w.])(?:113\.nl|\+?\d[\d -]{5,}\d|\d{3,4})(?!\w)")
_LANGUAGE = re.compile(r"_en$")


@dataclass(frozen=True)
class FixedText:
    """A text as the domain has it.

    Attributes:
        id: name of the response.
        variations: its words, one for each variation.
        safety: whether two people and its numbers must hold.
        language: `nl` or `en`.
    """

    id: str
    variations: tuple[str, ...]
    safety: bool
    language: str


def load(domain: Path) -> Mapping[str, FixedText]:
    """The fixed texts in a domain folder, by name, in the order of the files. Labels of choices are among them."""
    found: dict[str, FixedText] = {}
    for path in sorted(domain.rglob("*.yml")):
        responses = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("responses") or {}
        for name, variations in responses.items():
            texts = tuple(str(one["text"]).strip() for one in variations if one.get("text"))
            if texts and len(texts) == len(variations):
                language = "en" if _LANGUAGE.search(name) else "nl"
                found[name] = FixedText(name, texts, is_safety(name), language)
    return found


def is_safety(name: str) -> bool:
    """Whether a text of this name is about safety, in any language."""
    return _LANGUAGE.sub("", name) in SAFETY


def check(text: Text, known: Mapping[str, FixedText], limits: Limits) -> Iterator[Finding]:
    """What is wrong with other words for a fixed text."""
    default = known.get(text.id)
    if default is None:
        yield Finding("text", text.id, "is not a text of the assistant: use a name from bot/domain/.")
        return
    if len(text.variations) != len(default.variations):
        yield Finding("text", text.id, f"has {len(text.variations)} variations: write {len(default.variations)}.")
        return
    for new, old in zip(text.variations, default.variations, strict=True):
        yield from _words_of(text.id, new, old, default, limits)


def _words_of(name: str, new: str, old: str, default: FixedText, limits: Limits) -> Iterator[Finding]:
    if not new.strip():
        yield Finding("incomplete", name, "has an empty variation: write it.", case="variation")
    for lost in sorted(set(_PLACEHOLDER.findall(old)) - set(_PLACEHOLDER.findall(new))):
        told = f"lost '{lost}', which is filled in when it is said: put it back."
        yield Finding("placeholder", name, told, case="lost", about=(lost,))
    for strange in sorted(set(_PLACEHOLDER.findall(new)) - set(_PLACEHOLDER.findall(old))):
        told = f"holds '{strange}', which nothing fills in: remove it."
        yield Finding("placeholder", name, told, case="strange", about=(strange,))
    if default.safety:
        had, has = set(_NUMBER.findall(old)), set(_NUMBER.findall(new))
        for lost in sorted(had - has):
            told = f"lost '{lost}': a safety text keeps every number it names."
            yield Finding("safety_number", name, told, case="lost", about=(lost,))
        for strange in sorted(has - had):
            told = f"names '{strange}', which it did not: only known numbers may be told."
            yield Finding("safety_number", name, told, case="strange", about=(strange,))
    for sentence in sentences(new):
        length = len(words(sentence))
        if length > limits.sentence_words_max:
            message = f"has a sentence of {length} words (at most {limits.sentence_words_max}): {sentence}"
            about = (str(length), str(limits.sentence_words_max), sentence)
            yield Finding("too_long_sentence", name, message, case="text", about=about)
