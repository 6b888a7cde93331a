"""Checks on the content: pure functions that say what is wrong with which topic, and what to do about it.

They run in the tests, by `stamcelwijzer faq check`, and before publishing. A topic may be excepted from the checks
on form in EXCEPTABLE, in its file, with a reason; from what is said about facts there are no exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bot.knowledge.files import MapEntry
from bot.knowledge.numbers import unsupported
from bot.knowledge.readability import flesch_douma
from bot.knowledge.schema import Content, Topic
from bot.knowledge.text import fold, sentences, squeeze, strip_markup, without_page_numbers, words

Severity = Literal["error", "warning"]

EXCEPTABLE = frozenset({"long_sentence", "readability"})
# The checks on what other code relies on; content that fails these is not loaded into the database.
REFERENCES = frozenset({"incomplete", "follow_ups", "passages", "content_map"})
PLACEHOLDERS = frozenset({"recruitment"})
# Topics on the assistant itself rest on no publication.
WITHOUT_PASSAGES = frozenset({"about"})


@dataclass(frozen=True)
class Finding:
    """One thing a check found. `topic` is a topic, passage or source id, or None for the content as a whole."""

    check: str
    topic: str | None
    message: str
    severity: Severity = "error"


@dataclass(frozen=True)
class Limits:
    """Bounds of the checks.

    Attributes:
        sentence_words: longest sentence without an exception.
        sentence_words_max: longest sentence, also with an exception.
        reading_ease: lowest Flesch-Douma score; B1 texts with medical words come out at 55 and up.
        short_words: longest short form.
        minimum_questions: fewest questions per topic.
        languages: languages in which every topic must be complete.
        today: the day on which overdue reviews are reported; None leaves them out.
    """

    sentence_words: int = 20
    sentence_words_max: int = 25
    reading_ease: float = 55.0
    short_words: int = 40
    minimum_questions: int = 15
    languages: tuple[str, ...] = ("nl",)
    today: date | None = None


@dataclass(frozen=True)
class Material:
    """What is checked, with what it is checked against.

    Attributes:
        content: all content.
        documents: full texts of the sources by file name.
        topics: the content map.
        limits: bounds.
    """

    content: Content
    documents: Mapping[str, str]
    topics: Mapping[str, MapEntry]
    limits: Limits = field(default_factory=Limits)


def check(material: Material) -> list[Finding]:
    """Everything the checks find, errors and warnings, in the order of the content."""
    found = [finding for run in CHECKS for finding in run(material)]
    exceptions = {topic.id: topic.exceptions for topic in material.content.topics.values()}
    kept = [f for f in found if not (f.check in EXCEPTABLE and f.check in exceptions.get(f.topic or "", {}))]
    used = {(f.topic, f.check) for f in found}
    order = {topic: place for place, topic in enumerate(material.content.topics)}
    kept.extend(_exceptions(material.content, used))
    return sorted(kept, key=lambda finding: order.get(finding.topic or "", -1))


def _exceptions(content: Content, used: set[tuple[str | None, str]]) -> Iterator[Finding]:
    for topic in content.topics.values():
        for name in topic.exceptions:
            if name not in EXCEPTABLE:
                known = ", ".join(sorted(EXCEPTABLE))
                yield Finding("exception", topic.id, f"'{name}' cannot be excepted: remove it (possible: {known}).")
            elif (topic.id, name) not in used:
                text = f"the exception '{name}' is not needed (any more): remove it."
                yield Finding("exception", topic.id, text, "warning")


def _texts(topic: Topic) -> Iterator[tuple[str, str, str]]:
    """What is said to people: name of the text, language, text."""
    for name, texts in (("answer", topic.answer), ("short", topic.short)):
        for language, text in texts.items():
            yield f"{name} ({language})", language, text


def check_map(material: Material) -> Iterator[Finding]:
    """The topics are those of the content map, each in its subject, and none is missing."""
    for topic in material.content.topics.values():
        entry = material.topics.get(topic.id)
        if entry is None:
            yield Finding("content_map", topic.id, "is not in data/content-map.yml: use an id from there.")
        elif entry.subject != topic.subject:
            yield Finding("content_map", topic.id, f"belongs in {entry.subject}.yml: move it there.")
    for entry in material.topics.values():
        if entry.id not in material.content.topics:
            text = f"is in the content map but has no answer: write it in data/faq/{entry.subject}.yml."
            yield Finding("missing_topic", entry.id, text)


def check_completeness(material: Material) -> Iterator[Finding]:
    """Every topic has its texts, questions, passages and dates."""
    limits = material.limits
    for topic in material.content.topics.values():
        for language in limits.languages:
            for name, texts in (("question", topic.question), ("answer", topic.answer), ("short", topic.short)):
                if not texts.get(language, "").strip():
                    yield Finding("incomplete", topic.id, f"has no {name} in '{language}': write it.")
            count = len(topic.questions.get(language, ()))
            if count < limits.minimum_questions:
                text = f"has {count} questions in '{language}': write at least {limits.minimum_questions}."
                yield Finding("questions", topic.id, text)
        for name, language, text in _texts(topic):
            length = len(words(strip_markup(text)))
            if name.startswith("short") and length > limits.short_words:
                message = f"{name} has {length} words: shorten it to {limits.short_words}."
                yield Finding("short_length", topic.id, message)
        if not topic.passages and topic.subject not in WITHOUT_PASSAGES:
            yield Finding("incomplete", topic.id, "cites no passage: name the passages the answer rests on.")
        if topic.review_by <= topic.as_of:
            yield Finding("review_date", topic.id, "review_by is not after as_of: give a later date.")
        elif limits.today and topic.review_by < limits.today:
            text = f"was to be reviewed by {topic.review_by}: look at it again and set a new date."
            yield Finding("review_date", topic.id, text, "warning")


def check_references(material: Material) -> Iterator[Finding]:
    """Follow-ups, passages, sources and documents that are named exist."""
    content = material.content
    for topic in content.topics.values():
        if not 2 <= len(topic.follow_ups) <= 3 or len(set(topic.follow_ups)) < len(topic.follow_ups):
            yield Finding("follow_ups", topic.id, "needs two or three different follow_ups.")
        for other in topic.follow_ups:
            if other == topic.id:
                yield Finding("follow_ups", topic.id, "names itself as a follow-up: choose another topic.")
            elif other not in content.topics and other in material.topics:
                text = f"follow-up '{other}' is in the content map but not written yet."
                yield Finding("follow_ups", topic.id, text, "warning")
            elif other not in content.topics:
                yield Finding("follow_ups", topic.id, f"follow-up '{other}' does not exist: use a topic id.")
        for passage in topic.passages:
            if passage not in content.passages:
                text = f"passage '{passage}' does not exist: define it under 'passages:' in data/sources/."
                yield Finding("passages", topic.id, text)
    cited = {passage for topic in content.topics.values() for passage in topic.passages}
    for passage in content.passages.values():
        if passage.source not in content.sources:
            yield Finding("passages", passage.id, f"source '{passage.source}' does not exist: define it.")
        if passage.id not in cited:
            yield Finding("passages", passage.id, "is cited by no topic: cite or remove it.", "warning")
    for source in content.sources.values():
        if source.document not in material.documents:
            text = f"document '{source.document}' is not in data/sources/documents/: add it or correct the name."
            yield Finding("passages", source.id, text)


def check_passages(material: Material) -> Iterator[Finding]:
    """Every passage stands literally in its document; white space, bullets, line ends and page numbers aside."""
    forms = {
        name: (squeeze(text), squeeze(without_page_numbers(text))) for name, text in material.documents.items()
    }
    for passage in material.content.passages.values():
        source = material.content.sources.get(passage.source)
        if source is None or source.document not in forms:
            continue
        wanted = squeeze(passage.text)
        if not any(wanted in form for form in forms[source.document]):
            start = _longest_start(passage.text, forms[source.document])
            text = f"does not stand literally in {source.document}: it goes wrong after \"...{start[-60:]}\". Copy it."
            yield Finding("passage_text", passage.id, text)


def _longest_start(text: str, forms: tuple[str, ...]) -> str:
    """The longest beginning of a passage that can be found, cut at a word."""
    pieces = text.split()
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        wanted = squeeze(" ".join(pieces[:middle]))
        if any(wanted in form for form in forms):
            low = middle
        else:
            high = middle - 1
    return " ".join(pieces[:low])


def check_figures(material: Material) -> Iterator[Finding]:
    """Every number, dose, percentage, duration and date that is said stands in a cited passage.

    The date and title of a cited source count too: "in november 2019 zei het ziekenhuis".
    """
    content = material.content
    for topic in content.topics.values():
        passages = [content.passages[name] for name in topic.passages if name in content.passages]
        if not passages and topic.subject in WITHOUT_PASSAGES:
            continue
        cited = {passage.source for passage in passages}
        sources = [content.sources[name] for name in sorted(cited) if name in content.sources]
        evidence = [passage.text for passage in passages]
        evidence += [text for source in sources for text in (source.title, source.date or "")]
        for name, _language, text in _texts(topic):
            for figure in dict.fromkeys(unsupported(strip_markup(text), evidence)):
                message = (
                    f"{name} says '{figure.text}', which stands in none of its passages: "
                    "correct it, or cite the passage that says so."
                )
                yield Finding("figures", topic.id, message)


def check_sentences(material: Material) -> Iterator[Finding]:
    """No sentence is longer than the bound; above the hard bound an exception does not help."""
    limits = material.limits
    for topic in material.content.topics.values():
        for name, _language, text in _texts(topic):
            for sentence in sentences(text):
                length = len(words(sentence))
                if length > limits.sentence_words:
                    hard = length > limits.sentence_words_max
                    message = f"{name} has a sentence of {length} words (at most {limits.sentence_words}): {sentence}"
                    yield Finding("too_long_sentence" if hard else "long_sentence", topic.id, message)


def check_readability(material: Material) -> Iterator[Finding]:
    """The Dutch answer is easy enough by Flesch-Douma. The short form is too short a text for the formula."""
    lowest = material.limits.reading_ease
    for topic in material.content.topics.values():
        score = flesch_douma(topic.answer.get("nl", ""))
        if score is not None and score < lowest:
            text = f"the answer's reading ease is {score:.0f} (at least {lowest:.0f}): use shorter sentences and words."
            yield Finding("readability", topic.id, text)


def check_questions(material: Material) -> Iterator[Finding]:
    """No question stands under two topics, or twice under one. The topic's own title counts as one of its questions."""
    seen: dict[str, str] = {}
    for topic in material.content.topics.values():
        own: set[str] = set()
        titles = {fold(title) for title in topic.question.values()}
        for question in (*topic.question.values(), *(text for texts in topic.questions.values() for text in texts)):
            form = fold(question)
            if not form:
                yield Finding("duplicate_question", topic.id, f"'{question}' holds no words: remove it.")
            elif form in own and form not in titles:
                yield Finding("duplicate_question", topic.id, f"'{question}' stands here twice: remove one.")
            elif form not in own and form in seen:
                text = f"'{question}' is also a question of {seen[form]}: keep it at one of the two."
                yield Finding("duplicate_question", topic.id, text)
            own.add(form)
        for form in own:
            seen.setdefault(form, topic.id)


