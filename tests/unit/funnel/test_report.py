"""The report of a year: what it counts, and that no small group shows anywhere in it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.funnel import counters
from bot.funnel.counters import Counters
from bot.funnel.report import (
    ENDED,
    ERASED,
    PRESENT,
    SENT,
    VERDICTS,
    YEAR,
    first_year,
    masked_by_month,
    masked_signups,
    report,
)
from bot.signups import service, triage
from bot.signups.audit import Actor
from bot.signups.workflow import State
from tests.unit.signups.builders import NOW, details, handover

NURSE = Actor("anna", "nurse", "127.0.0.1")


def count(engine: Engine, at: datetime, **names: int) -> None:
    for name, number in names.items():
        Counters(engine, lambda: at).add([name.replace("__", ".")] * number)


def test_months_add_up_to_the_year_and_verdicts_to_who_ended(database: Engine) -> None:
    count(database, NOW, conversation=30, prescreen__begun=20, verdict__may_take_part=6, verdict__needs_check=9)
    count(database, NOW - timedelta(days=31), conversation=12, verdict__cannot_take_part=8, reason__age=7)
    count(database, NOW - timedelta(days=366), conversation=50)
    with session_scope(database) as session:
        found = report(session, 2026, ("age", "walking"))
        assert first_year(session, NOW.date()) == 2025
        assert report(session, 2025, ()).steps.rows[counters.CONVERSATION][YEAR] == 50
    assert found.steps.rows[counters.CONVERSATION][YEAR] == 42
    assert found.steps.rows[counters.CONVERSATION][10:12] == (12, 30)
    assert found.steps.rows[ENDED][YEAR] == 23
    assert found.reasons.rows["reason.age"][YEAR] == 7 and found.reasons.rows["reason.walking"][YEAR] == 0


def test_states_and_the_time_in_them_come_from_the_sign_ups(database: Engine) -> None:
    with session_scope(database) as session:
        for number in range(6):
            signup = service.submit(session, handover(), details(), NOW)
            later = NOW + timedelta(days=2 + number)
            signup = triage.transition(session, NURSE, signup.id, State.CALLED, later, version=signup.version)
            if number == 0:
                triage.undo(session, NURSE, signup.id, later, version=signup.version)
        erased = service.submit(session, handover(), details(), NOW)
        service.erase(session, erased.id, NOW)
    with session_scope(database) as session:
        found = report(session, 2026, ())
    assert found.steps.rows[SENT][YEAR] == 7
    # One is new again and one is erased: neither may show, nor the five that would tell how many they are together.
    hidden = {name for name, count in found.signups.present.items() if count is None}
    assert hidden == {"state.new", "state.called", ERASED} and found.signups.total == 7
    stays = {stay.state: stay for stay in found.stays}
    assert (stays[State.NEW].days, stays[State.NEW].hidden) == (5.0, False)
    assert (stays[State.CALLED].days, stays[State.CALLED].hidden) == (None, False)
    assert State.INCLUDED not in stays


def test_few_stays_hide_their_time(database: Engine) -> None:
    with session_scope(database) as session:
        signup = service.submit(session, handover(), details(), NOW)
        triage.transition(session, NURSE, signup.id, State.CALLED, NOW + timedelta(days=3), version=signup.version)
    with session_scope(database) as session:
        stay = report(session, 2026, ()).stays[0]
    assert (stay.state, stay.days, stay.hidden) == (State.NEW, None, True)


months = st.integers(1, 12)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.tuples(st.sampled_from(VERDICTS), months), st.integers(0, 12), max_size=20))
def test_no_line_of_the_verdicts_gives_a_small_count_away(found: dict[tuple[str, int], int]) -> None:
    for month in range(1, 13):
        found[ENDED, month] = sum(found.get((name, month), 0) for name in VERDICTS)
    shown = masked_by_month([ENDED, *VERDICTS], found, [(ENDED, VERDICTS)])
    lines = [[*row[1:], row[0]] for row in shown.values()]
    lines += [[shown[name][at] for name in (*VERDICTS, ENDED)] for at in range(13)]
    for line in lines:
        assert not any(count in (1, 2, 3, 4) for count in line)
        # One hidden count in a line is the difference of the others.
        assert line.count(None) != 1


def test_the_present_states_are_masked_with_their_total() -> None:
    present = dict.fromkeys(PRESENT, 0) | {"state.new": 2, "state.called": 9, "state.invited": 30}
    shown = masked_signups({(2026, 3): 20, (2026, 4): 21}, present)
    assert shown.present["state.new"] is None and shown.present["state.called"] is None
    assert (shown.present["state.invited"], shown.total) == (30, 41)
    assert (shown.sent[2026, 0], shown.sent[2026, 3]) == (41, 20)


def test_a_small_year_is_not_the_difference_of_the_others_and_all_sign_ups() -> None:
    shown = masked_signups({(2025, 12): 3, (2026, 4): 38}, dict.fromkeys(PRESENT, 0) | {"state.called": 41})
    assert shown.sent[2025, 0] is None
    assert None in (shown.sent[2026, 0], shown.total)


def test_what_is_told_of_states_is_too_little_to_work_out_a_small_one(database: Engine) -> None:
    """Ten go on from a state that twelve came into: who knew both numbers would know that two are in it."""
    with session_scope(database) as session:
        for number in range(12):
            signup = service.submit(session, handover(), details(), NOW)
            signup = triage.transition(session, NURSE, signup.id, State.CALLED, NOW, version=signup.version)
            if number < 10:
                triage.transition(session, NURSE, signup.id, State.RECORDS_REQUESTED, NOW, version=signup.version)
    with session_scope(database) as session:
        found = report(session, 2026, ())
    assert found.signups.present["state.called"] is None
    told = [count for table in found.tables for row in table.rows.values() for count in row]
    assert not {10, 2} & {*told, *found.signups.present.values()}


def test_a_year_begins_on_its_first_day(database: Engine) -> None:
    Counters(database, lambda: datetime.fromisoformat("2025-12-31T23:30:00+00:00")).add(["conversation"] * 5)
    with session_scope(database) as session:
        assert first_year(session, date(2026, 6, 1)) == 2026
