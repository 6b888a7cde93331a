"""What the content consists of: sources with passages, topics with answers. Plain frozen data, no I/O.

Texts that patients read are held per language in a mapping such as `{"nl": "..."}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """A publication the answers rest on.

    Attributes:
        id: fixed name, for example `ram-ms-qa-2019`.
        title: title as a reader would recognise it.
        publisher: who published it.
        date: publication date as written by the source: `2019-11-04`, `2022-12`, `2018`, or None when not stated.
        url: address where a reader finds it, or None.
        document: file in `data/sources/documents/` in which every passage of this source can be found.
    """

    id: str
    title: str
    publisher: str
    date: str | None
    url: str | None
    document: str


@dataclass(frozen=True)
class Passage:
    """A literal piece of a source's document on which an answer may rest."""

    id: str
    source: str
    text: str


@dataclass(frozen=True)
class Picture:
    """A picture beside an answer: the name of the drawing and what it shows, per language."""

    name: str
    description: Texts


@dataclass(frozen=True)
class Topic:
    """One question with its answer. The ids are fixed by the content map and are intent labels too.

    Attributes:
        id: for example `study_aim`.
        subject: the subject file it stands in, for example `study`.
        question: the question in one plain sentence, per language.
        answer: the whole answer, per language, in light Markdown (paragraphs, lists, bold).
        short: the same in at most 40 words, per language.
        questions: what people ask, per language; these train the classifier.
        passages: ids of the passages the answer rests on, at least one.
        as_of: the date on which the answer was true according to its sources.
        review_by: the date before which staff must look at it again.
        follow_ups: ids of two or three topics to offer next.
        picture: optional drawing.
        exceptions: content checks that this topic may fail, each with the reason.
    """

    id: str
    subject: str
    question: Texts
    answer: Texts
    short: Texts
    questions: Mapping[str, tuple[str, ...]]
    passages: tuple[str, ...]
    as_of: date
    review_by: date
    follow_ups: tuple[str, ...]
    picture: Picture | None = None
    exceptions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """A group of topics that belong together, as in the content map."""

    id: str
    title: Texts
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """All content: subjects in order, topics, sources and passages by id."""

    subjects: tuple[Subject, ...]
    topics: Mapping[str, Topic]
    sources: Mapping[str, Source]
    passages: Mapping[str, Passage]
