"""Looking things up in the audit trail, and checking it by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.signups import audit, audit_search
from bot.signups.audit import Actor, Purpose
from bot.signups.audit_cli import audit as audit_commands
from tests.unit.signups.builders import NOW

ANNA = Actor("anna", "nurse", "10.0.0.7")
BRAM = Actor("bram", "nurse", "10.0.0.8")


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with session_scope(engine) as session:
        audit.record(session, ANNA, "signup.look", "signup:1", Purpose.TRIAGE, NOW)
        audit.record(session, BRAM, "signup.look", "signup:2", Purpose.TRIAGE, NOW)
        for shown in ("1 12 3", "12", "21 1", "3 1 4", "1", ""):
            audit.record(session, ANNA, "signup.list", "signup:list", Purpose.TRIAGE, NOW, {"shown": shown})
    return engine


def found(engine: Engine, **wanted: object) -> list[int]:
    with session_scope(engine) as session:
        return [entry.sequence for entry in audit_search.search(session, **wanted)]


def test_all_entries_come_newest_first_and_in_pages(filled: Engine) -> None:
    assert found(filled) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert found(filled, size=3) == [8, 7, 6]
    assert found(filled, size=3, before=6) == [5, 4, 3]


def test_a_record_is_found_also_where_a_list_showed_it(filled: Engine) -> None:
    assert found(filled, record="signup:1") == [7, 6, 5, 3, 1]
    assert found(filled, record="signup:12") == [4, 3]
    assert found(filled, record="signup:2") == [2]
    assert found(filled, record="%") == []


def test_a_member_of_staff_is_found(filled: Engine) -> None:
    assert found(filled, actor="bram") == [2]


def test_the_command_tells_whether_the_trail_is_sound(
    sqlite_engine: Engine, sqlite_file: Path, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAMCELWIJZER_DATABASE_URL", f"sqlite:///{sqlite_file}")
    monkeypatch.setenv("STAMCELWIJZER_KEYS", keys[0])
    with session_scope(sqlite_engine) as session:
        audit.record(session, ANNA, "signup.look", "signup:1", Purpose.TRIAGE, NOW)
        audit.record(session, ANNA, "signup.look", "signup:2", Purpose.TRIAGE, NOW)
    sound = CliRunner().invoke(audit_commands, ["verify"])
    assert sound.exit_code == 0 and "2 entries" in sound.output
    end = sound.output.split("end ")[1].split()[0]
    with sqlite_engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_trail_no_delete"))
        connection.execute(text("DELETE FROM audit_trail WHERE sequence = 1"))
    broken = CliRunner().invoke(audit_commands, ["verify", "--end", end])
    assert broken.exit_code == 1 and "missing" in broken.output
    assert CliRunner().invoke(audit_commands, ["verify", "--end", "onzin"]).exit_code == 2
