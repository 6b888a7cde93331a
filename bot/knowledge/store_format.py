"""Pieces of content as plain JSON values for the database, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot import languages
from bot.knowledge.files import SUBJECTS
from bot.knowledge.schema import Content, Notice, Passage, Phrases, Picture, Source, Subject, Text, Topic

FilePiece = Subject | Topic | Passage | Source | Text | Phrases
Piece = FilePiece | Notice

KINDS: Mapping[type, str] = {
    Subject: "subject",
    Topic: "topic",
    Passage: "passage",
    Source: "source",
    Notice: "notice",
    Text: "text",
    Phrases: "phrases",
}
# Notices say what is on air now: they belong to an installation.
IN_FILES = frozenset(KINDS.values()) - {"notice"}


def section_of(kind: str) -> str:
    """Where pieces of a kind stand: the section of a file, the part of a content."""
    return kind if kind == KINDS[Phrases] else f"{kind}s"


def pieces(content: Content) -> Iterator[FilePiece]:
    """Everything the content consists of that files can hold."""
    yield from content.sources.values()
    yield from content.passages.values()
    yield from content.topics.values()
    yield from content.subjects
    yield from content.texts.values()
    yield from content.phrases.values()


def to_json(piece: Piece) -> dict[str, Any]:
    """A piece as JSON values. Its id is not in it: that is the name of the row."""
    if isinstance(piece, Subject):
        return {"title": dict(piece.title), "topics": list(piece.topics)}
    if isinstance(piece, Passage):
        return {"source": piece.source, "text": piece.text}
    if isinstance(piece, Source):
        names = ("title", "publisher", "date", "url", "document")
        newer = {"superseded_by": piece.superseded_by} if piece.superseded_by else {}
        other = {"language": piece.language} if piece.language != languages.first() else {}
        return {**{name: getattr(piece, name) for name in names}, **newer, **other}
    if isinstance(piece, Text):
        return {"variations": list(piece.variations)}
    if isinstance(piece, Phrases):
        return {"examples": {language: list(texts) for language, texts in piece.examples.items()}}
    if isinstance(piece, Notice):
        return {"text": dict(piece.text), "topics": list(piece.topics), "retires": piece.retires}
    picture = piece.picture
    return {
        "subject": piece.subject,
        "question": dict(piece.question),
        "answer": dict(piece.answer),
        "short": dict(piece.short),
        "questions": {language: list(texts) for language, texts in piece.questions.items()},
        "passages": list(piece.passages),
        "as_of": piece.as_of.isoformat(),
        "review_by": piece.review_by.isoformat(),
        "follow_ups": list(piece.follow_ups),
        "picture": {"name": picture.name, "description": dict(picture.description)} if picture else None,
        "exceptions": dict(piece.exceptions),
    }


def from_json(kind: str, name: str, data: Mapping[str, Any]) -> Piece:
    """The piece that `to_json` made these values of."""
    if kind == "subject":
        return Subject(name, data["title"], tuple(data["topics"]))
    if kind == "passage":
        return Passage(name, data["source"], data["text"])
    if kind == "source":
        newer = data.get("superseded_by")
        told = {one: data[one] for one in ("title", "publisher", "date", "url", "document")}
        return Source(name, **told, superseded_by=newer, language=data.get("language", languages.first()))
    if kind == "notice":
        return Notice(name, data["text"], tuple(data["topics"]), data["retires"])
    if kind == "text":
        return Text(name, tuple(data["variations"]))
    if kind == "phrases":
        return Phrases(name, {language: tuple(texts) for language, texts in data["examples"].items()})
    picture = data["picture"]
    return Topic(
        id=name,
        subject=data["subject"],
        question=data["question"],
        answer=data["answer"],
        short=data["short"],
        questions={language: tuple(texts) for language, texts in data["questions"].items()},
        passages=tuple(data["passages"]),
        as_of=date.fromisoformat(data["as_of"]),
        review_by=date.fromisoformat(data["review_by"]),
        follow_ups=tuple(data["follow_ups"]),
        picture=Picture(picture["name"], picture["description"]) if picture else None,
        exceptions=data["exceptions"],
    )


def assemble(found: list[Piece]) -> Content:
    """Content from loose pieces, subjects in the order of the content map and topics in that of their subject."""
    subjects = sorted(
        (piece for piece in found if isinstance(piece, Subject)),
        key=lambda subject: (SUBJECTS.index(subject.id) if subject.id in SUBJECTS else len(SUBJECTS), subject.id),
    )
    topics = {piece.id: piece for piece in found if isinstance(piece, Topic)}
    order = [name for subject in subjects for name in subject.topics if name in topics]
    return Content(
        subjects=tuple(subjects),
        topics={name: topics[name] for name in dict.fromkeys((*order, *topics))},
        sources={piece.id: piece for piece in found if isinstance(piece, Source)},
        passages={piece.id: piece for piece in found if isinstance(piece, Passage)},
        notices={piece.id: piece for piece in found if isinstance(piece, Notice)},
        texts={piece.id: piece for piece in found if isinstance(piece, Text)},
        phrases={piece.id: piece for piece in found if isinstance(piece, Phrases)},
    )
