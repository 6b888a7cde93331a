"""Figures in running text, Dutch or English: finds them and tells whether one text supports those of another.

A figure is a number ("2-3", "één tot twee", "50.000", "de helft"), with its unit when it has one ("21 dagen",
"50 mg/kg", "30%"), or a date ("4 november 2019", "2019-11-04", "december 2022"). Spelling does not matter: "twaalf
maanden" is "1 year". Names that hold digits (COVID-19, CD34, T1) are figures by name. "Eerstelijns" and the article
"een" are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from bot.knowledge.number_tokens import Day, Token, tokenise
from bot.knowledge.number_words import DURATIONS, FREQUENCIES, SCALES, UNITS, listed, plain

# What a bare number in a source may be said to be, and the other way round. "10%" does not follow from "10 mensen".
_LENIENT = frozenset({None, "person", "month", "metre", "degree"})


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        text: as written.
        value: the number, or None for a date or a name.
        unit: normalised unit, or None; "name" for a name with digits. Durations are in minutes or months in `amount`.
        amount: the value in the normalised unit: 2 weken has value 2 and amount 20160 (minutes).
        date: year, month and day, of which parts may be unknown.
        ordinal: written as "tweede", "3e".
        parts: the same said otherwise: the two numbers of "1 op de 100", which itself is 1%; the 0.5 of "half".
    """

    text: str
    value: Fraction | None = None
    unit: str | None = None
    amount: Fraction | None = None
    date: Day | None = None
    ordinal: bool = False
    parts: tuple[Figure, ...] = ()


_LINKING = frozenset(listed("- – — , tot en met t m / a of to and or up including ongeveer circa ca maximaal wel"))
# "Een jaar" is a duration of one year; "per jaar" is how often. English "a year" may be either.
_ONE_OF = frozenset(listed("een a an past previous afgelopen last vorig vorige"))
_EVERY = frozenset(listed("per elk elke ieder iedere every each"))
_BETWEEN = frozenset(listed("extra full whole other more consecutive dutch working"))
_NOT_ORDINAL = frozenset({"lijn", "lijns", "line", "opinion", "kamer", "wereld"})


def figures(text: str) -> list[Figure]:
    """All figures in a text, in order. Links, placeholders, list numbers and emergency numbers are left out."""
    tokens = tokenise(text)
    found: list[tuple[int, Figure]] = []
    following: tuple[int, Figure, bool] | None = None
    # From right to left, so that in "2 of 3 weken" the unit is known before the number that borrows it is met.
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if token.date is not None:
            found.append((index, Figure(token.text, date=token.date)))
            following = None
        elif single := _single(tokens, index):
            found.append((index, single))
        elif token.kind == "name":
            found.append((index, Figure(token.text, unit="name")))
        elif token.kind in {"decade", "phone"}:
            found.append((index, Figure(token.text, token.value, token.kind, token.value)))
        elif token.value is not None:
            figure = _number(tokens, index, token.value, following)
            if figure is not None:
                found.append((index, figure))
                following = (index, figure, token.scaled)
    return _with_ratios(tokens, list(reversed(found)))


