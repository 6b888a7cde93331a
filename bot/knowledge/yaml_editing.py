"""Changes an entry of a YAML file field by field, so that comments and what did not change stay as people wrote it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from bot.knowledge.yaml_reading import LOADER

# First line, one past the last, and the lines to put there.
Edit = tuple[int, int, list[str]]


def edited(lines: Sequence[str], entry: yaml.Node, before: Sequence[str], after: Sequence[str]) -> list[str] | None:
    """The lines of a file with one entry changed.

    Args:
        lines: the file as it is, without line ends.
        entry: the entry's value in it.
        before: the entry as it is, in canonical form, its name on the first line.
        after: the entry as it must become, likewise.

    Returns:
        The lines; None when the entry cannot be changed in parts, and has to be written as a whole.
    """
    if not isinstance(entry, yaml.MappingNode) or entry.flow_style:
        return None
    old, new = _fields(before), _fields(after)
    there = {key.value: (key, value) for key, value in entry.value}
    if not set(old) <= set(there) or any(key.start_mark.column != _column(old) for key, _ in there.values()):
        return None
    edits: list[Edit] = []
    for name in old:
        if old[name] != new.get(name):
            edits += _field_edits(lines, *there[name], new.get(name))
    added = [line for name, written in new.items() if name not in old for line in written]
    if added:
        end = last_line(entry, lines) + 1
        edits.append((end, end, added))
    changed = list(lines)
    for start, end, written in sorted(edits, key=lambda edit: edit[0], reverse=True):
        changed[start:end] = written
    return changed


def same(one: Any, other: Any) -> bool:
    """Whether two values read from YAML say the same; white space around texts does not count."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return _plain(one) == _plain(other)


def last_line(node: yaml.Node, lines: Sequence[str]) -> int:
    """The last line that a node has text on. The end mark of a block lies after what follows it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return last_line(last[1] if isinstance(last, tuple) else last, lines)
    first, end = int(node.start_mark.line), int(node.end_mark.line)
    if not (isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}):
        return end
    block_lines = [line for line in lines[first + 1 : end] if line.strip()]
    indent = len(block_lines[0]) - len(block_lines[0].lstrip()) if block_lines else 0
    # A comment that stands further to the left than the text is no part of it.
    while end > first and not lines[min(end, len(lines)) - 1].startswith(" " * (indent or 1)):
        end -= 1
    return end - 1 if end > first else first


def _fields(written: Sequence[str]) -> dict[str, list[str]]:
    """The fields of an entry in canonical form: name -> its lines."""
    body = list(written[1:])
    indent = len(body[0]) - len(body[0].lstrip()) if body else 0
    found: dict[str, list[str]] = {}
    for line in body:
        if line.strip() and len(line) - len(line.lstrip()) == indent and not line.lstrip().startswith("- "):
            found[line.split(":", 1)[0].strip()] = [line]
        else:
            found[next(reversed(found))].append(line)
    return found


def _column(fields: Mapping[str, list[str]]) -> int:
    first = next(iter(fields.values()))[0]
    return len(first) - len(first.lstrip())


def _field_edits(lines: Sequence[str], key: yaml.Node, value: yaml.Node, written: list[str] | None) -> Iterator[Edit]:
    start, end = int(key.start_mark.line), last_line(value, lines) + 1
    if written is None:
        yield start, end, []
        return
    field = yaml.compose("\n".join(written), Loader=LOADER)
    assert isinstance(field, yaml.MappingNode)
    inner = field.value[0][1]
    if isinstance(value, yaml.MappingNode) and isinstance(inner, yaml.MappingNode) and not value.flow_style:
        parts = list(_part_edits(lines, value, written, inner))
        if parts:
            yield from parts
            return
    if len(written) == 1 and end == start + 1:
        # What is said behind the value stays behind it.
        behind = lines[start][int(value.end_mark.column) :].strip()
        yield start, end, [f"{written[0]}  {behind}" if behind.startswith("#") else written[0]]
        return
    yield start, end, written


def _part_edits(
    lines: Sequence[str], value: yaml.MappingNode, written: list[str], inner: yaml.MappingNode
) -> Iterator[Edit]:
    """Edits of a field with a value per language; none when its languages changed or it is written in another way."""
    old = {key.value: (key, part) for key, part in value.value}
    new = {key.value: (key, part) for key, part in inner.value}
    if inner.flow_style or list(old) != list(new):
        return
    for name, (key, part) in old.items():
        new_key, new_part = new[name]
        if _said(part) == _said(new_part):
            continue
        if not (_is_list(part) and _is_list(new_part)):
            text = written[new_key.start_mark.line : last_line(new_part, written) + 1]
            yield int(key.start_mark.line), last_line(part, lines) + 1, text
            continue
        yield from _item_edits(lines, part, written, new_part)


def _item_edits(lines: Sequence[str], part: yaml.Node, written: list[str], new_part: yaml.Node) -> Iterator[Edit]:
    """Edits of a list, item by item."""
    old, new = part.value, new_part.value
    matcher = difflib.SequenceMatcher(None, [_said(one) for one in old], [_said(one) for one in new], autojunk=False)
    for tag, first, end, new_first, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        text = [
            line
            for one in new[new_first:new_end]
            for line in written[one.start_mark.line : last_line(one, written) + 1]
        ]
        gone = [(int(one.start_mark.line), last_line(one, lines) + 1) for one in old[first:end]]
        if gone:
            # Each by itself: comments between them stay.
            yield (*gone[0], text)
            yield from ((start, stop, []) for start, stop in gone[1:])
        else:
            place = int(old[first].start_mark.line) if first < len(old) else last_line(old[-1], lines) + 1
            yield place, place, text


def _is_list(node: yaml.Node) -> bool:
    return isinstance(node, yaml.SequenceNode) and not node.flow_style and bool(node.value)


def _said(node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value).strip()
    return [_said(one) for pair in node.value for one in (pair if isinstance(pair, tuple) else (pair,))]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value
