"""What a text must hold for a regular expression to be found in it, read from the expression. Pure.

Hundreds of patterns for danger are looked for in every message, and hardly any message holds a word that one of them
needs. To see that takes a tenth of the time of trying them all.

Each rule below may only say that something is needed when it is: what is not understood needs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

# Any one of these pieces of text must be there.
OneOf = frozenset[str]

# What can be written in more ways than this is taken apart instead: every piece has to be looked for.
_MOST_WAYS = 12
_MOST_LETTERS = 4
# Longer pieces than this are not rarer enough to be worth more of them.
_TELLING = 3


def needed(pattern: str) -> OneOf:
    """Pieces of text of which every text that the pattern is found in holds at least one; none when unknown.

    Args:
        pattern: a regular expression without flags.
    """
    return _best(_needs(parser.parse(pattern)))


class Sieve:
    """Keeps of many patterns those that may be found in a text, in their order."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        """Read what each pattern needs."""
        self._patterns = patterns
        self._always: set[int] = set()
        self._with: dict[str, set[int]] = {}
        for number, pattern in enumerate(patterns):
            # A flag may change what a letter stands for.
            pieces = needed(pattern.pattern) if pattern.flags == re.UNICODE else frozenset()
            if not pieces:
                self._always.add(number)
            for piece in pieces:
                self._with.setdefault(piece, set()).add(number)

    def __call__(self, text: str) -> Iterator[re.Pattern[str]]:
        """The patterns to look for in this text."""
        found = self._always.union(*(numbers for piece, numbers in self._with.items() if piece in text))
        return (self._patterns[number] for number in sorted(found))


def _needs(parts: Any) -> list[OneOf]:
    """What a sequence needs: something of each of these sets."""
    found: list[OneOf] = []
    # All ways to write what was read last, while it is known letter by letter.
    ways = {""}
    for kind, value in [*parts, (None, None)]:
        here = _written(kind, value)
        if here is not None and len(longer := {way + more for way in ways for more in here}) <= _MOST_WAYS:
            ways = longer
            continue
        if "" not in ways:
            found.append(frozenset(ways))
        ways = here if here is not None else {""}
        if here is None:
            found += _within(kind, value)
    return found


def _written(kind: Any, value: Any) -> set[str] | None:
    """All ways in which a part can be written, when these are few; a place without width is written as nothing."""
    if kind is kinds.LITERAL:
        return {chr(value)}
    if kind is kinds.AT:
        return {""}
    if kind is kinds.IN:
        letters = [chr(one) for of, one in value if of is kinds.LITERAL]
        return set(letters) if len(letters) == len(value) <= _MOST_LETTERS else None
    if kind is kinds.SUBPATTERN:
        return _all_ways(value[-1])
    if kind is kinds.BRANCH:
        branches = [_all_ways(one) for one in value[1]]
        return None if None in branches else _few(set().union(*(one for one in branches if one)))
    if kind is kinds.MAX_REPEAT and value[:2] == (0, 1):
        ways = _all_ways(value[2])
        return None if ways is None else ways | {""}
    return None


def _all_ways(parts: Any) -> set[str] | None:
    ways: set[str] | None = {""}
    for kind, value in parts:
        here = _written(kind, value)
        if here is None or ways is None:
            return None
        ways = _few({way + more for way in ways for more in here})
    return ways


def _few(ways: set[str]) -> set[str] | None:
    return ways if len(ways) <= _MOST_WAYS else None


def _within(kind: Any, value: Any) -> list[OneOf]:
    """What a part needs that can be written in too many ways."""
    if kind is kinds.SUBPATTERN:
        return _needs(value[-1])
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT) and value[0] > 0:
        return _needs(value[2])
    if kind is kinds.BRANCH:
        each = [_best(_needs(one)) for one in value[1]]
        return [frozenset().union(*each)] if all(each) else []
    return []


def _best(needs: list[OneOf]) -> OneOf:
    """The set to look for: of few pieces, none so short that most texts hold it."""
    worth = [_shortest(one) for one in needs if one and "" not in one]
    return max(worth, key=lambda one: (min(_TELLING, *map(len, one)), -len(one)), default=frozenset())


def _shortest(pieces: OneOf) -> OneOf:
    """Without the pieces that hold another one: where those are, that one is."""
    return frozenset(one for one in pieces if not any(other in one for other in pieces if other != one))