def _number(
    tokens: list[Token], index: int, value: Fraction, following: tuple[int, Figure, bool] | None
) -> Figure | None:
    token = tokens[index]
    before = plain(tokens[index - 1].text) if index else ""
    after = plain(tokens[index + 1].text) if index + 1 < len(tokens) else ""
    if token.kind == "ordinal":
        following_word = after if after != "-" or index + 2 >= len(tokens) else plain(tokens[index + 2].text)
        if before == "ten" or following_word in _NOT_ORDINAL:
            return None
        if after in {"van", "deel", "of"} and before in {"een", "a", "one", "twee", "two", "1", "2"} and value > 2:
            share = (2 if before in {"twee", "two", "2"} else 1) / value
            return Figure(f"{before} {token.text}", share * 100, "percent", share * 100)
        return Figure(token.text, value, None, value, ordinal=True)
    unit, factor, shown = _unit(tokens, index)
    if token.kind == "clock":
        unit, factor = "minute", 60
    if token.kind == "share" and unit is None:
        if after in SCALES or (index + 1 < len(tokens) and tokens[index + 1].date):
            return None
        return Figure(token.text, value * 100, "percent", value * 100, parts=(Figure(token.text, value, None, value),))
    if token.kind == "number" and unit is None and re.fullmatch(r"(19|20)\d\d", token.text):
        return Figure(token.text, value, date=(int(value), None, None))
    if unit is None and following and _linked(tokens, index, following[0]):
        unit = following[1].unit
        right = following[1]
        factor = int(right.amount / right.value) if unit and right.amount and right.value else 1
        if following[2] and not token.scaled and right.value and right.value >= 1000:
            value *= _scale_of(right.value)
    return Figure(f"{token.text}{shown}", value, unit, value * factor)


def _single(tokens: list[Token], index: int) -> Figure | None:
    """The one year of "een jaar", or the every year of "per jaar" and "jaarlijks"."""
    word = tokens[index].text.lower()
    after = plain(tokens[index + 1].text) if index + 1 < len(tokens) else ""
    if word in FREQUENCIES:
        after, every = FREQUENCIES[word], True
    else:
        every = word in _EVERY
    unit, factor = UNITS.get(after, (None, 1))
    if unit not in DURATIONS or not (every or word in _ONE_OF):
        return None
    text = tokens[index].text if word in FREQUENCIES else f"{tokens[index].text} {after}"
    often = Figure(text, Fraction(1), f"every {unit}", Fraction(factor))
    if every:
        return often
    return Figure(text, Fraction(1), unit, Fraction(factor), parts=(often,) if word in {"a", "an"} else ())


def _scale_of(value: Fraction) -> int:
    return 10**6 if value >= 10**6 else 1000


def _unit(tokens: list[Token], index: int) -> tuple[str | None, int, str]:
    """The unit that goes with a number: normalised, its factor, and as written."""
    year = re.fullmatch(r"(19|20)\d\d", tokens[index].text)
    after = tokens[index + 1 : index + 6]
    if after and after[0].text == "-":
        after = after[1:]
    if not after:
        return _unit_before(tokens, index)
    words = [plain(token.text) for token in after]
    name = next((part for part in (words[0], words[0].split("-")[-1]) if part in UNITS), None)
    adjective = after[0].kind == "word" and (words[0].endswith("e") or words[0] in _BETWEEN)
    if name is None and adjective and not year and len(words) > 1 and words[1].split("-")[-1] in UNITS:
        name = words[1].split("-")[-1]
    if name is None or (len(name) == 1 and name.isalpha() and tokens[index].kind not in {"number", "power"}):
        return _unit_before(tokens, index)
    unit, factor = UNITS[name]
    shown = f" {after[0].text}" if name == words[0] else f" {after[0].text} {after[1].text}" if name != "%" else name
    if unit in {"mg", "g"} and words[1:3] in (["/", "kg"], ["per", "kg"], ["per", "kilo"], ["per", "kilogram"]):
        return f"{unit}/kg", factor, shown + "/kg"
    return unit, factor, shown


def _unit_before(tokens: list[Token], index: int) -> tuple[str | None, int, str]:
    before = plain(tokens[index - 1].text) if index else ""
    if before in {"€", "eur", "euro", "nok"}:
        return (*UNITS[before], "")
    if before in {"to", "tot", "-", "–"} and index > 2 and plain(tokens[index - 3].text) in {"€", "eur", "euro", "nok"}:
        return (*UNITS[plain(tokens[index - 3].text)], "")
    return None, 1, ""


def _linked(tokens: list[Token], left: int, right: int) -> bool:
    """Whether two numbers are joined by "tot", "en" and the like, and so share a unit.

    A comma joins in a list only: "1, 2 of 3 jaar", but not "op dag 5, 1,0 mg/kg".
    """
    between = [plain(token.text) for token in tokens[left + 1 : right]]
    after = plain(tokens[right + 1].text) if right + 1 < len(tokens) else ""
    if "," in between and after not in {"en", "of", "and", "or", ","}:
        return False
    return 0 < len(between) <= 5 and all(word in _LINKING for word in between)


