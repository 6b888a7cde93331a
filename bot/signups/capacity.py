"""Quarters, the places a hospital has in them, and who still waits: plain data and rules. Pure: no database.

The source (November 2019): one to two transplantations in three months, ten in all. So a quarter has a lowest and a
highest number of places.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.signups.workflow import OPEN, State

MOST_PLACES = 20
TOTAL_IN_SOURCE = 10
# Whoever is in one of these states keeps a place that was planned; in any other the place is free again.
KEEPS_PLACE = frozenset({*OPEN, State.INCLUDED})
_MONTHS = 3
_WRITTEN = re.compile(r"(\d{4})-([1-4])", re.ASCII)


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year; `number` is 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, (self.number - 1) * _MONTHS + 1, 1)

    @property
    def next(self) -> Quarter:
        """The quarter that follows."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def following(self, count: int) -> list[Quarter]:
        """This quarter and those after it, `count` in all."""
        found = [self]
        while len(found) < count:
            found.append(found[-1].next)
        return found


def quarter_of(day: date) -> Quarter:
    """The quarter a day is in."""
    return Quarter(day.year, (day.month - 1) // _MONTHS + 1)


def read_quarter(text: str) -> Quarter:
    """The quarter written as `2027-1`. Raises ValueError when it is not."""
    found = _WRITTEN.fullmatch(text)
    if not found or not 2000 <= int(found[1]) <= 2200:
        raise ValueError(f"not a quarter: {text[:20]!r}")
    return Quarter(int(found[1]), int(found[2]))


@dataclass(frozen=True)
class Places:
    """How many transplantations a quarter has room for: at least and at most.

    Raises:
        ValueError: when the numbers contradict each other or are beyond what one hospital can do.
    """

    at_least: int
    at_most: int

    def __post_init__(self) -> None:
        if not 0 <= self.at_least <= self.at_most <= MOST_PLACES:
            raise ValueError(f"{self.at_least} to {self.at_most} places")


@dataclass(frozen=True)
class Planned:
    """Somebody with a place."""

    signup_id: int
    code: str
    state: State
    quarter: Quarter


@dataclass(frozen=True)
class Queued:
    """Somebody who waits without a place."""

    signup_id: int
    code: str
    state: State
    since: datetime


@dataclass(frozen=True)
class History:
    """How earlier sign-ups ended: left before taking part, or stayed and took part."""

    left: int
    stayed: int


def taken(planned: Iterable[Planned]) -> dict[Quarter, int]:
    """How many places are taken in each quarter."""
    counts: dict[Quarter, int] = {}
    for one in planned:
        counts[one.quarter] = counts.get(one.quarter, 0) + 1
    return counts


def more_than_source(places: Mapping[Quarter, Places]) -> bool:
    """Whether more transplantations are entered than the ten of the source."""
    return sum(one.at_most for one in places.values()) > TOTAL_IN_SOURCE
