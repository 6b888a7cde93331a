"""Two people changed the same piece: what both changes together make, and where they clash. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.store_format import KINDS, Piece, from_json, to_json

_ABSENT = object()


@dataclass(frozen=True)
class Merge:
    """The outcome of merging.

    Attributes:
        piece: both changes together; where they clash it holds mine.
        clashes: the fields that both changed, each to something else: `answer.nl`, `review_by`.
    """

    piece: Piece
    clashes: tuple[str, ...]


def merge(base: Piece | None, mine: Piece, theirs: Piece) -> Merge:
    """Bring two changes of the same piece together.

    Args:
        base: the piece before either change; None when there was none.
        mine: one change, which wins where they clash.
        theirs: the other.
    """
    clashes: list[str] = []
    data = _values("", to_json(base) if base is not None else _ABSENT, to_json(mine), to_json(theirs), clashes)
    return Merge(from_json(KINDS[type(mine)], mine.id, data), tuple(clashes))


def _values(name: str, base: Any, mine: Any, theirs: Any, clashes: list[str]) -> Any:
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        known = base if isinstance(base, Mapping) else {}
        merged = {
            key: _values(
                f"{name}.{key}" if name else key,
                known.get(key, _ABSENT),
                mine.get(key, _ABSENT),
                theirs.get(key, _ABSENT),
                clashes,
            )
            for key in dict.fromkeys((*mine, *theirs))
        }
        return {key: value for key, value in merged.items() if value is not _ABSENT}
    if isinstance(mine, list) and isinstance(theirs, list):
        return _lists(base if isinstance(base, list) else [], mine, theirs)
    clashes.append(name)
    return theirs if mine is _ABSENT else mine


def _lists(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """Items that both kept or either added; what one removed stays removed. Never a clash."""
    kept = [item for item in mine if item in theirs or item not in base]
    return kept + [item for item in theirs if item not in base and item not in mine]
