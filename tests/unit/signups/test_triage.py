"""What staff do with sign-ups, on a real database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.signups import codes, service, triage
from bot.signups.audit import Actor, Purpose
from bot.signups.records import SignUp
from bot.signups.service import Conflict, NotFound
from bot.signups.tables import AuditRow
from bot.signups.triage import Filter, NothingToUndo
from bot.signups.workflow import MAIN_LINE, TRANSITIONS, Missing, NotAllowed, State
from tests.unit.signups.builders import NOW, answers, details, handover

NURSE = Actor("anna", "nurse", "10.0.0.7")
OTHER_NURSE = Actor("bram", "nurse", "10.0.0.8")
EVERYBODY = Filter()
GIVEN = {"reason": "een reden", "on": date(2026, 12, 1)}


def submitted(engine: Engine, after: timedelta = timedelta(0), **changes: Any) -> SignUp:
    given = changes.pop("answers", answers())
    with session_scope(engine) as session:
        return service.submit(session, handover(answers=given), details(**changes), NOW + after)


def moved(engine: Engine, signup: SignUp, target: State, **given: Any) -> SignUp:
    with session_scope(engine) as session:
        return triage.transition(
            session, NURSE, signup.id, target, given.pop("now", NOW), version=signup.version, **(GIVEN | given)
        )


def names(engine: Engine, wanted: Filter = EVERYBODY, **paging: int) -> list[str]:
    with session_scope(engine) as session:
        return [line.name for line in triage.list_signups(session, NURSE, NOW, wanted, **paging).items]


def test_the_list_shows_doubts_first_and_then_the_oldest(engine: Engine) -> None:
    day = timedelta(days=1)
    submitted(engine, 2 * day, name="Zeker Later")
    submitted(engine, 1 * day, name="Zeker Eerder")
    submitted(engine, 4 * day, name="Twijfel Later", answers=answers(walking="unknown"))
    submitted(engine, 3 * day, name="Twijfel Eerder", answers=answers(age="unknown", walking="unknown"))
    assert names(engine) == ["Twijfel Eerder", "Twijfel Later", "Zeker Eerder", "Zeker Later"]
    assert names(engine, Filter(doubts=True)) == ["Twijfel Eerder", "Twijfel Later"]
    assert names(engine, number=2, size=3) == ["Zeker Later"]
    with session_scope(engine) as session:
        page = triage.list_signups(session, NURSE, NOW, number=2, size=3)
        assert (page.total, page.pages) == (4, 2)
        assert triage.list_signups(session, NURSE, NOW).items[0].unknown == ("age", "walking")


def test_the_list_can_be_limited_to_states_and_counts_them(engine: Engine) -> None:
    submitted(engine, name="Nog Nieuw")
    moved(engine, submitted(engine, name="Al Gebeld"), State.CALLED)
    assert names(engine, Filter(states=[State.CALLED])) == ["Al Gebeld"]
    assert names(engine, Filter(states=[State.INVITED])) == []
    with session_scope(engine) as session:
        counts = triage.count_per_state(session)
    assert counts[State.NEW] == counts[State.CALLED] == 1 and counts[State.INVITED] == 0
    assert set(counts) == set(State)


@pytest.mark.parametrize("typed", ["de vries", "VRIES", "José", "jose vries", "de Vriés"])
def test_a_name_is_found_by_its_words(engine: Engine, typed: str) -> None:
    submitted(engine, name="José de Vries-Jansen")
    submitted(engine, name="Iemand Anders")
    assert names(engine, Filter(name=typed)) == ["José de Vries-Jansen"]


@pytest.mark.parametrize("typed", ["vrie", "jose anders", "van de", "%", "'; drop table signups"])
def test_words_that_are_not_in_a_name_find_nobody(engine: Engine, typed: str) -> None:
    submitted(engine, name="José de Vries-Jansen")
    assert names(engine, Filter(name=typed)) == []


def test_a_sign_up_goes_along_the_whole_main_line(engine: Engine) -> None:
    signup = submitted(engine)
    for target in MAIN_LINE[1:]:
        signup = moved(engine, signup, target)
        assert signup.state is target
    assert [event.target for event in signup.events if event.kind == triage.TRANSITION] == list(MAIN_LINE[1:])


@pytest.mark.parametrize("step", sorted(TRANSITIONS), ids=lambda step: f"{step[0].value}-{step[1].value}")
def test_each_step_of_the_table_works_and_is_taken_back(sqlite_engine: Engine, step: tuple[State, State]) -> None:
    source, target = step
    signup = submitted(sqlite_engine)
    for following in MAIN_LINE[1 : MAIN_LINE.index(source) + 1]:
        signup = moved(sqlite_engine, signup, following)
    signup = moved(sqlite_engine, signup, target, now=NOW + timedelta(hours=1))
    assert (signup.state, signup.state_since) == (target, NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=1, minutes=9)
    assert triage.undoable(signup, later)
    with session_scope(sqlite_engine) as session:
        signup = triage.undo(session, OTHER_NURSE, signup.id, later, version=signup.version)
    assert (signup.state, signup.state_since) == (source, NOW)
    assert signup.events[-2].undone and signup.events[-1].kind == "undo"


def test_a_reason_and_a_date_are_kept_in_the_timeline(engine: Engine) -> None:
    signup = moved(engine, submitted(engine), State.INELIGIBLE, reason=" woont te ver weg ", on=None)
    assert signup.events[-1].details == {"reason": "woont te ver weg"}


def test_a_step_that_is_not_allowed_or_lacks_something_changes_nothing(engine: Engine) -> None:
    signup = submitted(engine, consent_records=False)
    with pytest.raises(NotAllowed):
        moved(engine, signup, State.INCLUDED)
    with pytest.raises(Missing):
        moved(engine, signup, State.INELIGIBLE, reason=" ")
    signup = moved(engine, signup, State.CALLED)
    with pytest.raises(Missing):
        moved(engine, signup, State.RECORDS_REQUESTED)
    with session_scope(engine) as session:
        assert service.get(session, signup.id, NURSE, Purpose.TRIAGE, NOW) == signup


def test_of_two_nurses_at_once_the_second_is_told(engine: Engine) -> None:
    shown = submitted(engine)
    moved(engine, shown, State.CALLED)
    with pytest.raises(Conflict):
        moved(engine, shown, State.INELIGIBLE)
    with session_scope(engine) as session:
        assert service.get(session, shown.id, NURSE, Purpose.TRIAGE, NOW).state is State.CALLED


def test_two_sessions_that_both_read_before_writing_cannot_both_write(engine: Engine) -> None:
    shown = submitted(engine)
    with pytest.raises(Conflict), session_scope(engine) as slow:
        service.load_row(slow, shown.id, shown.version)
        moved(engine, shown, State.CALLED)
        triage.transition(slow, OTHER_NURSE, shown.id, State.WITHDRAWN, NOW, version=shown.version)


def test_only_a_recent_step_of_staff_is_taken_back(engine: Engine) -> None:
    signup = submitted(engine)
    with pytest.raises(NothingToUndo), session_scope(engine) as session:
        triage.undo(session, NURSE, signup.id, NOW, version=signup.version)
    signup = moved(engine, signup, State.CALLED)
    late = NOW + timedelta(minutes=11)
    assert not triage.undoable(signup, late)
    with pytest.raises(NothingToUndo), session_scope(engine) as session:
        triage.undo(session, NURSE, signup.id, late, version=signup.version)
    with session_scope(engine) as session:
        signup = service.withdraw(session, signup.id, NOW)
    assert not triage.undoable(signup, NOW)
    with pytest.raises(NothingToUndo), session_scope(engine) as session:
        triage.undo(session, NURSE, signup.id, NOW, version=signup.version)


@pytest.mark.parametrize("decided", [State.INELIGIBLE, State.WITHDRAWN])
def test_a_step_before_the_patients_own_withdrawal_is_not_taken_back(engine: Engine, decided: State) -> None:
    moved(engine, submitted(engine), decided)
    with session_scope(engine) as session:
        signup = service.withdraw(session, 1, NOW)
    assert signup.state is decided and not triage.undoable(signup, NOW)
    with pytest.raises(NothingToUndo), session_scope(engine) as session:
        triage.undo(session, NURSE, signup.id, NOW, version=signup.version)


def test_a_withdrawal_told_to_a_nurse_ends_the_consents_until_it_is_taken_back(engine: Engine) -> None:
    signup = moved(engine, submitted(engine, consent_records=False), State.WITHDRAWN, reason="")
    assert not signup.details.consent_call and not signup.details.consent_records
    assert signup.events[-1].details == {"on": "2026-12-01", "consent_call": "no"}
    with session_scope(engine) as session:
        signup = triage.undo(session, OTHER_NURSE, signup.id, NOW, version=signup.version)
    assert signup.details.consent_call and not signup.details.consent_records
    assert signup.events[-1].details == {"consent_call": "yes"}
    with session_scope(engine) as session:
        rows = session.execute(select(AuditRow.action, AuditRow.details).order_by(AuditRow.sequence)).all()
    told = {action: json.loads(details) for action, details in rows}
    assert told["signup.transition"]["consent_call"] == "no" and told["signup.undo"]["consent_call"] == "yes"


@pytest.mark.parametrize("write", [str, str.lower, lambda code: code.replace("-", " ")])
def test_a_code_is_found_as_somebody_reads_it_aloud(engine: Engine, write: Callable[[str], str]) -> None:
    wanted, _ = submitted(engine, name="Met Code"), submitted(engine, name="Iemand Anders")
    assert names(engine, Filter(name=write(wanted.code))) == ["Met Code"]
    assert names(engine, Filter(name=write(wanted.code)[:-1])) == []


def test_a_name_that_could_be_a_code_is_found_as_a_name(engine: Engine) -> None:
    submitted(engine, name="Voorbeeld Verbeeck")
    assert codes.normalise("Verbeeck") and names(engine, Filter(name="Verbeeck")) == ["Voorbeeld Verbeeck"]


def test_counts_can_be_of_doubts_alone(engine: Engine) -> None:
    submitted(engine)
    submitted(engine, answers=answers(age="unknown"))
    with session_scope(engine) as session:
        assert triage.count_per_state(session)[State.NEW] == 2
        assert triage.count_per_state(session, doubts=True)[State.NEW] == 1


def test_notes_are_kept_in_order_with_their_author(engine: Engine) -> None:
    signup = submitted(engine)
    for actor, text in ((NURSE, "eerste"), (OTHER_NURSE, " tweede ")):
        with session_scope(engine) as session:
            signup = triage.add_note(session, actor, signup.id, text, NOW)
    assert [(note.author, note.text) for note in signup.notes] == [("anna", "eerste"), ("bram", "tweede")]
    with pytest.raises(ValueError, match="text"), session_scope(engine) as session:
        triage.add_note(session, NURSE, signup.id, "  ", NOW)


def test_a_sign_up_that_is_not_there_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound), session_scope(engine) as session:
        service.get(session, 4711, NURSE, Purpose.TRIAGE, NOW)
