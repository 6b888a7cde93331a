"""Dutch numbers in digits and words."""

from __future__ import annotations

import re

_UNITS = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_TEENS = ("tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien")
TENS = {
    "twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "zestig": 60, "zeventig": 70, "tachtig": 80,
    "negentig": 90,
}  # fmt: skip

WORDS: dict[str, int] = {"nul": 0, "honderd": 100, "tweehonderd": 200, "driehonderd": 300, "vierhonderd": 400,
                         "vijfhonderd": 500, "duizend": 1000}  # fmt: skip
WORDS.update({word: value for value, word in enumerate(_UNITS, start=1)})
WORDS.update({word: value for value, word in enumerate(_TEENS, start=10)})
WORDS.update(TENS)
for _tens, _ten in TENS.items():
    for _value, _unit in enumerate(_UNITS, start=1):
        # `tweeenvijftig`: the dots on the second e have gone with the accents.
        WORDS[f"{_unit}en{_tens}"] = _ten + _value

# Digits or a number word, for use inside larger patterns.
NUMBER = r"(?:\d+(?:[.,]\d+)?|" + "|".join(sorted(WORDS, key=len, reverse=True)) + ")"


_APART = re.compile(rf"\b({'|'.join(_UNITS)}) ?-?en ?-?({'|'.join(TENS)})\b")
_YEAR = re.compile(
    rf"\b(negentien|tweeduizend)[ -]?(?:honderd)?[ -]?(?:en )?[ -]?({'|'.join(sorted(WORDS, key=len, reverse=True))})\b"
)


def in_one_word(text: str) -> str:
    """The plain text with spoken numbers as people write them: "drie en veertig" in one word, years in digits."""
    text = _APART.sub(r"\1en\2", text)
    return _YEAR.sub(lambda match: str({"n": 1900, "t": 2000}[match[1][0]] + WORDS[match[2]]), text)


def number(text: str) -> float | None:
    """The value of digits or a number word in plain Dutch; None when it is neither."""
    text = text.strip()
    if text in WORDS:
        return float(WORDS[text])
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
