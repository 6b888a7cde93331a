"""The audit trail: written with the change, chained, and telling when somebody tampered with it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Connection, Engine

from bot.database import session_scope
from bot.signups import audit, service, triage
from bot.signups.audit import Actor, Anchor, Finding, Purpose, Report
from bot.signups.tables import AuditRow, SignUpRow
from bot.signups.workflow import State
from tests.unit.signups.builders import NOW, details, handover

NURSE = Actor("anna", "nurse", "10.0.0.7")


def entries(engine: Engine, count: int) -> None:
    for number in range(1, count + 1):
        with session_scope(engine) as session:
            audit.record(session, NURSE, "signup.look", f"signup:{number}", Purpose.TRIAGE, NOW)


def verified(engine: Engine, known: Anchor | None = None) -> Report:
    with session_scope(engine) as session:
        return audit.verify(session, known)


def tamper(engine: Engine, *statements: str) -> None:
    """Change the trail as somebody with full access to the database could, past the triggers."""
    with engine.begin() as connection:
        _without_triggers(connection)
        for statement in statements:
            connection.execute(text(statement))


def _without_triggers(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP TRIGGER audit_trail_append_only ON audit_trail"))
    else:
        connection.execute(text("DROP TRIGGER audit_trail_no_update"))
        connection.execute(text("DROP TRIGGER audit_trail_no_delete"))


def test_an_entry_holds_who_role_when_which_what_why_and_from_where(engine: Engine) -> None:
    with session_scope(engine) as session:
        audit.record(session, NURSE, "signup.look", "signup:17", Purpose.TRIAGE, NOW, {"from": "new"})
    with session_scope(engine) as session:
        row = session.execute(select(AuditRow)).scalar_one()
        assert (row.actor, row.role, row.at, row.record) == ("anna", "nurse", NOW, "signup:17")
        assert (row.action, row.purpose, row.origin) == ("signup.look", "triage", "10.0.0.7")
        assert row.details == '{"from":"new"}'


def test_every_use_of_a_sign_up_leaves_its_entry(engine: Engine) -> None:
    with session_scope(engine) as session:
        signup = service.submit(session, handover(), details(), NOW)
        service.find(session, signup.code, signup.details.date_of_birth, NOW)
        triage.list_signups(session, NURSE, NOW)
        service.get(session, signup.id, NURSE, Purpose.TRIAGE, NOW)
        signup = triage.add_note(session, NURSE, signup.id, "een notitie", NOW)
        signup = triage.transition(session, NURSE, signup.id, State.CALLED, NOW, version=signup.version)
        signup = triage.undo(session, NURSE, signup.id, NOW, version=signup.version)
        service.correct(session, signup.id, details(name="Ander"), NOW)
        service.withdraw(session, signup.id, NOW)
        service.erase(session, signup.id, NOW)
        triage.rotate_keys(session, NOW)
    with session_scope(engine) as session:
        rows = session.execute(select(AuditRow.action, AuditRow.record).order_by(AuditRow.sequence)).all()
    one = f"signup:{signup.id}"
    assert [tuple(row) for row in rows] == [
        ("signup.submit", one),
        ("signup.look", one),
        ("signup.list", "signup:list"),
        ("signup.look", one),
        ("signup.note", one),
        ("signup.transition", one),
        ("signup.undo", one),
        ("signup.correct", one),
        ("signup.withdraw", one),
        ("signup.erase", one),
        ("keys.rotate", "keys:all"),
    ]
    assert verified(engine).sound


def test_an_entry_and_its_change_are_stored_together_or_not_at_all(engine: Engine) -> None:
    with pytest.raises(RuntimeError), session_scope(engine) as session:
        service.submit(session, handover(), details(), NOW)
        raise RuntimeError("the power fails")
    with session_scope(engine) as session:
        assert session.execute(select(AuditRow)).first() is None
        assert session.execute(select(SignUpRow)).first() is None


def test_a_session_used_again_after_a_rollback_does_not_write_what_was_rolled_back(engine: Engine) -> None:
    with session_scope(engine) as session:
        audit.record(session, NURSE, "signup.look", "signup:1", Purpose.TRIAGE, NOW)
        session.rollback()
        audit.record(session, NURSE, "signup.look", "signup:2", Purpose.TRIAGE, NOW)
    assert verified(engine).entries == 1


@pytest.mark.parametrize(
    "details",
    [{"name": "Jansen, Piet (oma)"}, {"words": "Ik ben moe. Écht!"}, {"x": "a" * 3000}],
)
def test_text_about_a_person_cannot_be_entered(sqlite_engine: Engine, details: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="audit detail"), session_scope(sqlite_engine) as session:
        audit.record(session, NURSE, "signup.look", "signup:1", Purpose.TRIAGE, NOW, details)


def test_a_trail_nobody_touched_is_sound(engine: Engine) -> None:
    entries(engine, 5)
    report = verified(engine)
    assert report.sound and report.entries == report.end.sequence == 5


def test_an_empty_trail_is_sound(engine: Engine) -> None:
    assert verified(engine).sound


@pytest.mark.parametrize("statement", ["UPDATE audit_trail SET actor = 'bram'", "DELETE FROM audit_trail"])
def test_the_database_itself_refuses_to_change_the_trail(engine: Engine, statement: str) -> None:
    entries(engine, 2)
    with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    assert verified(engine).sound


@pytest.mark.parametrize(
    "column", ["at", "actor", "role", "action", "record", "purpose", "origin", "details", "previous", "hash"]
)
def test_a_changed_entry_is_found(engine: Engine, column: str) -> None:
    entries(engine, 4)
    value = "'2020-01-01 00:00:00+00:00'" if column == "at" else "'" + "ab" * 16 + "'"
    if engine.dialect.name == "sqlite" and column == "at":
        value = "'2020-01-01 00:00:00.000000'"
    tamper(engine, f"UPDATE audit_trail SET {column} = {value} WHERE sequence = 2")
    assert Finding(2, "changed") in verified(engine).findings


@pytest.mark.parametrize(("removed", "reported"), [(1, 1), (2, 2), (4, 4)])
def test_a_missing_entry_is_found_also_the_first_and_the_last(engine: Engine, removed: int, reported: int) -> None:
    entries(engine, 4)
    tamper(engine, f"DELETE FROM audit_trail WHERE sequence = {removed}")
    assert verified(engine).findings == (Finding(reported, "missing"),)


def test_a_missing_entry_is_found_when_the_rest_is_numbered_anew(engine: Engine) -> None:
    entries(engine, 4)
    tamper(
        engine,
        "DELETE FROM audit_trail WHERE sequence = 2",
        "UPDATE audit_trail SET sequence = 2 WHERE sequence = 3",
        "UPDATE audit_trail SET sequence = 3 WHERE sequence = 4",
    )
    assert Finding(1, "missing") in verified(engine).findings


def test_the_end_cut_off_is_found_even_when_the_head_is_set_back(engine: Engine) -> None:
    entries(engine, 4)
    tamper(
        engine,
        "DELETE FROM audit_trail WHERE sequence = 4",
        "UPDATE audit_head SET sequence = 3, hash = (SELECT hash FROM audit_trail WHERE sequence = 3)",
    )
    assert not verified(engine).sound


def test_entries_that_changed_places_are_found(engine: Engine) -> None:
    entries(engine, 4)
    tamper(
        engine,
        "UPDATE audit_trail SET sequence = 99 WHERE sequence = 2",
        "UPDATE audit_trail SET sequence = 2 WHERE sequence = 3",
        "UPDATE audit_trail SET sequence = 3 WHERE sequence = 99",
    )
    assert {finding.problem for finding in verified(engine).findings} == {"reordered"}


def test_a_whole_chain_made_anew_without_the_keys_is_found(engine: Engine) -> None:
    entries(engine, 3)
    tamper(engine, "DELETE FROM audit_trail WHERE sequence > 1", "DELETE FROM audit_head")
    assert not verified(engine).sound


def test_everything_removed_is_found_with_the_end_that_was_kept_elsewhere(engine: Engine) -> None:
    entries(engine, 3)
    end = verified(engine).end
    assert verified(engine, end).sound
    tamper(engine, "DELETE FROM audit_trail", "DELETE FROM audit_head")
    assert not verified(engine, end).sound


def test_many_writers_at_once_make_one_sound_chain(engine: Engine) -> None:
    ready = threading.Barrier(4)

    def write(worker: int) -> None:
        ready.wait()
        for _ in range(8):
            with session_scope(engine) as session:
                audit.record(session, NURSE, "signup.look", f"signup:{worker}", Purpose.TRIAGE, NOW)
                audit.record(session, NURSE, "signup.look", "signup:0", Purpose.TRIAGE, NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    report = verified(engine)
    assert report.sound and report.entries == 4 * 8 * 2
