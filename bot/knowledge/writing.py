"""Writes published content back into the content files, touching only the pieces that differ.

Of a piece that changed only the fields that differ are written, in one canonical form; everything else in the file
stays as people wrote it, comments included. So an export right after an import changes no byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot import languages
from bot.knowledge import files
from bot.knowledge.schema import Content, Passage, Phrases, Source, Subject, Text, Texts, Topic
from bot.knowledge.store_format import KINDS, FilePiece, pieces, section_of
from bot.knowledge.yaml_editing import edited, last_line, same
from bot.knowledge.yaml_reading import LOADER, ContentError, Problem

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/-]*")
_WORDS_OF_YAML = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


@dataclass(frozen=True)
class Difference:
    """A piece that is not the same in two contents; `before` or `after` is None where it does not exist."""

    kind: str
    name: str
    before: FilePiece | None
    after: FilePiece | None


def differences(before: Content, after: Content) -> list[Difference]:
    """The pieces in which two contents differ."""
    old = {(KINDS[type(piece)], piece.id): piece for piece in pieces(before)}
    new = {(KINDS[type(piece)], piece.id): piece for piece in pieces(after)}
    return [
        Difference(kind, name, old.get((kind, name)), new.get((kind, name)))
        for kind, name in dict.fromkeys((*old, *new))
        if old.get((kind, name)) != new.get((kind, name))
    ]


def block(piece: FilePiece) -> str:
    """A piece as it stands in a content file, in canonical form, with its indentation."""
    return "\n".join(_lines(piece)) + "\n"


def export(content: Content, root: Path) -> list[Path]:
    """Write content into the files below a data folder.

    Args:
        content: what the files must say.
        root: the folder that holds `faq/` and `sources/`, and `texts.yml` and `phrases.yml` once there is something for
            them.

    Returns:
        The files that changed. What only the files hold is removed from them.

    Raises:
        ContentError: when the files as they are cannot be read, or cannot be made to say this; nothing is changed then.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in _content_files(root)}
    originals = dict(texts)
    found = differences(files.load(root), content)
    for difference in sorted(found, key=lambda difference: difference.kind != "subject"):
        _apply(difference, content, root, texts)
    _apply_to_map(content, root / "content-map.yml", texts)
    changed = [path for path, text in texts.items() if originals.get(path) != text]
    try:
        for path in changed:
            path.write_text(texts[path], encoding="utf-8")
        left = [one for one in differences(files.load(root), content) if not _order_only(one)]
        if left:
            named = ", ".join(f"{difference.kind} {difference.name}" for difference in left)
            raise ContentError([Problem(str(root), None, None, f"these would not come back the same: {named}.")])
    except BaseException:
        for path in changed:
            if path in originals:
                path.write_text(originals[path], encoding="utf-8")
            else:
                path.unlink(missing_ok=True)
        raise
    return changed


def _order_only(difference: Difference) -> bool:
    """Whether it is a subject with the same topics in another order: a new topic is added at the end of its file."""
    before, after = difference.before, difference.after
    if not (isinstance(before, Subject) and isinstance(after, Subject)):
        return False
    return before.title == after.title and sorted(before.topics) == sorted(after.topics)


def _content_files(root: Path) -> list[Path]:
    found = [
        *(root / "faq").glob("*.yml"),
        *(root / "sources").glob("*.yml"),
        *root.glob("content-map.yml"),
        *root.glob(files.TEXTS),
        *root.glob(files.PHRASES),
    ]
    return sorted(found)


def _apply(difference: Difference, content: Content, root: Path, texts: dict[Path, str]) -> None:
    after, before = difference.after, difference.before
    if isinstance(after or before, Subject):
        _apply_subject(after, before, root, texts)
        return
    section = section_of(difference.kind)
    home = {"topic": root / "faq", "text": root, "phrases": root}.get(difference.kind, root / "sources")
    places = [path for path in texts if path.parent == home and _span(texts[path], section, difference.name)]
    for path in places:
        parts = _in_parts(texts[path], section, before, after) if before and after else None
        start, end = _span(texts[path], section, difference.name) or (0, 0)
        texts[path] = parts or _cut(texts[path], start, end, block(after) if after else "")
    if not places and after is not None:
        path = _home(after, content, home)
        texts[path] = _append(texts.get(path, ""), section, block(after))


def _in_parts(text: str, section: str, before: FilePiece, after: FilePiece) -> str | None:
    """A file in which only the fields of a piece that differ are written; None when that does not come out right."""
    entry = _value(text, section, after.id)
    lines = edited(text.splitlines(), entry, list(_lines(before)), list(_lines(after))) if entry else None
    if lines is None:
        return None
    changed = "\n".join(lines) + "\n"
    try:
        got, wanted = (yaml.load(one, Loader=LOADER) for one in (changed, f"{section}:\n{block(after)}"))  # noqa: S506
    except yaml.YAMLError:
        return None
    return changed if same(got[section][after.id], wanted[section][after.id]) else None


def _apply_subject(after: FilePiece | None, before: FilePiece | None, root: Path, texts: dict[Path, str]) -> None:
    """A subject's title changes in its line; its list of topics follows from the topics themselves."""
    if not isinstance(after, Subject):
        raise ContentError(
            [Problem(str(root), None, None, f"subject {before.id if before else ''} cannot be removed.")]
        )
    path = root / "faq" / f"{after.id}.yml"
    title = f"title: {_flow(after.title)}\n"
    if not isinstance(before, Subject):
        texts[path] = f"subject: {after.id}\n{title}topics:\n"
    elif before.title != after.title:
        start, end = _span(texts[path], "title", None) or (0, 0)
        texts[path] = _cut(texts[path], start, end, title)


