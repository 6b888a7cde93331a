"""Whether a text may hold one of the names that a spaCy ruler looks for: a quick look before the long one.

A ruler that forgives typing errors compares every word of a message with every name. Hardly any word is like a name at
all, and that its letters alone can tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from spacy.tokens import Doc

_LETTERS = 26
_PLACES = {letter: place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
_FUZZY = re.compile(r"^FUZZY([1-9])$")


class Likeness:
    """Tells of a text that no pattern of a ruler can match it. Never says so of one that a pattern matches."""

    def __init__(self, patterns: Sequence[Mapping[str, Any]]) -> None:
        """Read with which word each pattern begins; of one that begins in a way not known here, any text may be."""
        self._any = False
        self._exact: set[str] = set()
        beginnings: list[str] = []
        alike: dict[str, int] = {}
        for pattern in patterns:
            first = pattern["pattern"][0] if isinstance(pattern["pattern"], list) else {}
            errors, name = _forgiving(first.get("NORM"))
            lower = first.get("LOWER")
            if "OP" in first:
                self._any = True
            elif name:
                alike[name] = max(errors, alike.get(name, 0))
            elif isinstance(lower, str):
                self._exact.add(lower)
            elif isinstance(lower, dict) and "REGEX" in lower:
                beginnings.append(lower["REGEX"])
            else:
                self._any = True
        self._beginning = re.compile("|".join(f"(?:{one})" for one in beginnings)) if beginnings else None
        self._letters = np.array([_letters(name) for name in alike]).reshape(len(alike), _LETTERS + 1)
        # A letter that is added, lost or another one changes how often one or two letters are there.
        self._differences = 2 * np.array(list(alike.values()), dtype=int)
        self._shortest = min((len(name) - errors for name, errors in alike.items()), default=0)

    def __call__(self, doc: Doc) -> bool:
        """Whether a pattern may match this text."""
        if self._any or any(self._is_begun_with(token.lower_) for token in doc):
            return True
        words = [token.norm_ for token in doc if len(token.norm_) >= self._shortest]
        if not words or not len(self._differences):
            return False
        counts = np.array([_letters(word) for word in words])
        return bool((np.abs(self._letters - counts[:, None]).sum(axis=2) <= self._differences).any())

    def _is_begun_with(self, word: str) -> bool:
        return word in self._exact or (self._beginning is not None and self._beginning.search(word) is not None)


def _forgiving(wanted: Any) -> tuple[int, str]:
    """How many errors are forgiven in which name; no name when the pattern asks something else."""
    if isinstance(wanted, dict) and len(wanted) == 1:
        kind, name = next(iter(wanted.items()))
        found = _FUZZY.match(kind)
        if found:
            return int(found[1]), str(name)
    return 0, ""


def _letters(word: str) -> list[int]:
    """How often each letter is in a word; whatever is no letter from a to z counts as one more letter."""
    counts = [0] * (_LETTERS + 1)
    for letter in word:
        counts[_PLACES.get(letter, _LETTERS)] += 1
    return counts
