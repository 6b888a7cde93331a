"""Nobody can work out a masked count: checked by trying every table that fits what is published."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.funnel.masking import LEAST, Cell, Sum, mask

# Larger than any count that is generated, so that what the published numbers leave open is found.
TRIED = 13
small = st.integers(0, 7)


def possible(counts: Mapping[Cell, int], sums: Sequence[Sum], hidden: frozenset[Cell]) -> dict[Cell, set[int]]:
    """The values that each masked cell could have, by trying all: a reader's knowledge, found without algebra.

    Hidden totals follow from their parts; all others are tried from 0 up.
    """
    totals = [one for one in sums if one.total in hidden]
    free = [cell for cell in counts if cell in hidden and cell not in {one.total for one in totals}]
    tried = list(itertools.product(range(TRIED), repeat=len(free)))
    tables = np.array(tried, dtype=np.int64).reshape(len(tried), len(free))
    column = {cell: tables[:, number] for number, cell in enumerate(free)}

    def value(cell: Cell) -> np.ndarray:
        if cell in column:
            return column[cell]
        return np.full(len(tables), counts[cell])

    fits = np.ones(len(tables), dtype=bool)
    # Parts first: the totals of totals come last in every list of sums here.
    for one in sums:
        added = sum((value(part) for part in one.parts), np.zeros(len(tables), dtype=np.int64))
        if one.total in hidden and one.total not in column:
            column[one.total] = added
        else:
            fits &= added == value(one.total)
    return {cell: set(column[cell][fits].tolist()) for cell in hidden}


def check(counts: Mapping[Cell, int], sums: Sequence[Sum]) -> frozenset[Cell]:
    hidden = mask(counts, sums)
    assert {cell for cell, count in counts.items() if 0 < count < LEAST} <= hidden
    for cell, values in possible(counts, sums, hidden).items():
        assert counts[cell] in values
        assert len(values) > 1, f"{cell} can be worked out"
        if 0 < counts[cell] < LEAST:
            assert max(values) >= LEAST, f"{cell} is known to be small"
    return hidden


@settings(max_examples=100, deadline=None)
@given(st.lists(small, min_size=2, max_size=4))
def test_a_list_with_its_total(parts: list[int]) -> None:
    names = tuple(f"month {number}" for number in range(len(parts)))
    check({**dict(zip(names, parts, strict=True)), "year": sum(parts)}, [Sum("year", names)])


@settings(max_examples=100, deadline=None)
@given(st.lists(small, min_size=4, max_size=4))
def test_a_table_with_totals_both_ways(parts: list[int]) -> None:
    a, b, c, d = parts
    counts = {"a": a, "b": b, "c": c, "d": d, "ab": a + b, "cd": c + d, "ac": a + c, "bd": b + d, "all": sum(parts)}
    sums = [Sum("ab", ("a", "b")), Sum("cd", ("c", "d")), Sum("ac", ("a", "c")), Sum("bd", ("b", "d"))]
    check(counts, [*sums, Sum("all", ("ab", "cd")), Sum("all", ("ac", "bd"))])


def test_large_counts_are_all_shown() -> None:
    assert mask({"a": 5, "b": 0, "total": 5}, [Sum("total", ("a", "b"))]) == frozenset()


def test_one_small_count_takes_the_next_smallest_along() -> None:
    counts = {"a": 3, "b": 20, "c": 9, "total": 32}
    assert check(counts, [Sum("total", ("a", "b", "c"))]) == {"a", "c"}


def test_two_small_counts_whose_sum_is_small_are_not_protection_enough() -> None:
    # With only the two masked, the total would tell that together they are two: one each.
    assert check({"a": 1, "b": 1, "c": 9, "total": 11}, [Sum("total", ("a", "b", "c"))]) == {"a", "b", "c"}


@pytest.mark.parametrize("count", range(1, 5))
def test_a_count_that_stands_alone_is_masked(count: int) -> None:
    assert mask({"a": count, "b": 50}, []) == {"a"}
