"""The whole content as it would be with some drafts in it: what changes, what the checks say, what must be learnt.

Pure but for reading the source documents and the content map, which are no part of the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot import languages
from bot.knowledge import files, fixed_texts, wording
from bot.knowledge.checks import Finding, Limits, Material, check
from bot.knowledge.schema import OUTSIDE, Content, Notice, Passage, Phrases, Source, Subject, Text, Topic
from bot.knowledge.store_format import KINDS, Piece, pieces, section_of
from bot.knowledge.text import fold

# The language that everything is there in.
LANGUAGE = "nl"


@dataclass(frozen=True)
class Changes:
    """What must be done to what is published: pieces to publish, and kind and name of pieces to withdraw."""

    pieces: tuple[Piece, ...]
    withdrawn: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.pieces or self.withdrawn)


@dataclass(frozen=True)
class Judgement:
    """What the checks say about drafts.

    Attributes:
        findings: everything about the pieces themselves, and what else goes wrong through them.
        blocking: the errors among them that the published content does not have already.
    """

    findings: tuple[Finding, ...]
    blocking: tuple[Finding, ...]


def with_pieces(content: Content, drafts: Iterable[Piece]) -> Content:
    """The content with these pieces in it.

    A notice that retires takes its topic out; a topic that comes back ends such a notice. The lists of topics of the
    subjects follow from the topics: nobody edits them.
    """
    topics, notices = dict(content.topics), dict(content.notices)
    sources, passages, texts = dict(content.sources), dict(content.passages), dict(content.texts)
    phrases = dict(content.phrases)
    subjects = {subject.id: subject for subject in content.subjects}
    for piece in drafts:
        if isinstance(piece, Topic):
            topics[piece.id] = piece
            if piece.id in notices and notices[piece.id].retires:
                del notices[piece.id]
        elif isinstance(piece, Notice):
            notices[piece.id] = piece
            if piece.retires:
                topics.pop(piece.id, None)
        elif isinstance(piece, Subject):
            subjects[piece.id] = piece
        elif isinstance(piece, Passage):
            passages[piece.id] = piece
        elif isinstance(piece, Source):
            sources[piece.id] = piece
        elif isinstance(piece, Text):
            texts[piece.id] = piece
        elif isinstance(piece, Phrases):
            phrases[piece.id] = piece
    listed = tuple(_with_its_topics(subject, topics) for subject in subjects.values())
    return Content(listed, topics, sources, passages, notices, texts, phrases)


def without(content: Content, kind: str, name: str) -> Content:
    """The content without one piece; of a topic the notice stays, and a text is said as in its file."""
    part = section_of(kind)
    left: Any = {key: value for key, value in getattr(content, part).items() if key != name}
    return with_pieces(replace(content, **{part: left}), ())


def _with_its_topics(subject: Subject, topics: Mapping[str, Topic]) -> Subject:
    own = [topic.id for topic in topics.values() if topic.subject == subject.id]
    listed = [name for name in dict.fromkeys(subject.topics) if name in own]
    return replace(subject, topics=(*listed, *(name for name in own if name not in listed)))


def changes(before: Content, after: Content) -> Changes:
    """What makes the one content the other."""
    old, new = _all(before), _all(after)
    return Changes(
        tuple(piece for key, piece in new.items() if old.get(key) != piece),
        tuple(key for key in old if key not in new),
    )


def _all(content: Content) -> dict[tuple[str, str], Piece]:
    everything: list[Piece] = [*pieces(content), *content.notices.values()]
    return {(KINDS[type(piece)], piece.id): piece for piece in everything}


def questions(content: Content) -> dict[str, tuple[tuple[str, str], ...]]:
    """What the model learns of the content: the ways in which people ask for each topic, and for what is outside.

    Each is a language with a text. A topic is learnt in the languages in which it has an answer.
    """
    asked = {
        topic.id: tuple(
            (language, text)
            for language in sorted(topic.answer)
            for text in (topic.question.get(language, ""), *topic.questions.get(language, ()))
        )
        for topic in content.topics.values()
    }
    outside = {
        one.id: tuple((language, text) for language in sorted(one.examples) for text in one.examples[language])
        for one in _taught(content)
    }
    return {**asked, **outside}


def _taught(content: Content) -> list[Phrases]:
    """The phrases with any example: without them the model is the one that knows no phrases."""
    return [one for one in content.phrases.values() if any(one.examples.values())]


def questions_digest(content: Content) -> str:
    """A digest of what the model learns of the content. Contents with the same digest need the same model."""
    material = json.dumps(sorted(questions(content).items()), ensure_ascii=False).encode()
    return hashlib.sha256(material).hexdigest()


def needs_training(before: Content, after: Content) -> bool:
    """Whether the model must learn something: texts alone are live without."""
    return questions_digest(before) != questions_digest(after)


def judge(published: Content, drafts: Iterable[Piece], root: Path, today: date | None = None) -> Judgement:
    """Check drafts as a part of the whole.

    Args:
        published: what is published now.
        drafts: the pieces as they would become.
        root: the content folder, for the documents and the content map.
        today: the day on which overdue reviews are told; None leaves them out.
    """
    drafts = list(drafts)
    after = with_pieces(published, drafts)
    names = {piece.id for piece in drafts}
    found = _findings(after, root, today)
    known = {finding for finding in _findings(published, root, today) if finding.severity == "error"}
    new = [finding for finding in found if finding.severity == "error" and finding not in known]
    shown = [finding for finding in found if finding.topic in names or finding in new]
    return Judgement(tuple(shown), tuple(new))


def _findings(content: Content, root: Path, today: date | None) -> list[Finding]:
    subjects = {subject.id for subject in content.subjects}
    homeless = [
        Finding(
            "content_map",
            topic.id,
            f"belongs to subject '{topic.subject}', which does not exist.",
            case="subject",
            about=(topic.subject,),
        )
        for topic in content.topics.values()
        if topic.subject not in subjects
    ]
    found = check(
        Material(content, _documents(root), topic_map(content, root), Limits(partial=languages.partial(), today=today))
    )
    known = wording.known()
    others = [
        *(finding for notice in content.notices.values() for finding in _of_notice(notice, content)),
        *(
            finding
            for text in content.texts.values()
            for finding in fixed_texts.check(text, known, Limits(), content.passages)
        ),
        *(finding for phrases in content.phrases.values() for finding in _of_phrases(phrases, content)),
    ]
    return [*found, *homeless, *others]


def _of_notice(notice: Notice, content: Content) -> Iterator[Finding]:
    if not notice.text.get(LANGUAGE, "").strip():
        yield Finding("incomplete", notice.topic, "has no text to say instead: write it.", case="notice")
    for other in notice.topics:
        if other == notice.topic or other not in content.topics:
            yield Finding(
                "follow_ups",
                notice.topic,
                f"offers '{other}' instead, which is no other topic.",
                case="unknown",
                about=(other,),
            )


def _of_phrases(phrases: Phrases, content: Content) -> Iterator[Finding]:
    if phrases.id != OUTSIDE:
        yield Finding("phrases", phrases.id, f"is no intent that takes examples: only {OUTSIDE} does.")
    owners = {
        fold(text): topic.id
        for topic in content.topics.values()
        for texts in (topic.question.values(), *topic.questions.values())
        for text in texts
    }
    for texts in phrases.examples.values():
        for text in texts:
            if owner := owners.get(fold(text)):
                message = f"'{text}' is also a question of {owner}: keep it at one of the two."
                yield Finding("duplicate_question", phrases.id, message, case="outside", about=(text, owner))


def topic_map(content: Content, root: Path) -> Mapping[str, files.MapEntry]:
    """The content map as the content has it: topics made on the desk are in it, retired ones are not."""
    retired = {notice.topic for notice in content.notices.values() if notice.retires}
    entries = {name: entry for name, entry in _map(root).items() if name not in retired}
    for topic in content.topics.values():
        if topic.id not in entries:
            entries[topic.id] = files.MapEntry(topic.id, topic.subject, topic.question.get(LANGUAGE, ""), "")
    return entries


@lru_cache(maxsize=2)
def _documents(root: Path) -> Mapping[str, str]:
    return files.load_documents(root)


@lru_cache(maxsize=2)
def _map(root: Path) -> Mapping[str, files.MapEntry]:
    return files.load_map(root)
