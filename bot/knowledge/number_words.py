"""Number words in Dutch and English: spelled-out numbers, ordinals, month names and units of measurement."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache


def listed(words: str) -> tuple[str, ...]:
    """Words from a line of words: long lists read better so."""
    return tuple(words.split())


_NL_ONES = listed(
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien "
    "achttien negentien"
)
_NL_TENS = listed("twintig dertig veertig vijftig zestig zeventig tachtig negentig")
_EN_ONES = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_EN_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")

SCALES: Mapping[str, int] = {
    "honderd": 100,
    "duizend": 1000,
    "miljoen": 10**6,
    "mln": 10**6,
    "miljard": 10**9,
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
}

# The share as a fraction; "de helft" and "50%" are the same figure.
SHARES: Mapping[str, Fraction] = {
    "helft": Fraction(1, 2),
    "half": Fraction(1, 2),
    "halve": Fraction(1, 2),
    "kwart": Fraction(1, 4),
    "quarter": Fraction(1, 4),
    "driekwart": Fraction(3, 4),
    "eenderde": Fraction(1, 3),
    "tweederde": Fraction(2, 3),
    "anderhalf": Fraction(3, 2),
    "anderhalve": Fraction(3, 2),
}

MONTHS: Mapping[str, int] = {
    name: number
    for names in (
        "januari februari maart april mei juni juli augustus september oktober november december",
        "january february march april may june july august september october november december",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "jan feb mar apr may jun jul aug sept oct nov dec",
    )
    for number, name in enumerate(names.split(), start=1)
}

# The parts of English shares: "two thirds", "three quarters".
PARTS: Mapping[str, int] = {"thirds": 3, "quarters": 4, "fifths": 5, "sixths": 6, "eighths": 8, "tenths": 10}

# unit -> (how many of it, the words). All become minutes or months, so that "2 weken" is "14 dagen" and "12 maanden"
# "1 jaar"; months and days are never exchanged.
_UNIT_WORDS = {
    "minute": (1, "minuut minuten minute minutes min"),
    "minute*60": (60, "uur uren uurs urig urige hour hours"),
    "minute*1440": (24 * 60, "dag dagen daags daagse day days"),
    "minute*10080": (7 * 24 * 60, "week weken weeks weekse wekelijks wekelijkse weekly"),
    "minute*20160": (14 * 24 * 60, "fortnight fortnights"),
    "month": (1, "maand maanden maands maandse maandelijks maandelijkse month months monthly"),
    "month*12": (12, "jaar jaren jarig jarige jaars jaarlijks year years yearly"),
    "percent": (1, "% procent percent pct"),
    "degree": (1, "graad graden degree degrees °c"),
    "euro": (1, "euro euros eur €"),
    "nok": (1, "nok kronen"),
    "mg": (1, "mg milligram milligrams"),
    "g": (1, "g gram grams"),
    "kg": (1, "kg kilo kilogram"),
    "mcg": (1, "µg mcg microgram"),
    "ml": (1, "ml milliliter cc"),
    "litre": (1, "l liter litre"),
    "metre": (1, "m meter metre metres meters"),
    "cm": (1, "cm centimeter"),
    "mm": (1, "mm millimeter"),
    "km": (1, "km kilometer"),
    "person": (
        1,
        (
            "mens mensen persoon personen patient patienten deelnemer deelnemers vrouwen mannen "
            "people persons patients participants person participant women men"
        ),
    ),
}
UNITS: Mapping[str, tuple[str, int]] = {
    word: (unit.split("*")[0], factor) for unit, (factor, words) in _UNIT_WORDS.items() for word in words.split()
}
# Words that say once per unit.
FREQUENCIES: Mapping[str, str] = {
    word: unit
    for unit, words in {
        "dag": "dagelijks dagelijkse daily",
        "week": "wekelijks wekelijkse weekly",
        "maand": "maandelijks maandelijkse monthly",
        "jaar": "jaarlijks jaarlijkse yearly annually annual",
    }.items()
    for word in words.split()
}
DURATIONS = frozenset({"minute", "month"})


def plain(word: str) -> str:
    """Small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _dutch_below_thousand(number: int) -> list[str]:
    """The spellings of a number from 1 to 999, without accents: 125 is honderdvijfentwintig, honderdenvijf..."""
    hundreds, rest = divmod(number, 100)
    if hundreds == 0:
        if rest < 20:
            return [_NL_ONES[rest]]
        ten, one = divmod(rest, 10)
        return [(_NL_ONES[one] + "en" if one else "") + _NL_TENS[ten - 2]]
    head = ("" if hundreds == 1 else _NL_ONES[hundreds]) + "honderd"
    return [head + joint + tail for tail in _dutch_below_thousand(rest) for joint in ("", "en")] if rest else [head]


@lru_cache(maxsize=1)
def cardinals() -> Mapping[str, int]:
    """Spelled-out whole numbers, without accents. English ones up to 99 (hundreds are scales).

    "een" is here: whether it is the article or the number shows from the accent, which the caller still has.
    """
    words = {word: value for value, word in enumerate(_EN_ONES)}
    for index, ten in enumerate(_EN_TENS):
        words[ten] = 20 + 10 * index
        words.update({f"{ten}-{_EN_ONES[one]}": 20 + 10 * index + one for one in range(1, 10)})
    words |= {"nul": 0, "twice": 2}
    for number in range(1, 1000):
        for word in _dutch_below_thousand(number):
            words[word] = number
            if number > 1:
                words[word + "duizend"] = number * 1000
    words["duizend"] = 1000
    return words


@lru_cache(maxsize=1)
def ordinals() -> Mapping[str, int]:
    """Spelled-out ordinals up to 99, without accents."""
    words = {"eerste": 1, "derde": 3, "achtste": 8, "first": 1, "second": 2, "third": 3, "fifth": 5, "ninth": 9}
    words |= {"eighth": 8, "twelfth": 12}
    for number in range(2, 100):
        for word in _dutch_below_thousand(number):
            words.setdefault(word + ("de" if number < 20 and number not in (3, 8) else "ste"), number)
    for number, word in enumerate(_EN_ONES[4:], start=4):
        words.setdefault(word + "th", number)
    return words


@lru_cache(maxsize=1)
def beginnings() -> tuple[tuple[str, int], ...]:
    """Words a compound such as "tweejarig" or "driemaandelijks" can begin with, longest first. Never "een"."""
    words = ((word, value) for word, value in cardinals().items() if 1 < value < 100 and "-" not in word)
    return tuple(sorted(words, key=lambda pair: -len(pair[0])))


# What such a compound can end in: the unit it means, or None for a plain number of times.
ENDINGS: Mapping[str, str | None] = {
    "jarig": "jaar",
    "jarige": "jaar",
    "daags": "dag",
    "daagse": "dag",
    "dagelijks": "dag",
    "wekelijks": "week",
    "wekelijkse": "week",
    "weekse": "week",
    "maands": "maand",
    "maandse": "maand",
    "maandelijks": "maand",
    "maandelijkse": "maand",
    "jaarlijks": "jaar",
    "jaarlijkse": "jaar",
    "uurs": "uur",
    "maal": None,
    "voudig": None,
    "voudige": None,
    "voud": None,
    "ledig": None,
    "delig": None,
}
