"""Study settings: versions, conflicts, confirmations against the register, and what a running process sees of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.database import make_engine, session_scope
from bot.eligibility.criteria import Recruitment, RegisterStatus, Trial
from bot.eligibility.trial_file import TrialFileError, load_trial
from bot.settings import Settings
from bot.signups.audit import Actor
from bot.signups.tables import AuditRow
from bot.study import store
from bot.study.current import CurrentStudy
from bot.study.store import Conflict
from bot.study.values import RecruitmentStatus, Waiting, applied, contradicts, doubtful
from tests.unit.signups.builders import NOW
from tests.unit.signups.conftest import empty_postgres, engine, keys, sqlite_engine, sqlite_file  # noqa: F401

TRIAL = load_trial(Path("data/trials/ram-ms.yml"))
MANAGER = Actor("mara", "manager", "127.0.0.1")


def status(value: str) -> RecruitmentStatus:
    return RecruitmentStatus(Recruitment(value), "2026-11-01", "studieteam")


def put(engine: Engine, value: str, version: int) -> None:  # noqa: F811
    with session_scope(engine) as session:
        store.set_recruitment(session, MANAGER, TRIAL.id, status(value), "", version, NOW)


def doubt(engine: Engine, trial: Trial = TRIAL) -> bool:  # noqa: F811
    with session_scope(engine) as session:
        state = store.state(session, trial.id)
    return doubtful(applied(trial, state), state)


def test_the_file_counts_until_staff_set_something(engine: Engine) -> None:  # noqa: F811
    with session_scope(engine) as session:
        state = store.state(session, TRIAL.id)
    assert applied(TRIAL, state) is TRIAL
    assert state.waiting == Waiting(shown=False, long_months=6)


def test_every_change_is_a_version_with_author_and_audited(engine: Engine) -> None:  # noqa: F811
    put(engine, "closed", 0)
    put(engine, "waiting_list", 1)
    with session_scope(engine) as session:
        store.set_waiting(session, MANAGER, TRIAL.id, Waiting(True, 9), "overleg", 0, NOW)
    with session_scope(engine) as session:
        state = store.state(session, TRIAL.id)
        versions = [(row.name, row.version, row.author) for row in store.history(session, TRIAL.id)]
        trail = session.execute(select(AuditRow.action, AuditRow.record, AuditRow.actor)).all()
    trial = applied(TRIAL, state)
    assert (trial.recruitment, trial.recruitment_as_of) == (Recruitment.WAITING_LIST, "2026-11-01")
    assert trial.recruitment_source == {"nl": "studieteam"}
    assert trial.recruitment_text == TRIAL.recruitment_text
    assert (state.waiting, state.waiting_version.note) == (Waiting(True, 9), "overleg")
    assert versions == [("waiting", 1, "mara"), ("recruitment", 2, "mara"), ("recruitment", 1, "mara")]
    assert [(action, record) for action, record, _ in trail] == [
        ("study.recruitment", "study:ram-ms"),
        ("study.recruitment", "study:ram-ms"),
        ("study.waiting", "study:ram-ms"),
    ]


def test_the_second_of_two_who_change_it_at_once_is_told(engine: Engine) -> None:  # noqa: F811
    put(engine, "closed", 0)
    with pytest.raises(Conflict):
        put(engine, "open", 0)
    with session_scope(engine) as session:
        assert applied(TRIAL, store.state(session, TRIAL.id)).recruitment is Recruitment.CLOSED


def test_open_against_the_register_is_doubtful_until_somebody_confirms_exactly_that(engine: Engine) -> None:  # noqa: F811
    assert doubt(engine)
    with session_scope(engine) as session:
        store.confirm(session, MANAGER, TRIAL, 0, "gehoord van het studieteam", NOW)
    assert not doubt(engine)
    put(engine, "closed", 0)
    assert not doubt(engine)
    put(engine, "open", 1)
    assert doubt(engine), "a status that was set anew asks for a new confirmation"
    with session_scope(engine) as session:
        current = applied(TRIAL, store.state(session, TRIAL.id))
        store.confirm(session, MANAGER, current, 2, "nogmaals gehoord", NOW + timedelta(days=1))
    assert not doubt(engine)
    assert TRIAL.register
    later = replace(TRIAL, register=replace(TRIAL.register, as_of="2026-10-01"))
    assert doubt(engine, later), "a newer word of the register asks for a new confirmation"


def test_a_status_that_changed_meanwhile_is_not_confirmed(engine: Engine) -> None:  # noqa: F811
    put(engine, "waiting_list", 0)
    with session_scope(engine) as session, pytest.raises(Conflict):
        store.confirm(session, MANAGER, TRIAL, 0, "te laat", NOW)


@pytest.mark.parametrize("register", [None, *Recruitment])
@pytest.mark.parametrize("own", Recruitment)
def test_only_a_closed_register_contradicts_and_only_a_study_that_takes_people(
    register: Recruitment | None, own: Recruitment
) -> None:
    entry = RegisterStatus(register, "2025-06-24", {"nl": "x"}, "https://example.org") if register else None
    trial = replace(TRIAL, recruitment=own, register=entry)
    assert contradicts(trial) == (register is Recruitment.CLOSED and own is not Recruitment.CLOSED)


def test_the_shipped_register_entry_is_the_cited_source() -> None:
    assert TRIAL.register
    assert (TRIAL.register.status, TRIAL.register.as_of) == (Recruitment.CLOSED, "2025-06-24")
    assert TRIAL.register.url in Path("data/sources/documents.yml").read_text(encoding="utf-8")


def test_another_process_sees_a_change_and_keeps_it_through_an_outage(
    database: Engine, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    clock = [0.0]
    study = CurrentStudy(settings.trial_file, make_engine(settings.database_url), clock=lambda: clock[0])
    assert study.trial().recruitment is Recruitment.OPEN
    put(database, "closed", 0)
    clock[0] = 0.9
    assert study.trial().recruitment is Recruitment.OPEN
    clock[0] = 1.1
    assert study.trial().recruitment is Recruitment.CLOSED
    assert study.state().recruitment_version.author == "mara"
    with database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE study_settings RENAME TO gone")
    clock[0] = 3.0
    assert study.trial().recruitment is Recruitment.CLOSED
    assert "out of reach" in caplog.text


def test_a_file_that_breaks_while_people_answer_its_questions_does_not_count(
    database: Engine, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copy = tmp_path / "trial.yml"
    study = CurrentStudy(copy, database)
    with pytest.raises(TrialFileError):
        study.trial()
    copy.write_text(settings.trial_file.read_text(encoding="utf-8"), encoding="utf-8")
    good = study.trial()
    copy.write_text("criteria: [", encoding="utf-8")
    assert study.trial() == good
    assert "counts" in caplog.text


def test_published_words_come_over_those_of_the_file_until_they_are_withdrawn(
    database: Engine, settings: Settings
) -> None:
    said, clock = {"trial.ram-ms.age.question.nl": "Hoe oud bent u?"}, [0.0]
    study = CurrentStudy(settings.trial_file, database, clock=lambda: clock[0], words=lambda: dict(said))
    assert study.trial().criterion("age").question["nl"] == "Hoe oud bent u?"
    assert study.trial() is study.trial()
    put(database, "closed", 0)
    said.clear()
    clock[0] = 1.1
    assert study.trial().criterion("age") == TRIAL.criterion("age")
    assert study.trial().recruitment is Recruitment.CLOSED