def _with_ratios(tokens: list[Token], found: list[tuple[int, Figure]]) -> list[Figure]:
    """Adds up "1 op de 100" into one figure of 1%, which keeps its two numbers as parts."""
    result: list[Figure] = []
    for index, figure in found:
        words = [plain(token.text) for token in tokens[max(0, index - 3) : index]]
        whole = figure.value if figure.date is None and figure.unit in {None, "person"} else None
        ratio = next((n for n in (2, 1) if tuple(words[-n:]) in _OF_EACH), None)
        first = result[-1] if result and ratio and len(words) > ratio else None
        if whole and first and first.value is not None and tokens[index - (ratio or 0) - 1].text in first.text:
            if first.unit in {None, "person"} and first.value < whole:
                share = first.value / whole * 100
                between = " ".join(words[-(ratio or 0) :])
                text = f"{first.text} {between} {figure.text}"
                result[-1] = Figure(text, share, "percent", share, parts=(first, figure))
                continue
        elif whole and ratio and len(words) > ratio and words[-ratio - 1] == "een":
            share = 100 / whole
            result.append(
                Figure(f"een {' '.join(words[-ratio:])} {figure.text}", share, "percent", share, parts=(figure,))
            )
            continue
        result.append(figure)
    return result


_OF_EACH = frozenset(
    {("op", "de"), ("op", "elke"), ("op",), ("van", "de"), ("in",), ("out", "of"), ("of",), ("in", "every")}
)


def unsupported(text: str, evidence: Iterable[str]) -> list[Figure]:
    """The figures of a text that stand in none of the evidence texts.

    First ones ("de eerste", "first") need no evidence: they count nothing.
    """
    known = [figure for piece in evidence for figure in _evidence(piece)]
    return [
        figure
        for figure in figures(text)
        if not (figure.ordinal and figure.value == 1) and not _supported(figure, known)
    ]


# Passages stay the same from one check to the next.
@lru_cache(maxsize=4096)
def _evidence(text: str) -> tuple[Figure, ...]:
    """The figures of a source's text, in every way they may be said."""
    found = figures(text)
    return (*found, *(part for figure in found for part in figure.parts))


def _supported(claim: Figure, known: list[Figure]) -> bool:
    if any(supports(figure, claim) for figure in known):
        return True
    return bool(claim.parts) and all(any(supports(figure, part) for figure in known) for part in claim.parts)


def _name(figure: Figure) -> str:
    """The name without hyphens and spaces: "CD 34" is "CD34"."""
    return re.sub(r"[\W_]", "", plain(figure.text))


def supports(evidence: Figure, claim: Figure) -> bool:
    """Whether one figure in a source supports one in an answer.

    A date supports itself and its less precise forms. A number with a unit must have the same unit in the source, or
    none at all there for years and people: "18 to 50" supports "50 jaar".
    """
    if claim.date is not None:
        if evidence.date is None:
            # "2000" alone may be a year or a number.
            return claim.value is not None and evidence.unit is None and claim.value == evidence.value
        return all(part in (None, known) for part, known in zip(claim.date, evidence.date, strict=True))
    if "name" in (claim.unit, evidence.unit):
        return claim.unit == evidence.unit and _name(claim) == _name(evidence)
    if claim.unit is not None and claim.unit == evidence.unit:
        return claim.amount == evidence.amount
    if claim.value is None or claim.value != evidence.value or not {claim.unit, evidence.unit} <= _LENIENT:
        return False
    # A bare number may stand for years ("18-50") or people, not for days or months.
    years = all(figure.unit != "month" or figure.amount == claim.value * 12 for figure in (claim, evidence))
    return years and None in {claim.unit, evidence.unit}
