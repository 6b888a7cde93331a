"""Reads a date of birth in the ways people write it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

_IN_FIGURES = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+'?(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[\s./-]+(\d{1,2})[\s./-]+(\d{1,2})")
_RUN_TOGETHER = re.compile(r"(\d{2})(\d{2})(\d{4})")
_WITH_MONTH = re.compile(r"(\d{1,2})(?:e|de|ste|st|nd|rd|th)?[\s./-]*([a-zé]+)\.?[\s./-]*'?(\d{4}|\d{2})")
# Written shorter in ways that the first letters do not show.
_MONTH_VARIANTS = {"mrt": 3, "okt": 10, "oct": 10, "sept": 9}
_YOUNGEST_GUESSED = 10


class Unreadable(ValueError):
    """The text is not a date in any form we know."""


class Impossible(ValueError):
    """It reads as a date, but there is no such day."""


def parse_birth_date(typed: str, today: date, months: Mapping[str, int]) -> date:
    """The date somebody typed, day first as in Dutch: `3-4-1985`, `03/04/1985`, `3 april 1985`, `3-4-85`, `1985-04-03`.

    A year of two figures is taken as the latest in which somebody old enough to write it can be born.

    Args:
        months: names of months, in lower case, with their number; the first three letters or more will do.

    Raises:
        Unreadable: not a date.
        Impossible: a day that does not exist, such as 31-2-1985.
    """
    text = " ".join(typed.lower().replace("–", "-").split())
    day, month, year = _parts(text, months)
    if year < 100:
        year += 2000
        if year > today.year - _YOUNGEST_GUESSED:
            year -= 100
    try:
        return date(year, month, day)
    except ValueError:
        raise Impossible(f"there is no day {day} in month {month} of {year}") from None


def _parts(text: str, months: Mapping[str, int]) -> tuple[int, int, int]:
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _IN_FIGURES.fullmatch(text) or _RUN_TOGETHER.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _WITH_MONTH.fullmatch(text):
        return int(found[1]), _month(found[2], months), int(found[3])
    raise Unreadable("not a date")


def _month(word: str, months: Mapping[str, int]) -> int:
    if word in _MONTH_VARIANTS:
        return _MONTH_VARIANTS[word]
    numbers = {number for name, number in months.items() if len(word) >= 3 and name.startswith(word)}
    if len(numbers) != 1:
        raise Unreadable("not the name of a month")
    return numbers.pop()
