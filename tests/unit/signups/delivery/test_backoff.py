"""The pauses between attempts, for any number of failures and anything a server may say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.signups.delivery.backoff import FIRST, LEAST_PART, LONGEST, LONGEST_ASKED, asked_pause, pause

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ATTEMPTS = st.integers(1, 10_000)
PARTS = st.floats(LEAST_PART, 1.0)


@given(ATTEMPTS, PARTS)
def test_a_pause_lies_between_the_shortest_and_the_longest(attempts: int, part: float) -> None:
    assert FIRST * LEAST_PART <= pause(attempts, part=part) <= LONGEST


@given(ATTEMPTS, PARTS)
def test_pauses_never_get_shorter_and_double_until_the_longest(attempts: int, part: float) -> None:
    this, following = pause(attempts, part=part), pause(attempts + 1, part=part)
    expected = min(this * 2, LONGEST * part)
    assert abs(following - expected) <= timedelta(milliseconds=1)


@given(ATTEMPTS)
def test_chance_shortens_by_a_half_at_most(attempts: int) -> None:
    full = pause(attempts, part=1.0)
    assert full * LEAST_PART <= pause(attempts) <= full


def test_what_failed_together_does_not_come_back_together() -> None:
    assert len({pause(5) for _ in range(50)}) > 10


@given(ATTEMPTS, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_never_sooner_than_the_target_asks_but_within_a_day(attempts: int, asked: timedelta) -> None:
    found = pause(attempts, asked)
    assert found >= min(asked, LONGEST_ASKED)
    assert found <= LONGEST_ASKED


@given(st.integers(0, 86_400))
def test_seconds_and_dates_are_understood(seconds: int) -> None:
    wanted = timedelta(seconds=seconds)
    assert asked_pause(f" {seconds} ", NOW) == wanted
    assert asked_pause(format_datetime(NOW + wanted, usegmt=True), NOW) == wanted


@given(st.text(max_size=60) | st.none())
def test_anything_else_is_either_nothing_or_a_pause_that_is_not_negative(header: str | None) -> None:
    found = asked_pause(header, NOW)
    assert found is None or found >= timedelta(0)
