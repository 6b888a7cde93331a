"""What the checks on content work with: the material, the bounds, and the findings they return."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bot.knowledge.files import MapEntry
from bot.knowledge.schema import Content, Topic

Severity = Literal["error", "warning"]

# Topics on the assistant itself rest on no publication.
WITHOUT_PASSAGES = frozenset({"about"})
PLACEHOLDERS = frozenset({"recruitment"})


@dataclass(frozen=True)
class Finding:
    """One thing a check found.

    Attributes:
        check: which check.
        topic: a topic, passage or source id, or None for the content as a whole.
        message: what is wrong and what to do, in English.
        severity: errors keep a draft from being published.
        case: which of its findings, where a check has several; with `check` the key of the words for editors.
        about: what these words name, in order: the field, the figure, the sentence.
    """

    check: str
    topic: str | None
    message: str
    severity: Severity = "error"
    case: str = field(default="", kw_only=True)
    about: tuple[str, ...] = field(default=(), kw_only=True)


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
        partial: languages that are there in part, with the topics that must be complete in each.
        today: the day on which overdue reviews are reported; None leaves them out.
    """

    sentence_words: int = 20
    sentence_words_max: int = 25
    reading_ease: float = 55.0
    short_words: int = 40
    minimum_questions: int = 15
    languages: tuple[str, ...] = ("nl",)
    partial: Mapping[str, Collection[str]] = field(default_factory=dict)
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


def texts_of(topic: Topic) -> Iterator[tuple[str, str, str]]:
    """What is said to people: name of the text, language, text."""
    for name, texts in (("answer", topic.answer), ("short", topic.short)):
        for language, text in texts.items():
            yield f"{name} ({language})", language, text
