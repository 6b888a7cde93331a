"""The content as files: reads `faq/`, `sources/`, `texts.yml`, `phrases.yml` and `content-map.yml` of `data/` strictly.

The form of the files is described in docs/architecture.md. Whether what they say is right is the subject of
`checks`; here a file that cannot be understood is refused, with everything that is wrong in one go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot import languages
from bot.knowledge.schema import OUTSIDE, Content, Passage, Phrases, Picture, Source, Subject, Text, Texts, Topic
from bot.knowledge.yaml_reading import ContentError, Field, Problem, read

__all__ = [
    "PHRASES",
    "SUBJECTS",
    "TEXTS",
    "ContentError",
    "MapEntry",
    "Problem",
    "load",
    "load_documents",
    "load_map",
]

SUBJECTS = (
    "study",
    "joining",
    "treatment",
    "stem_cells",
    "effects",
    "benefit",
    "access",
    "other_therapies",
    "terms",
    "about",
)
# Other words for fixed texts. It need not be there: then each is said as it comes with the program.
TEXTS = "texts.yml"
# What people asked that is outside, collected on the desk beside what `data/nlu/` has. It need not be there either.
PHRASES = "phrases.yml"
_ID = re.compile(r"[a-z][a-z0-9_]*")
_PASSAGE_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SOURCE_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_TOPIC_KEYS = ("question", "answer", "short", "passages", "as_of", "review_by", "follow_ups", "questions")


@dataclass(frozen=True)
class MapEntry:
    """What the content map says about one topic: its subject, its main question and what it covers."""

    id: str
    subject: str
    question: str
    scope: str


class _Collected:
    """What the files said so far, and where, so that a clash can name both places."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.subjects: list[Subject] = []
        self.topics: dict[str, Topic] = {}
        self.sources: dict[str, Source] = {}
        self.passages: dict[str, Passage] = {}
        self.texts: dict[str, Text] = {}
        self.phrases: dict[str, Phrases] = {}
        self.places: dict[tuple[str, str], str] = {}

    def place(self, kind: str, name: str, field: Field) -> str | None:
        """Remember where something is defined; returns the earlier place when there is one."""
        earlier = self.places.get((kind, name))
        if earlier is None:
            self.places[kind, name] = f"{field.file}:{field.line}"
        return earlier


def load(root: Path) -> Content:
    """Read all content below a data folder.

    Args:
        root: the folder that holds `faq/` and `sources/`.

    Returns:
        The content, subjects in the order of the content map. References between topics, passages and sources
        are not followed: that is `checks.check`.

    Raises:
        ContentError: with every problem found, when a file is missing, malformed or contradicts another.
    """
    found = _Collected()
    for path in sorted((root / "sources").glob("*.yml"), key=lambda path: (path.name != "documents.yml", path.name)):
        _read_sources(path, root, found)
    faq_files = sorted((root / "faq").glob("*.yml"), key=lambda path: _subject_order(path.stem))
    if not faq_files:
        found.problems.append(Problem(str(root / "faq"), None, None, "holds no *.yml files: is this the data folder?"))
    for path in faq_files:
        _read_subject(path, root, found)
    _read_texts(root / TEXTS, root, found)
    _read_phrases(root / PHRASES, root, found)
    if found.problems:
        raise ContentError(found.problems)
    return Content(
        tuple(found.subjects),
        found.topics,
        found.sources,
        found.passages,
        texts=found.texts,
        phrases=found.phrases,
    )


def load_documents(root: Path) -> Mapping[str, str]:
    """The full texts in `sources/documents/`, by file name."""
    folder = root / "sources" / "documents"
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()) if path.is_file()}


def load_map(root: Path) -> Mapping[str, MapEntry]:
    """The fixed list of topics, in order, from `content-map.yml`.

    Raises:
        ContentError: when the file cannot be understood.
    """
    problems: list[Problem] = []
    entries: dict[str, MapEntry] = {}
    top = read(root / "content-map.yml", "content-map.yml", problems)
    for subject, topics in top.items("content map") if top else ():
        for topic, field in topics.items(subject):
            keys = field.about(topic).record("the topic", ("question", "scope"))
            question, scope = (keys[key].text(key) if key in keys else "" for key in ("question", "scope"))
            entries[topic] = MapEntry(topic, subject, question, scope)
    if problems:
        raise ContentError(problems)
    return entries


def _subject_order(subject: str) -> tuple[int, str]:
    return (SUBJECTS.index(subject) if subject in SUBJECTS else len(SUBJECTS), subject)


def _read_sources(path: Path, root: Path, found: _Collected) -> None:
    top = read(path, _shown(path, root), found.problems)
    keys = top.record("a file with sources", (), ("sources", "passages")) if top else {}
    if "sources" in keys:
        for name, field in keys["sources"].items("sources"):
            _read_source(name, field, found)
    if "passages" in keys:
        for name, field in keys["passages"].items("passages"):
            _read_passage(name, field, found)


def _read_texts(path: Path, root: Path, found: _Collected) -> None:
    top = read(path, _shown(path, root), found.problems) if path.is_file() else None
    keys = top.record("the file with other words", ("texts",)) if top else {}
    if "texts" in keys:
        for name, field in keys["texts"].items("texts"):
            found.texts[name] = Text(name, tuple(_names(field.about(name), name)))


