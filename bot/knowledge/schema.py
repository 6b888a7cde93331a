"""What the content consists of: sources with passages, topics with answers. Plain frozen data, no I/O.

Texts that patients read are held per language in a mapping such as `{"nl": "..."}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot import languages

Texts = Mapping[str, str]
# The intent of what the assistant does not answer: the one piece `Phrases` there can be.
OUTSIDE = "out_of_scope"


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
        superseded_by: id of the source that replaced it, or None; topics that rest on it are to be looked at again.
        language: code of the language its title is in, so that a page can say so where it speaks another one.
    """

    id: str
    title: str
    publisher: str
    date: str | None
    url: str | None
    document: str
    superseded_by: str | None = None
    language: str = languages.first()


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
class Notice:
    """What is said instead of a topic's answer, at once and without training.

    Attributes:
        topic: the id of the topic it stands in for.
        text: what the patient reads, per language.
        topics: topics to offer instead.
        retires: the topic is gone for good; otherwise it is only off air, and its answer waits.
    """

    topic: str
    text: Texts
    topics: tuple[str, ...] = ()
    retires: bool = False

    @property
    def id(self) -> str:
        """The name of the piece: that of the topic."""
        return self.topic


@dataclass(frozen=True)
class Text:
    """Other words for a fixed text of the domain, which stays as it is in its file.

    Attributes:
        id: name of the response, for example `utter_greet`, or `utter_greet_en` in English.
        variations: the words of each variation, as many as the domain has.
    """

    id: str
    variations: tuple[str, ...]


@dataclass(frozen=True)
class Phrases:
    """Examples of what people say with a dialogue intent, beside those in its file, which stay as they are.

    Attributes:
        id: the intent: `OUTSIDE`.
        examples: what people say, per language; these train the classifier.
    """

    id: str
    examples: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Content:
    """All content: subjects in order, topics, sources, passages by id, notices by topic, reworded texts, phrases."""

    subjects: tuple[Subject, ...]
    topics: Mapping[str, Topic]
    sources: Mapping[str, Source]
    passages: Mapping[str, Passage]
    notices: Mapping[str, Notice] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    phrases: Mapping[str, Phrases] = field(default_factory=dict)

    def answers(self, topic: str) -> bool:
        """Whether there is something to say on a topic: its answer, or a notice that stands in for it."""
        return topic in self.topics or topic in self.notices
