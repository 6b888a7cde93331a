"""Two people changed the same topic: what differs, and the topic that follows from what somebody chose. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.store_format import KINDS, Piece, from_json, to_json
from bot.publishing.compare import Run, words
from bot.publishing.editing import Conflict

CHOICE = "choice:"
_BY_LANGUAGE = frozenset({"question", "answer", "short", "questions"})
_ABSENT = object()


@dataclass(frozen=True)
class Difference:
    """A field that two people left in different states.

    Attributes:
        field: its name, with the language where it has one: `answer.nl`.
        base: what both started from.
        mine, theirs: what each made of it, as changes of the base.
        both: both changes together, where that is neither of the two.
        clash: whether both changed it.
    """

    field: str
    base: str
    mine: tuple[Run, ...]
    theirs: tuple[Run, ...]
    both: str | None
    clash: bool


def differences(conflict: Conflict) -> list[Difference]:
    """What differs between the two, field by field."""
    base = _fields(conflict.base) if conflict.base is not None else {}
    mine, theirs, both = _fields(conflict.mine), _fields(conflict.theirs), _fields(conflict.merge.piece)
    found = []
    for name in dict.fromkeys((*mine, *theirs)):
        if mine.get(name) == theirs.get(name):
            continue
        before, together = shown(base.get(name)), both.get(name)
        is_new = together not in (mine.get(name), theirs.get(name))
        clash = any(name in {field, field.split(".")[0]} for field in conflict.merge.clashes)
        found.append(
            Difference(
                name,
                before,
                words(before, shown(mine.get(name))),
                words(before, shown(theirs.get(name))),
                shown(together) if is_new else None,
                clash,
            )
        )
    return found


def proposal(conflict: Conflict, name: str) -> str:
    """Which of the two, or both, the merge took for a field."""
    mine, theirs = _fields(conflict.mine).get(name), _fields(conflict.theirs).get(name)
    merged = _fields(conflict.merge.piece).get(name)
    return "mine" if merged == mine else "theirs" if merged == theirs else "both"


def composed(conflict: Conflict, form: Mapping[str, str]) -> Piece:
    """The piece with what somebody chose for each field (`choice:answer.nl` -> mine, theirs or both)."""
    known = {"mine": conflict.mine, "theirs": conflict.theirs, "both": conflict.merge.piece}
    data = to_json(conflict.merge.piece)
    for name, choice in form.items():
        field = name.removeprefix(CHOICE)
        if not name.startswith(CHOICE) or choice not in known:
            continue
        _put(data, field, _fields(known[choice]).get(field, _ABSENT))
    return from_json(KINDS[type(conflict.mine)], conflict.mine.id, data)


def shown(value: Any) -> str:
    """A value of a field as text."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {shown(inner)}" for name, inner in value.items())
    return "\n".join(value) if isinstance(value, list) else str(value)


def _fields(piece: Piece) -> dict[str, Any]:
    found = {}
    for name, value in to_json(piece).items():
        if name in _BY_LANGUAGE:
            found.update({f"{name}.{language}": inner for language, inner in value.items()})
        else:
            found[name] = value
    return found


def _put(data: dict[str, Any], field: str, value: Any) -> None:
    name, _, language = field.partition(".")
    place, key = (data[name], language) if language else (data, name)
    if value is _ABSENT:
        place.pop(key, None)
    else:
        place[key] = value