def _read_phrases(path: Path, root: Path, found: _Collected) -> None:
    top = read(path, _shown(path, root), found.problems) if path.is_file() else None
    keys = top.record("the file with what people say", ("phrases",)) if top else {}
    for name, field in keys["phrases"].items("phrases") if "phrases" in keys else ():
        if name != OUTSIDE:
            field.complain(f"'{name}' takes no examples here: only '{OUTSIDE}' does.")
        found.phrases[name] = Phrases(name, _by_language(field.about(name), name))


def _read_source(name: str, field: Field, found: _Collected) -> None:
    required = ("title", "publisher", "date", "url", "document")
    keys = field.record(f"source '{name}'", required, ("superseded_by", "language"))
    if any(key not in keys for key in required):
        return
    when = keys["date"].optional_text("date")
    if when is not None and not _SOURCE_DATE.fullmatch(when):
        keys["date"].complain(f"date of source '{name}' is '{when}': write 2019-11-04, 2022-12, 2018 or null.")
    language = keys["language"].text("language") if "language" in keys else languages.first()
    if not _LANGUAGE.fullmatch(language):
        keys["language"].complain(
            f"language of source '{name}' is '{language}': write a code of two letters, such as en."
        )
    source = Source(
        id=name,
        title=keys["title"].text("title"),
        publisher=keys["publisher"].text("publisher"),
        date=when,
        url=keys["url"].optional_text("url"),
        document=keys["document"].text("document"),
        superseded_by=keys["superseded_by"].optional_text("superseded_by") if "superseded_by" in keys else None,
        language=language,
    )
    earlier = found.place("source", name, field)
    if earlier and found.sources.get(name) != source:
        field.complain(f"source '{name}' is described differently in {earlier}: make them the same or remove one.")
    found.sources.setdefault(name, source)


def _read_passage(name: str, field: Field, found: _Collected) -> None:
    keys = field.record(f"passage '{name}'", ("source", "text"))
    if not _PASSAGE_ID.fullmatch(name):
        field.complain(f"passage '{name}': use small letters, digits and hyphens only.")
    earlier = found.place("passage", name, field)
    if earlier:
        field.complain(f"passage '{name}' stands in {earlier} too: give one of them another name.")
    if len(keys) == 2:
        text = " ".join(keys["text"].text("text").split())
        found.passages.setdefault(name, Passage(name, keys["source"].text("source"), text))


def _read_subject(path: Path, root: Path, found: _Collected) -> None:
    top = read(path, _shown(path, root), found.problems)
    if top is None:
        return
    keys = top.record("a file with answers", ("subject", "title", "topics"))
    subject = keys["subject"].text("subject") if "subject" in keys else path.stem
    if subject != path.stem:
        keys["subject"].complain(f"subject is '{subject}' but the file is named {path.name}: make them the same.")
    title = _texts(keys["title"], "title") if "title" in keys else {}
    names = []
    for name, field in keys["topics"].items("topics") if "topics" in keys else ():
        topic = _read_topic(name, subject, field.about(name), found)
        if topic is not None:
            found.topics.setdefault(name, topic)
            names.append(name)
    found.subjects.append(Subject(subject, title, tuple(names)))


def _read_topic(name: str, subject: str, field: Field, found: _Collected) -> Topic | None:
    if not _ID.fullmatch(name):
        field.complain("use small letters, digits and underscores for the name of a topic.")
    earlier = found.place("topic", name, field)
    if earlier:
        field.complain(f"this topic stands in {earlier} too: keep one.")
    keys = field.record("the topic", _TOPIC_KEYS, ("picture", "exceptions"))
    if any(key not in keys for key in _TOPIC_KEYS):
        return None
    return Topic(
        id=name,
        subject=subject,
        question=_texts(keys["question"], "question"),
        answer=_texts(keys["answer"], "answer"),
        short=_texts(keys["short"], "short"),
        questions=_by_language(keys["questions"], "questions"),
        passages=tuple(_names(keys["passages"], "passages")),
        as_of=keys["as_of"].day("as_of"),
        review_by=keys["review_by"].day("review_by"),
        follow_ups=tuple(_names(keys["follow_ups"], "follow_ups")),
        picture=_picture(keys["picture"]) if "picture" in keys else None,
        exceptions={key: value.text(key) for key, value in keys["exceptions"].items("exceptions")}
        if "exceptions" in keys
        else {},
    )


def _picture(field: Field) -> Picture | None:
    if field.is_null():
        return None
    keys = field.record("picture", ("name", "description"))
    if len(keys) < 2:
        return None
    return Picture(keys["name"].text("name"), _texts(keys["description"], "description"))


def _languages(field: Field, name: str) -> list[tuple[str, Field]]:
    """The values per language of a mapping such as {nl: ...}."""
    pairs = []
    for language, value in field.items(name):
        if language in languages.codes():
            pairs.append((language, value))
        else:
            value.complain(f"'{language}' under '{name}' is not a language: use {' or '.join(languages.codes())}.")
    if not pairs:
        field.complain(f"'{name}' has no text: write it under 'nl:'.")
    return pairs


def _by_language(field: Field, name: str) -> dict[str, tuple[str, ...]]:
    return {code: tuple(_names(texts, f"{name} in '{code}'")) for code, texts in _languages(field, name)}


def _texts(field: Field, name: str) -> Texts:
    return {language: value.text(name) for language, value in _languages(field, name)}


def _names(field: Field, name: str) -> list[str]:
    return [text for entry in field.entries(name) if (text := entry.text(f"an item of {name}"))]


def _shown(path: Path, root: Path) -> str:
    return str(Path(root.name) / path.relative_to(root))
