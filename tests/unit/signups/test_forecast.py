"""The forecast of waiting: properties that hold for every planning, and cases one can work out by hand."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.signups.capacity import History, Places, Quarter, more_than_source, quarter_of, read_quarter
from bot.signups.forecast import Wait, forecast

TODAY = date(2026, 11, 20)
NOW = quarter_of(TODAY)
NOBODY_LEFT = History(0, 0)
QUEUE = 8

quarters = st.builds(Quarter, st.integers(2026, 2028), st.integers(1, 4))
rooms = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda pair: Places(min(pair), max(pair)))
plannings = st.dictionaries(quarters, rooms, max_size=5)
takens = st.dictionaries(quarters, st.integers(0, 3), max_size=3)
histories = st.builds(History, st.integers(0, 30), st.integers(0, 30))


def told(
    places: dict[Quarter, Places], taken: dict[Quarter, int], history: History = NOBODY_LEFT, queue: int = QUEUE
) -> list[Wait]:
    return forecast(places, taken, queue, history, TODAY, runs=150)


def no_later(one: float | None, other: float | None) -> bool:
    """Whether the first is not after the second, where None is later than anything."""
    return other is None or (one is not None and one <= other + 1e-9)


@settings(max_examples=60, deadline=None)
@given(plannings, takens, histories, quarters, st.integers(0, 2), st.integers(0, 2))
def test_more_places_never_lengthen_a_wait(
    places: dict[Quarter, Places], taken: dict[Quarter, int], history: History, more: Quarter, least: int, most: int
) -> None:
    before = places.get(more, Places(0, 0))
    high = before.at_most + most
    wider = {**places, more: Places(min(before.at_least + least, high), high)}
    for few, many in zip(told(places, taken, history), told(wider, taken, history), strict=True):
        assert no_later(many.median, few.median)
        if few.median is not None:
            assert no_later(many.low, few.low) and no_later(many.high, few.high)


@settings(max_examples=60, deadline=None)
@given(plannings, takens, histories)
def test_nobody_overtakes_and_the_interval_holds_the_median(
    places: dict[Quarter, Places], taken: dict[Quarter, int], history: History
) -> None:
    waits = told(places, taken, history)
    assert [wait.place for wait in waits] == list(range(1, QUEUE + 1))
    for ahead, behind in zip(waits, waits[1:], strict=False):
        assert no_later(ahead.median, behind.median)
    for wait in waits:
        if wait.median is None:
            assert wait.low is None and wait.high is None
        else:
            assert wait.low is not None and 0 <= wait.low <= wait.median
            assert no_later(wait.median, wait.high)


@settings(max_examples=30, deadline=None)
@given(takens, histories, st.dictionaries(quarters, st.just(Places(0, 0))))
def test_without_places_nothing_is_known(
    taken: dict[Quarter, int], history: History, none: dict[Quarter, Places]
) -> None:
    assert told({}, taken, history) == told(none, taken, history) == [Wait(n) for n in range(1, QUEUE + 1)]


def test_the_same_numbers_give_the_same_forecast() -> None:
    places = {quarter: Places(1, 2) for quarter in NOW.following(5)}
    assert told(places, {}) == told(places, {})


def test_who_is_first_has_the_first_place() -> None:
    # One place in the first quarter of 2027, given on its last day: 1 April is 132 days away.
    first = told({Quarter(2027, 1): Places(1, 1)}, {})[0]
    assert first.median is not None and first.low == first.median == first.high
    assert round(first.median, 1) == 4.3


def test_planned_places_are_not_given_again() -> None:
    places = {Quarter(2027, 1): Places(1, 1), Quarter(2027, 2): Places(1, 1)}
    first = told(places, {Quarter(2027, 1): 1})[0]
    assert first.median is not None and round(first.median, 1) == 7.3
    assert told(places, {Quarter(2027, 1): 1, Quarter(2027, 2): 1})[0].median is None


def test_quarters_that_are_over_do_not_count() -> None:
    assert told({Quarter(2026, 3): Places(2, 2)}, {})[0].median is None


def test_the_lottery_halves_who_is_ahead() -> None:
    # One place a quarter and nobody leaves: place 9 has about four people drawn ahead, so about the fifth quarter.
    places = {quarter: Places(1, 1) for quarter in Quarter(2027, 1).following(20)}
    ninth = forecast(places, {}, 9, History(0, 10_000), TODAY)[-1]
    assert ninth.median is not None and 13 <= ninth.median <= 20


def test_people_who_leave_shorten_the_wait_of_others() -> None:
    places = {quarter: Places(1, 1) for quarter in Quarter(2027, 1).following(20)}
    loyal = forecast(places, {}, 12, History(0, 1_000), TODAY)[-1]
    leaving = forecast(places, {}, 12, History(1_000, 0), TODAY)[-1]
    assert loyal.median is not None and leaving.median is not None
    assert leaving.median < loyal.median


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_every_day_is_in_the_quarter_that_is_told(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter.start <= day < quarter.next.start
    assert read_quarter(str(quarter)) == quarter


def test_more_than_ten_places_in_all_is_noticed() -> None:
    assert not more_than_source({quarter: Places(1, 2) for quarter in NOW.following(5)})
    assert more_than_source({quarter: Places(1, 2) for quarter in NOW.following(6)})
