"""Normal forms of typed text: what is left of a sentence when case, accents and keyboard noise are gone. Pure."""

from __future__ import annotations

import re
import unicodedata

_STRETCHED = re.compile(r"(.)\1{2,}")
_ABBREVIATED = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_NOT_WORD = re.compile(r"[^\w#+]+", re.UNICODE)


def normalise(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces; letters stretched for emphasis back to two.

    >>> normalise("Doet het PIJN??")
    'doet het pijn'
    >>> normalise("Géén idééé...")
    'geen idee'
    """
    plain = text.lower()
    if not plain.isascii():
        # Lower case last: some letters only show their capital once taken apart.
        decomposed = unicodedata.normalize("NFKD", plain).lower()
        plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    # "c.q.", "m.b.v." and "a.u.b." are one word each.
    plain = _ABBREVIATED.sub("", plain) if "." in plain else plain
    return " ".join(_NOT_WORD.sub(" ", _STRETCHED.sub(r"\1\1", plain)).split())
