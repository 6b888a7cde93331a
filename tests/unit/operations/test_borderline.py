"""Whether a lost message of danger is told as chance."""

from __future__ import annotations

import pytest

from bot.operations.borderline import by_chance

# Messages of danger that move by 0.01 to 0.1.
BEFORE = {f"bericht {number}": 0.5 for number in range(1, 11)}
AFTER = {f"bericht {number}": 0.5 - number / 100 for number in range(1, 11)}


@pytest.mark.parametrize(
    ("before", "after", "is_chance"),
    [
        (0.02, -0.01, True),
        (-0.01, 0.02, True),
        (0.02, -0.3, False),
        (0.4, -0.01, False),
    ],
)
def test_it_is_chance_when_it_moved_no_further_than_the_others(before: float, after: float, is_chance: bool) -> None:
    found = by_chance(["weg"], {**BEFORE, "weg": before}, {**AFTER, "weg": after})
    assert found == (frozenset({"weg"}) if is_chance else frozenset())


def test_messages_that_were_lost_do_not_set_the_measure() -> None:
    lost = [f"weg {number}" for number in range(50)]
    before, after = dict.fromkeys(lost, 0.4), dict.fromkeys(lost, -0.4)
    assert by_chance(lost, {**BEFORE, **before}, {**AFTER, **after}) == frozenset()


def test_without_others_to_compare_with_nothing_is_called_chance() -> None:
    assert by_chance(["weg"], {"weg": 0.01}, {"weg": 0.01}) == frozenset()
