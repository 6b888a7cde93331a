"""A readable difference between two versions of a piece: field by field, words of texts, lists by their items. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.knowledge.store_format import Piece, to_json

_WORD = re.compile(r"\s+|[^\s]+")
Change = Literal["same", "added", "removed"]


@dataclass(frozen=True)
class Run:
    """A stretch of text that is the same in both, or only in the newer (added) or older (removed)."""

    change: Change
    text: str


@dataclass(frozen=True)
class FieldDifference:
    """What differs in one field.

    Attributes:
        field: the name, with the language where it has one: `answer.nl`, `questions.nl`, `review_by`.
        runs: for a text: all of it, in order.
        added: for a list: items only the newer has.
        removed: for a list: items only the older has.
        moved: for a list: the same items in another order.
    """

    field: str
    runs: tuple[Run, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: bool = False


def difference(before: Piece | None, after: Piece | None) -> list[FieldDifference]:
    """The fields in which two versions differ; None stands for a piece that is not there."""
    old = fields_of(before) if before is not None else {}
    new = fields_of(after) if after is not None else {}
    return [
        _field(name, old.get(name), new.get(name))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def fields_of(piece: Piece) -> dict[str, Any]:
    """The fields of a piece with one value each: mappings are taken apart, `{"answer": {"nl": ..}}` -> `answer.nl`."""
    return dict(_flat("", to_json(piece)))


def words(before: str, after: str) -> tuple[Run, ...]:
    """The difference between two texts by whole words; joined, the runs give back both texts."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    found: list[Run] = []
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            found.append(Run("same", "".join(old[old_start:old_end])))
            continue
        if old_end > old_start:
            found.append(Run("removed", "".join(old[old_start:old_end])))
        if new_end > new_start:
            found.append(Run("added", "".join(new[new_start:new_end])))
    return tuple(found)


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), inner)
    else:
        yield prefix, value


def _field(name: str, before: Any, after: Any) -> FieldDifference:
    if isinstance(before or after, list):
        return _items(name, before or [], after or [])
    return FieldDifference(name, words(_text(before), _text(after)))


def _items(name: str, before: Sequence[str], after: Sequence[str]) -> FieldDifference:
    added = tuple(item for item in after if item not in before)
    removed = tuple(item for item in before if item not in after)
    moved = [item for item in before if item in after] != [item for item in after if item in before]
    return FieldDifference(name, (), added, removed, moved)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