def _apply_to_map(content: Content, path: Path, texts: dict[Path, str]) -> None:
    """Topics that were made on the desk come into the content map, those that were retired there leave it."""
    if path not in texts:
        return
    known = files.load_map(path.parent)
    for name in (notice.topic for notice in content.notices.values() if notice.retires and notice.topic in known):
        start, end = _span(texts[path], known[name].subject, name) or (0, 0)
        texts[path] = _cut(texts[path], start, end, "")
    for topic in content.topics.values():
        if topic.id not in known:
            entry = (
                f"  {topic.id}: {{question: {_quoted(topic.question['nl'])}, scope: {_quoted(topic.short['nl'])}}}\n"
            )
            texts[path] = _append(texts[path], topic.subject, entry)


def _home(piece: FilePiece, content: Content, folder: Path) -> Path:
    """The file a new piece goes into: that of its subject, or of the first topic that cites it."""
    if isinstance(piece, Text):
        return folder / files.TEXTS
    if isinstance(piece, Phrases):
        return folder / files.PHRASES
    if isinstance(piece, Topic):
        return folder / f"{piece.subject}.yml"
    names = {piece.id} | {passage.id for passage in content.passages.values() if passage.source == piece.id}
    citing = [topic.subject for topic in content.topics.values() if names & set(topic.passages)]
    return folder / f"{citing[0] if citing else 'documents'}.yml"


def _span(text: str, section: str, name: str | None) -> tuple[int, int] | None:
    """First and one-past-last line of an entry of a section, or of the section itself when `name` is None.

    Comments and empty lines after the entry are not part of it: they belong to what follows.
    """
    lines = text.splitlines()
    for key, value in _entries(yaml.compose(text, Loader=LOADER)):
        if key.value == section and name is None:
            return key.start_mark.line, last_line(value, lines) + 1
        if key.value == section:
            for entry, body in _entries(value):
                if entry.value == name:
                    return entry.start_mark.line, last_line(body, lines) + 1
    return None


def _value(text: str, section: str, name: str) -> yaml.Node | None:
    """The value of an entry of a section."""
    for key, value in _entries(yaml.compose(text, Loader=LOADER)):
        if key.value == section:
            return next((body for entry, body in _entries(value) if entry.value == name), None)
    return None


def _entries(node: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from node.value


def _cut(text: str, start: int, end: int, replacement: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(lines[:start]) + replacement + "".join(lines[end:])


def _append(text: str, section: str, entry: str) -> str:
    if text and not text.endswith("\n"):
        text += "\n"
    span = _span(text, section, None)
    if span is None:
        return f"{text}{section}:\n{entry}"
    return _cut(text, span[1], span[1], entry)


def _lines(piece: FilePiece) -> Iterator[str]:
    if isinstance(piece, Subject):
        yield f"title: {_flow(piece.title)}"
    elif isinstance(piece, Source):
        yield f"  {piece.id}:"
        for name in ("title", "publisher", "date", "url", "document"):
            value = getattr(piece, name)
            yield f"    {name}: {'null' if value is None else _quoted(value) if name == 'date' else _scalar(value)}"
        if piece.superseded_by:
            yield f"    superseded_by: {_scalar(piece.superseded_by)}"
        if piece.language != languages.first():
            yield f"    language: {_scalar(piece.language)}"
    elif isinstance(piece, Passage):
        yield f"  {piece.id}:"
        yield f"    source: {_scalar(piece.source)}"
        yield f"    text: {_quoted(piece.text)}"
    elif isinstance(piece, Phrases):
        yield f"  {piece.id}:"
        yield from _said(piece.examples, " " * 4)
    elif isinstance(piece, Text):
        yield f"  {_scalar(piece.id)}:"
        yield from (f"    - {_quoted(words)}" for words in piece.variations)
    else:
        yield from _topic_lines(piece)


def _topic_lines(topic: Topic) -> Iterator[str]:
    yield f"  {topic.id}:"
    yield f"    question: {_flow(topic.question)}"
    yield "    answer:"
    for language, text in topic.answer.items():
        yield from _literal(language, text)
    yield f"    short: {_flow(topic.short)}"
    yield f"    passages: [{', '.join(topic.passages)}]"
    yield f"    as_of: {topic.as_of.isoformat()}"
    yield f"    review_by: {topic.review_by.isoformat()}"
    yield f"    follow_ups: [{', '.join(topic.follow_ups)}]"
    if topic.picture:
        yield f"    picture: {{name: {_scalar(topic.picture.name)}, description: {_flow(topic.picture.description)}}}"
    if topic.exceptions:
        yield f"    exceptions: {_flow(topic.exceptions)}"
    yield "    questions:"
    yield from _said(topic.questions, " " * 6)


def _said(texts: Mapping[str, Sequence[str]], margin: str) -> Iterator[str]:
    """What people say, a list for each language."""
    for language, said in texts.items():
        yield f"{margin}{language}:" if said else f"{margin}{language}: []"
        yield from (f"{margin}  - {_quoted(one)}" for one in said)


def _literal(language: str, text: str) -> Iterator[str]:
    """A long text as a block, or quoted where a block would not give back the same text."""
    lines = text.split("\n")
    if text != text.strip() or not all(line == line.rstrip() and line.isprintable() for line in lines):
        yield f"      {language}: {_quoted(text)}"
        return
    yield f"      {language}: |"
    yield from (f"        {line}" if line else "" for line in lines)


def _flow(texts: Texts) -> str:
    return "{" + ", ".join(f"{key}: {_quoted(text)}" for key, text in texts.items()) + "}"


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML else _quoted(text)


def _quoted(text: str) -> str:
    """A text in double quotes, with everything escaped that is not plainly visible."""
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in {'"', "\\"}:
        return "\\" + letter
    if letter == "\n":
        return "\\n"
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"
