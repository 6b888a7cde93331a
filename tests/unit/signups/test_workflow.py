"""The workflow table: what is reachable, what is final, what each step asks for."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.signups import workflow
from bot.signups.workflow import (
    FINAL,
    MAIN_LINE,
    TRANSITIONS,
    UNDO_WITHIN,
    Asks,
    Missing,
    NotAllowed,
    State,
)
from tests.unit.signups.builders import NOW

states = st.sampled_from(State)
EVERYTHING = {"reason": "een reden", "on": date(2026, 12, 1), "records_consent": True}


def test_every_state_is_reachable_from_new() -> None:
    reached = {State.NEW}
    while more := {step.target for state in reached for step in workflow.allowed(state)} - reached:
        reached |= more
    assert reached == set(State)


def test_a_final_state_has_no_way_out_and_every_other_state_has() -> None:
    assert {state for state in State if not workflow.allowed(state)} == FINAL


def test_the_main_line_is_walked_in_order_and_only_forwards() -> None:
    for state, following in pairwise(MAIN_LINE):
        step = workflow.next_step(state)
        assert step is not None and step.target is following
        assert [s.target for s in workflow.allowed(state) if s.target in MAIN_LINE] == [following]


@pytest.mark.parametrize("way_out", [State.INELIGIBLE, State.WITHDRAWN, State.SECOND_LINE_ADVISED])
def test_each_way_out_is_open_from_every_state_that_is_not_final(way_out: State) -> None:
    assert {source for source, target in TRANSITIONS if target is way_out} == set(State) - FINAL


@given(states, states)
def test_with_everything_given_a_step_succeeds_exactly_when_it_is_in_the_table(source: State, target: State) -> None:
    if (source, target) in TRANSITIONS:
        assert workflow.check(source, target, **EVERYTHING) is TRANSITIONS[source, target]
    else:
        with pytest.raises(NotAllowed):
            workflow.check(source, target, **EVERYTHING)


@given(st.sampled_from(sorted(TRANSITIONS)), st.text(" \n", max_size=3))
def test_a_step_with_nothing_given_names_all_it_asks_for(pair: tuple[State, State], blank: str) -> None:
    step = TRANSITIONS[pair]
    if step.asks:
        with pytest.raises(Missing) as caught:
            workflow.check(*pair, reason=blank)
        assert caught.value.missing == step.asks
    else:
        assert workflow.check(*pair, reason=blank) is step


@pytest.mark.parametrize(
    ("target", "ask"),
    [
        (State.INELIGIBLE, Asks.REASON),
        (State.INVITED, Asks.DATE),
        (State.EXAMINED, Asks.DATE),
        (State.RECORDS_REQUESTED, Asks.RECORDS_CONSENT),
    ],
)
def test_what_a_step_asks_for_does_not_depend_on_where_it_starts(target: State, ask: Asks) -> None:
    assert all(step.asks == (ask,) for (_, to), step in TRANSITIONS.items() if to is target)


def test_undo_is_possible_for_ten_minutes() -> None:
    assert workflow.may_undo(NOW, NOW)
    assert workflow.may_undo(NOW, NOW + UNDO_WITHIN)
    assert not workflow.may_undo(NOW, NOW + UNDO_WITHIN + timedelta(seconds=1))
    assert not workflow.may_undo(NOW, NOW - timedelta(seconds=1))