_MARKDOWN_LINK = re.compile(r"\[([^\]\n]*)\]\s?\(([^)\n]*)\)")
_ADDRESS = re.compile(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(/[^\s<>\"']*)?|mailto:[^\s@]+@[^\s@]+\.\w+|tel:\+?\d+", re.IGNORECASE)


def check_links(material: Material) -> Iterator[Finding]:
    """Links in answers and sources are whole: a text, and an address that can be followed."""
    for topic in material.content.topics.values():
        for name, _language, text in _texts(topic):
            for match in _MARKDOWN_LINK.finditer(text):
                whole = " " not in match.group().split("]", 1)[1]
                if not (match.group(1).strip() and whole and _ADDRESS.fullmatch(match.group(2))):
                    message = f"{name} has a broken link {match.group()}: write [text](https://address)."
                    yield Finding("link", topic.id, message)
            rest = _MARKDOWN_LINK.sub(" ", text)
            if "](" in rest or re.search(r"\bhttps?:(?!//[\w-]+\.\w)", rest):
                message = f"{name} has an unfinished link: write [text](https://address)."
                yield Finding("link", topic.id, message)
    for source in material.content.sources.values():
        if source.url is not None and not _ADDRESS.fullmatch(source.url):
            yield Finding("link", source.id, f"address '{source.url}' cannot be followed: write https://address.")


def check_placeholders(material: Material) -> Iterator[Finding]:
    """Only known placeholders are used, and no brace is left over."""
    for topic in material.content.topics.values():
        for name, _language, text in _texts(topic):
            for braces in re.findall(r"\{[^{}]*\}|[{}]", text):
                if braces[1:-1] not in PLACEHOLDERS:
                    known = ", ".join(f"{{{placeholder}}}" for placeholder in sorted(PLACEHOLDERS))
                    yield Finding("placeholder", topic.id, f"{name} holds '{braces}': use {known} or remove the braces.")


CHECKS: tuple[Callable[[Material], Iterator[Finding]], ...] = (
    check_map,
    check_completeness,
    check_references,
    check_passages,
    check_figures,
    check_sentences,
    check_readability,
    check_questions,
    check_links,
    check_placeholders,
)
