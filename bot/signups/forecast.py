"""How long each place in the queue waits: a simulation over places, drop-out and the draw by lot. Pure.

In every run each quarter gets a number of places between its lowest and highest; each person ahead leaves with the
drop-out probability, and whoever stays is drawn for transplantation with probability one half (the source: a lottery
decides between two groups of equal size). The drop-out probability itself is drawn in every run from a Beta
distribution of the hospital's own history; nothing is known beforehand, so the prior is Beta(1, 1).

Every random number belongs to one quarter or one person, not to an order of drawing: with more places nobody waits
longer, and nobody overtakes who is ahead, in every single run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from bot.signups.capacity import History, Places, Quarter, quarter_of

RUNS = 2_000
SEED = 20_191_104
LOTTERY = 0.5
_DAYS_PER_MONTH = 30.4375
_LOW, _MIDDLE, _HIGH = 0.1, 0.5, 0.9
Numbers = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Wait:
    """Months until transplantation for somebody at a place in the queue who stays and is drawn for it.

    Attributes:
        median: in half of the runs it is not longer; None when the places entered do not reach that far.
        low: in one run of ten it is not longer; None as the median.
        high: in nine runs of ten it is not longer; None when the places do not reach that far.
    """

    place: int
    median: float | None = None
    low: float | None = None
    high: float | None = None


def forecast(
    places: Mapping[Quarter, Places],
    taken: Mapping[Quarter, int],
    queue: int,
    history: History,
    today: date,
    *,
    runs: int = RUNS,
    seed: int = SEED,
) -> list[Wait]:
    """The expected wait at each place in the queue.

    Args:
        places: the room there is; quarters that are over do not count, quarters not named have none.
        taken: how many of those places are planned already.
        queue: for how many places to tell.
        history: how earlier sign-ups ended.
        today: waiting is counted from this day.
        runs: how often to play it.
        seed: the same seed gives the same outcome.

    Returns:
        One for each place, the first for place 1.
    """
    moments = _moments(places, taken, today, runs, seed)
    drop_out = np.random.default_rng([seed, 3]).beta(1 + history.left, 1 + history.stayed, runs)
    takes_place = (1 - drop_out) * LOTTERY
    ahead = np.zeros(runs, dtype=np.int64)
    rows = np.arange(runs)
    last = moments.shape[1] - 1
    found: list[Wait] = []
    for place in range(1, queue + 1):
        if int(ahead.min()) >= last:
            # Nobody from here on gets a place in any run.
            found.append(Wait(place))
            continue
        found.append(_wait(place, np.sort(moments[rows, np.minimum(ahead, last)])))
        ahead += np.random.default_rng([seed, 2, place]).random(runs) < takes_place
    return found


def _moments(
    places: Mapping[Quarter, Places], taken: Mapping[Quarter, int], today: date, runs: int, seed: int
) -> Numbers:
    """In each run (row) the moments of the free places in months from today, first to last; the last is never."""
    columns: list[Numbers] = []
    for quarter in sorted(places):
        room = places[quarter]
        if quarter < quarter_of(today):
            continue
        begin = max(0.0, (quarter.start - today).days / _DAYS_PER_MONTH)
        end = (quarter.next.start - today).days / _DAYS_PER_MONTH
        share = np.random.default_rng([seed, 1, quarter.year, quarter.number]).random(runs)
        count = room.at_least + np.floor(share * (room.at_most - room.at_least + 1))
        for number in range(taken.get(quarter, 0) + 1, room.at_most + 1):
            # Evenly over the quarter, the last on its last day.
            at = begin + (end - begin) * number / np.maximum(count, 1)
            columns.append(np.where(number <= count, at, np.inf))
    never = np.full((runs, 1), np.inf)
    return np.hstack([np.sort(np.column_stack(columns), axis=1), never]) if columns else never


def _wait(place: int, waits: Numbers) -> Wait:
    low, median, high = (float(waits[int(np.ceil(share * len(waits))) - 1]) for share in (_LOW, _MIDDLE, _HIGH))
    if not np.isfinite(median):
        return Wait(place)
    return Wait(place, median, low, high if np.isfinite(high) else None)
