"""The fixed texts: what the domain has, which of them are about safety, and checks on other words for any of them.

A safety text may be said in other words, but it keeps every number it names and names no other. What the pre-screen
asks keeps what it asks: its numbers, medicines and forms of MS (`trial_texts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot import languages
from bot.knowledge.findings import Finding, Limits
from bot.knowledge.numbers import unsupported
from bot.knowledge.readability import flesch, flesch_douma
from bot.knowledge.schema import Passage, Text
from bot.knowledge.text import fold, sentences, strip_markup, words

# Said to people who may be in danger, or who ask what only a doctor may tell.
SAFETY = frozenset({"utter_crisis", "utter_urgent_symptoms", "utter_medical_advice", "utter_prescreen_after_alarm"})
# On every page of the site: whom to call in danger.
SAFETY_OF_SITE = ("site.site.urgent", "site.site.suicide")
# What the program fills in, and where a link leads.
_PLACEHOLDER = re.compile(r"\{\w+\}|\[recruitment\]|(?<=\])\(\w+\)")
# Telephone numbers, short ones too, and the site on which one can chat.
_NUMBER = re.compile(r"(?<![\w.])(?:113\.nl|\+?\d[\d -]{5,}\d|\d{3,4})(?!\w)")
# How the names of the texts of a trial begin: they say who may take part, so they too need two people.
OF_TRIAL = "trial."
# And those of the words of the patient site.
OF_SITE = "site."


@dataclass(frozen=True)
class Held:
    """What other words for a text of the trial or the site are held to.

    Attributes:
        part: which text of the trial it is: `name`, `question`, `help`, `option` and so on; empty for the site.
        about: what it belongs to, for a list: the name of the criterion in Dutch, the section of the site's texts.
        passages: ids of the passages in which its numbers may stand as well.
        terms: medicines, forms of MS, a "yes" or "no" that it names; they stay.
        known_terms: all such names: those it does not have may not come in.
        others: labels of the other options, from which it must differ.
        words_max: how many words it may have.
    """

    part: str
    about: str
    passages: tuple[str, ...]
    terms: frozenset[str]
    known_terms: frozenset[str]
    others: tuple[str, ...]
    words_max: int


@dataclass(frozen=True)
class FixedText:
    """A text as it comes with the program.

    Attributes:
        id: name of the response, or of the place in the trial file or among the words of the site.
        variations: its words, one for each variation.
        safety: whether its telephone numbers must hold.
        language: code of its language.
        held: what a text of the trial or the site is held to; None for those of the domain.
    """

    id: str
    variations: tuple[str, ...]
    safety: bool
    language: str
    held: Held | None = None


def load(domain: Path) -> Mapping[str, FixedText]:
    """The fixed texts in a domain folder, by name, in the order of the files. Labels of choices are among them."""
    found: dict[str, FixedText] = {}
    for path in sorted(domain.rglob("*.yml")):
        responses = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("responses") or {}
        for name, variations in responses.items():
            texts = tuple(str(one["text"]).strip() for one in variations if one.get("text"))
            if texts and len(texts) == len(variations):
                language = language_of(name)
                found[name] = FixedText(name, texts, is_safety(name), language)
    return found


def language_of(name: str) -> str:
    """The language of the text of this name: `utter_x` is in the first language, `utter_x_en` in English."""
    ending = name.rpartition("_")[2]
    return ending if ending in languages.codes()[1:] else languages.first()


def named(name: str, language: str) -> str:
    """The name of a text in a language, by its name in the first one; `language_of` reads it back."""
    return name if language == languages.first() else f"{name}_{language}"


def is_safety(name: str) -> bool:
    """Whether a text of this name is about safety, in any language."""
    return name.removesuffix(f"_{language_of(name)}") in SAFETY or name.startswith(SAFETY_OF_SITE)


def needs_two(name: str) -> bool:
    """Whether other words for the text of this name always need a second person: on safety, or on taking part."""
    return is_safety(name) or name.startswith(OF_TRIAL)


def fits(text: Text, variations: Sequence[str]) -> bool:
    """Whether words can stand in for these: as many, the same placeholders. Those of an earlier version may not."""
    pairs = zip(text.variations, variations, strict=False)
    return len(text.variations) == len(variations) and all(
        set(_PLACEHOLDER.findall(new)) == set(_PLACEHOLDER.findall(old)) for new, old in pairs
    )


def check(
    text: Text, known: Mapping[str, FixedText], limits: Limits, passages: Mapping[str, Passage] | None = None
) -> Iterator[Finding]:
    """What is wrong with other words for a fixed text.

    Args:
        text: the words.
        known: the texts as they come with the program.
        limits: bounds.
        passages: those of the content, in which numbers of a trial's texts may stand.
    """
    default = known.get(text.id)
    if default is None:
        told = "is not a text of the assistant: use a name from bot/domain/ or the trial file."
        yield Finding("text", text.id, told, case="unknown", about=(text.id,))
        return
    if len(text.variations) != len(default.variations):
        told = f"has {len(text.variations)} variations: write {len(default.variations)}."
        about = (str(len(text.variations)), str(len(default.variations)))
        yield Finding("text", text.id, told, case="number", about=about)
        return
    for new, old in zip(text.variations, default.variations, strict=True):
        yield from _words_of(text.id, new, old, default, limits)
        if default.held is not None and new.strip():
            yield from _as_held(text.id, new, old, default, default.held, limits, passages or {})


def _words_of(name: str, new: str, old: str, default: FixedText, limits: Limits) -> Iterator[Finding]:
    if not new.strip():
        yield Finding("incomplete", name, "has an empty variation: write it.", case="variation")
    for lost in sorted(set(_PLACEHOLDER.findall(old)) - set(_PLACEHOLDER.findall(new))):
        told = f"lost '{lost}', which is filled in when it is said: put it back."
        yield Finding("placeholder", name, told, case="lost", about=(lost,))
    for strange in sorted(set(_PLACEHOLDER.findall(new)) - set(_PLACEHOLDER.findall(old))):
        told = f"holds '{strange}', which nothing fills in: remove it."
        yield Finding("placeholder", name, told, case="strange", about=(strange,))
    for brace in re.findall(r"[{}]", _PLACEHOLDER.sub("", new)):
        told = f"holds a loose '{brace}': remove it."
        yield Finding("placeholder", name, told, case="strange", about=(brace,))
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


def terms_in(text: str, known: frozenset[str]) -> frozenset[str]:
    """Which of the known names stand in a text as whole words, whatever their capitals."""
    said = f" {fold(text)} "
    return frozenset(term for term in known if f" {fold(term)} " in said)


def _as_held(
    name: str,
    new: str,
    old: str,
    default: FixedText,
    held: Held,
    limits: Limits,
    passages: Mapping[str, Passage],
) -> Iterator[Finding]:
    """What other words for a text of a trial would change of what is asked, or make hard to read."""
    evidence = (old, *(passages[one].text for one in held.passages if one in passages))
    for figure in dict.fromkeys(one.text for one in unsupported(strip_markup(new), evidence)):
        told = f"says '{figure}', which it did not, and no passage of it says: remove it."
        yield Finding("kept_number", name, told, case="strange", about=(figure,))
    for figure in dict.fromkeys(one.text for one in unsupported(strip_markup(old), (new,))):
        told = f"lost '{figure}': what is said stays as it is, only its wording may change."
        yield Finding("kept_number", name, told, case="lost", about=(figure,))
    has = terms_in(new, held.known_terms)
    for term in sorted(held.terms - has):
        told = f"lost '{term}': the criterion stays as it is, only its wording may change."
        yield Finding("kept_term", name, told, case="lost", about=(term,))
    for term in sorted(has - held.terms - terms_in(old, held.known_terms)):
        told = f"names '{term}', which it did not: the criterion stays as it is."
        yield Finding("kept_term", name, told, case="strange", about=(term,))
    if fold(new) in {fold(other) for other in held.others}:
        yield Finding("same_option", name, f"'{new}' is another answer to the same question.", about=(new,))
    length = len(words(strip_markup(new)))
    if length > held.words_max:
        told = f"has {length} words: shorten it to {held.words_max}."
        yield Finding("text_length", name, told, about=(str(length), str(held.words_max)))
    for sentence in sentences(new):
        length = len(words(sentence))
        if limits.sentence_words < length <= limits.sentence_words_max:
            told = f"has a sentence of {length} words (at most {limits.sentence_words}): {sentence}"
            about = (str(length), str(limits.sentence_words), sentence)
            yield Finding("long_sentence", name, told, "warning", case="text", about=about)
    ease = flesch if default.language == "en" else flesch_douma
    score, before = ease(new), ease(old)
    # Names of medicines weigh heavily in so short a text: it need not become easier than it is.
    if score is not None and score < min(limits.reading_ease, before if before is not None else limits.reading_ease):
        told = f"its reading ease is {score:.1f} (at least {limits.reading_ease:.0f}): use shorter words."
        points = (f"{score:.0f}", f"{limits.reading_ease:.0f}")
        yield Finding("readability", name, told, "warning", case="text", about=points)
