"""What a patient does with a sign-up, on a real database."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.eligibility.verdict import Verdict
from bot.signups import service, triage
from bot.signups.audit import Actor, Purpose
from bot.signups.records import SignUp
from bot.signups.tables import AuditRow, EventRow, NameTokenRow, NoteRow, SignUpRow
from bot.signups.workflow import NotAllowed, State
from tests.unit.signups.builders import BORN, NOW, answers, details, handover

NURSE = Actor("anna", "nurse", "10.0.0.7")
PERSONAL = (
    "Testpersoon",
    "1985-04-03",
    "612345678",
    "voorbeeld@example.org",
    "na de lunch",
    "Proefkonijn",
    "Nergenshuizen",
    "eigen woorden",
    "gesprek-4711",
    "notitie over haar zus",
    "reden in eigen taal",
)


def submitted(engine: Engine) -> SignUp:
    with session_scope(engine) as session:
        return service.submit(session, handover(), details(), NOW)


def test_a_submitted_sign_up_is_found_with_code_and_date_of_birth(engine: Engine) -> None:
    signup = submitted(engine)
    typed = signup.code.lower().replace("-", " ")
    with session_scope(engine) as session:
        found = service.find(session, typed, BORN, NOW)
    assert found == signup
    assert found is not None and found.details == replace(details(), answers=answers())


@pytest.mark.parametrize("wrong", [("SW-2222-2222", BORN), (None, date(1985, 3, 4)), ("onzin", BORN)])
def test_a_wrong_code_or_date_of_birth_finds_nothing_and_is_audited(
    engine: Engine, wrong: tuple[str | None, date]
) -> None:
    signup = submitted(engine)
    with session_scope(engine) as session:
        assert service.find(session, wrong[0] or signup.code, wrong[1], NOW) is None
    with session_scope(engine) as session:
        actions = session.execute(select(AuditRow.action).order_by(AuditRow.sequence)).scalars().all()
    assert actions == ["signup.submit", "signup.find_failed"]


def test_submitting_twice_gives_one_sign_up_and_keeps_the_first(engine: Engine) -> None:
    sent = handover()
    with session_scope(engine) as session:
        first = service.submit(session, sent, details(), NOW)
    with session_scope(engine) as session:
        second = service.submit(session, sent, details(name="Iemand Anders"), NOW + timedelta(minutes=1))
    assert second == first
    assert _count(engine, SignUpRow) == 1


def test_submits_at_the_same_moment_give_one_sign_up(engine: Engine) -> None:
    sent = handover()
    ready = threading.Barrier(6)

    def send(_time: int) -> str:
        ready.wait()
        with session_scope(engine) as session:
            return service.submit(session, sent, details(), NOW).code

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(send, range(6)))
    assert len(set(codes)) == 1
    assert _count(engine, SignUpRow) == 1
    assert _count(engine, EventRow) == 1


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ({}, Verdict.MAY_TAKE_PART),
        ({"walking": "unknown"}, Verdict.NEEDS_CHECK),
        ({"walking": "unknown", "age": "not_met"}, Verdict.CANNOT_TAKE_PART),
    ],
)
def test_the_verdict_follows_the_answers_of_the_form(
    sqlite_engine: Engine, outcomes: dict[str, str], verdict: Verdict
) -> None:
    with session_scope(sqlite_engine) as session:
        signup = service.submit(session, handover(), details(answers=answers(**outcomes)), NOW)
    assert signup.verdict is verdict
    assert signup.first_answers == answers()


def test_a_correction_changes_details_verdict_and_what_the_sign_up_is_found_by(engine: Engine) -> None:
    signup = submitted(engine)
    born = date(1984, 4, 3)
    new = details(date_of_birth=born, name="Ander Woord", answers=answers(walking="unknown"))
    with session_scope(engine) as session:
        corrected = service.correct(session, signup.id, new, NOW, version=signup.version)
    assert (corrected.details, corrected.verdict) == (new, Verdict.NEEDS_CHECK)
    assert corrected.events[-1].details["fields"] == ["name", "date_of_birth", "answers"]
    with session_scope(engine) as session:
        assert service.find(session, signup.code, BORN, NOW) is None
        assert service.find(session, signup.code, born, NOW) == corrected
        assert triage.list_signups(session, NURSE, NOW, triage.Filter(name="testpersoon")).total == 0
        assert triage.list_signups(session, NURSE, NOW, triage.Filter(name="woord")).total == 1


def test_a_correction_of_an_outdated_version_is_refused_and_changes_nothing(engine: Engine) -> None:
    signup = submitted(engine)
    with session_scope(engine) as session:
        service.correct(session, signup.id, details(phone="+31687654321"), NOW, version=signup.version)
    with pytest.raises(service.Conflict), session_scope(engine) as session:
        service.correct(session, signup.id, details(name="Te Laat"), NOW, version=signup.version)
    with session_scope(engine) as session:
        assert service.get(session, signup.id, NURSE, Purpose.TRIAGE, NOW).details.name == details().name


def test_withdrawing_ends_the_consents_and_the_workflow(engine: Engine) -> None:
    signup = submitted(engine)
    with session_scope(engine) as session:
        withdrawn = service.withdraw(session, signup.id, NOW)
    assert withdrawn.state is State.WITHDRAWN
    assert not withdrawn.details.consent_call and not withdrawn.details.consent_records
    with pytest.raises(NotAllowed), session_scope(engine) as session:
        service.correct(session, signup.id, details(), NOW)


def test_withdrawing_after_a_decision_keeps_the_decision_and_ends_the_consents(engine: Engine) -> None:
    signup = submitted(engine)
    with session_scope(engine) as session:
        triage.transition(
            session, NURSE, signup.id, State.INELIGIBLE, NOW, version=signup.version, reason="reden in eigen taal"
        )
    with session_scope(engine) as session:
        withdrawn = service.withdraw(session, signup.id, NOW)
    assert withdrawn.state is State.INELIGIBLE
    assert not withdrawn.details.consent_call
    assert withdrawn.events[-1].kind == "withdrawn"


def test_erasing_leaves_nothing_about_the_person_but_keeps_the_counts(engine: Engine) -> None:
    signup = submitted(engine)
    with session_scope(engine) as session:
        triage.add_note(session, NURSE, signup.id, "notitie over haar zus", NOW)
    with session_scope(engine) as session:
        assert service.erase(session, signup.id, NOW) == "gesprek-4711"
    with session_scope(engine) as session:
        assert service.find(session, signup.code, BORN, NOW) is None
        with pytest.raises(service.NotFound):
            service.get(session, signup.id, NURSE, Purpose.TRIAGE, NOW)
    for table in (EventRow, NoteRow, NameTokenRow):
        assert _count(engine, table) == 0
    with engine.connect() as connection:
        (row,) = connection.execute(text("SELECT * FROM signups")).mappings().all()
        trail = connection.execute(text("SELECT action, record FROM audit_trail ORDER BY sequence")).all()
    left = {name for name, value in row.items() if value}
    assert left == {
        *("id", "handover_digest", "trial", "language", "state", "verdict", "version"),
        *("created_at", "state_since", "erased_at"),
    }
    assert ("signup.erase", f"signup:{signup.id}") in [tuple(entry) for entry in trail]


def test_an_erased_sign_up_does_not_come_back_by_sending_the_form_again(engine: Engine) -> None:
    sent = handover()
    with session_scope(engine) as session:
        signup = service.submit(session, sent, details(), NOW)
        service.erase(session, signup.id, NOW)
    with pytest.raises(service.Erased), session_scope(engine) as session:
        service.submit(session, sent, details(), NOW)
    with session_scope(engine) as session:
        assert triage.list_signups(session, NURSE, NOW).total == 0


def test_a_copy_of_the_database_file_shows_nothing_personal(
    sqlite_engine: Engine, sqlite_file: Path, tmp_path: Path
) -> None:
    # A connection that stays open keeps SQLite from emptying its write-ahead log.
    with sqlite_engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        signup = submitted(sqlite_engine)
        with session_scope(sqlite_engine) as session:
            noted = triage.add_note(session, NURSE, signup.id, "notitie over haar zus", NOW)
        with session_scope(sqlite_engine) as session:
            triage.transition(
                session, NURSE, signup.id, State.INELIGIBLE, NOW, version=noted.version, reason="reden in eigen taal"
            )
        log = Path(shutil.copy(f"{sqlite_file}-wal", tmp_path / "stolen-wal")).read_bytes()
    # Connections stay open for reuse; the last one to go empties the log into the file.
    sqlite_engine.dispose()
    whole = Path(shutil.copy(sqlite_file, tmp_path / "stolen")).read_bytes()
    for stolen in (log, whole):
        assert signup.code.encode() in stolen, "the sign-up must be in the copy for this test to mean something"
        for value in PERSONAL:
            for encoding in ("utf-8", "utf-16-le"):
                assert value.lower().encode(encoding) not in stolen.lower(), f"{value} can be read"


def _count(engine: Engine, table: type) -> int:
    with session_scope(engine) as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()
