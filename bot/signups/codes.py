"""Reference codes: short, easy to read out, not to be guessed, forgiving about how they are typed."""

from __future__ import annotations

import re
import secrets

# Without characters that are mistaken for one another (0/O, 1/I/L, 2/Z, 5/S, 6/G, 8/B, U/V): of each pair at most
# one is left. 24 characters in 8 places are 110 thousand million codes, and a code only works with a date of birth.
ALPHABET = "2346789ACDEFHJKMNPQRTVWX"
PREFIX = "SW"
_LENGTH = 8
_READ_AS = str.maketrans({"Z": "2", "G": "6", "B": "8", "U": "V"})
_SEPARATORS = re.compile(r"[^0-9A-Z]+")


def new_code() -> str:
    """A random code, for example `SW-7KQ4-M2XD`."""
    return _written("".join(secrets.choice(ALPHABET) for _ in range(_LENGTH)))


def normalise(typed: str) -> str | None:
    """The code as stored, from what somebody typed, or None when it cannot be a code.

    Case, spaces, dashes and a missing prefix do not matter, nor do characters mistaken for one in the alphabet.
    """
    compact = _SEPARATORS.sub("", typed.upper())
    if len(compact) == _LENGTH + len(PREFIX) and compact.startswith(PREFIX):
        compact = compact[len(PREFIX) :]
    compact = compact.translate(_READ_AS)
    if len(compact) != _LENGTH or any(character not in ALPHABET for character in compact):
        return None
    return _written(compact)


def _written(characters: str) -> str:
    return f"{PREFIX}-{characters[:4]}-{characters[4:]}"
