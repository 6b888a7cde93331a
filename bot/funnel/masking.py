"""Which counts must stay hidden, so that no small group shows, not even by subtracting. Pure.

A count of one to four is masked. Where totals would give it away, other counts are masked too (complementary
masking), until for every masked small count the published numbers leave room for five or more, and for every other
masked count room for more than one value. What is left possible is worked out exactly, by linear programming: the
tables here are sums over rows and columns, for which the outermost solutions are whole numbers.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from scipy.optimize import linprog

LEAST = 5
Cell = Hashable
OneCell = TypeVar("OneCell", bound=Hashable)


@dataclass(frozen=True)
class Sum:
    """A published total and the counts that make it up."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All of them."""
        return (*self.parts, self.total)


def mask(counts: Mapping[OneCell, int], sums: Iterable[Sum]) -> frozenset[Cell]:
    """The cells to hide.

    Args:
        counts: every cell of everything that is shown together, totals too.
        sums: every total among them. Cells of a sum are in `counts`, and it adds up.
    """
    return _mask(tuple(counts.items()), tuple(sums))


@lru_cache(maxsize=64)
def _mask(items: tuple[tuple[Cell, int], ...], sums: tuple[Sum, ...]) -> frozenset[Cell]:
    counts = dict(items)
    hidden = {cell for cell, count in counts.items() if 0 < count < LEAST}
    for group in _connected(sums):
        _protect(counts, group, hidden)
    return frozenset(hidden)


def _connected(sums: Sequence[Sum]) -> list[list[Sum]]:
    """The sums in groups that share no cell, so that each can be looked at on its own."""
    groups: list[list[Sum]] = []
    for one in sums:
        touching = [group for group in groups if any(set(one.cells) & set(other.cells) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([one, *(other for group in touching for other in group)])
    return groups


def _protect(counts: Mapping[Cell, int], sums: list[Sum], hidden: set[Cell]) -> None:
    """Hide more cells of these sums until none that is hidden can be worked out."""
    while True:
        lonely = next((one for one in sums if len(hidden.intersection(one.cells)) == 1), None)
        if lonely:
            if not _hide_one(counts, [lonely], hidden):
                return
            continue
        known = _Published(counts, sums, hidden)
        exposed = next((cell for cell in known.cells if not known.is_safe(cell)), None)
        if exposed is None or not _hide_one(counts, [one for one in sums if exposed in one.cells], hidden):
            return


def _hide_one(counts: Mapping[Cell, int], sums: Iterable[Sum], hidden: set[Cell]) -> bool:
    """Hide the smallest count of these sums that is not hidden, totals and zeros last; False when all are."""
    open_cells = {
        cell: (cell == one.total, counts[cell] == 0, counts[cell])
        for one in sums
        for cell in one.cells
        if cell not in hidden
    }
    if open_cells:
        hidden.add(min(open_cells, key=lambda cell: open_cells[cell]))
    return bool(open_cells)


class _Published:
    """What a reader of the published numbers knows about the hidden ones."""

    def __init__(self, counts: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell]) -> None:
        self._counts = counts
        self.cells = list(dict.fromkeys(cell for one in sums for cell in one.cells if cell in hidden))
        place = {cell: number for number, cell in enumerate(self.cells)}
        rows: list[Any] = []
        rest: list[int] = []
        for one in sums:
            row = np.zeros(len(self.cells))
            published = 0
            for cell, sign in [*((part, 1) for part in one.parts), (one.total, -1)]:
                if cell in place:
                    row[place[cell]] += sign
                else:
                    published += sign * counts[cell]
            rows.append(row)
            rest.append(-published)
        self._equations, self._rest = np.array(rows), np.array(rest)

    def is_safe(self, cell: Cell) -> bool:
        """Whether the hidden count could be five or more; for one that is, whether it could be something else."""
        highest = self._bound(cell, -1)
        if self._counts[cell] < LEAST:
            return highest >= LEAST
        return highest > self._counts[cell] or self._bound(cell, 1) < self._counts[cell]

    def _bound(self, cell: Cell, direction: int) -> float:
        aim = np.zeros(len(self.cells))
        aim[self.cells.index(cell)] = direction
        found = linprog(aim, A_eq=self._equations, b_eq=self._rest, bounds=(0, None), method="highs")
        # Unbounded: the published numbers set no limit in this direction.
        return round(float(found.fun)) * direction if found.status == 0 else float("inf")
