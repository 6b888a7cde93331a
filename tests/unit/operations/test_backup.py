"""A back-up, put back into a fresh installation of either kind of database, is the same installation again."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import OperationalError

from bot import settings as project_settings
from bot.cli import main
from bot.database import make_engine, open_database, session_scope
from bot.operations import backup
from bot.operations.errors import OperatorError
from bot.patient.tables import ConversationMessage
from bot.privacy.person import TRACKER, by_code, export
from bot.publishing.tables import ModelRecord
from bot.settings import Settings
from bot.signups import audit, service, triage
from bot.signups.audit import PATIENT, Actor, Purpose
from bot.signups.encryption import generate_key, use_keys
from tests.databases import postgres_schema
from tests.unit.signups.builders import BORN, NOW, details, handover

NURSE = Actor("anna", "nurse", "test")


# A file of any bytes, also such as occur in no text.
MODEL = bytes(range(256)) * 5


def fill(settings: Settings) -> str:
    """A sign-up with a note, a conversation here and at Rasa, a trained model; gives the code."""
    database, tracker = open_database(settings), make_engine(settings.tracker_url)
    use_keys(tracker, settings.keys)
    TRACKER.create_all(tracker)
    with session_scope(database) as session:
        signup = service.submit(session, handover(), details(), NOW)
        session.add(ConversationMessage(conversation="gesprek-4711", created_at=NOW, turn={"said": "hallo"}))
        marks = {"sha256": "a" * 64, "signature": "b" * 64, "fingerprint": "c" * 64, "questions": "d" * 64}
        session.add(ModelRecord(**marks, file=MODEL, made_at=NOW, live=True, live_since=NOW))
    with session_scope(database) as session:
        triage.add_note(session, NURSE, signup.id, "belt liever zelf: été, 12°", NOW)
    with tracker.begin() as connection:
        event = {"sender_id": "gesprek-4711", "type_name": "user", "timestamp": 1.5, "data": '{"text": "hallo"}'}
        connection.execute(TRACKER.tables["events"].insert(), event)
    database.dispose()
    tracker.dispose()
    return signup.code


def everything(settings: Settings, code: str) -> object:
    """All that is stored about the person, opened."""
    database, tracker = open_database(settings), make_engine(settings.tracker_url)
    use_keys(tracker, settings.keys)
    found = export(database, tracker, by_code(database, code), NURSE, leave_out=["audit_trail"])["tables"]
    database.dispose()
    tracker.dispose()
    return found


def of_its_own(settings: Settings, folder: Path) -> Settings:
    """A fresh installation with the same keys."""
    folder.mkdir()
    return replace(
        settings,
        var=folder,
        database_url=f"sqlite:///{folder / 'a.db'}",
        tracker_url=f"sqlite:///{folder / 'b.db'}",
        backups=folder / "backups",
    )


@pytest.fixture
def postgres(settings: Settings) -> Iterator[Settings]:
    """A fresh installation on PostgreSQL, with the same keys."""
    with postgres_schema() as database, postgres_schema() as tracker:
        yield replace(settings, database_url=database, tracker_url=tracker)


def check_same(before: Settings, after: Settings, code: str) -> None:
    """The restored installation has the same person, a sound trail, and goes on working."""
    assert everything(after, code) == everything(before, code)
    database = open_database(after)
    with session_scope(database) as session:
        assert audit.verify(session).sound
        found = service.find(session, code, BORN, NOW)
        assert found is not None
        assert found.details.name == "Voorbeeld Testpersoon"
        assert found.notes[0].text == "belt liever zelf: été, 12°"
        assert session.execute(select(ModelRecord.file)).scalar_one() == MODEL
    with session_scope(database) as session:
        # New rows get new numbers, and the trail goes on.
        triage.add_note(session, NURSE, found.id, "nieuw", NOW)
        assert service.submit(session, handover(), details(), NOW).id > found.id
    with session_scope(database) as session:
        assert audit.verify(session).sound
    database.dispose()


def test_it_comes_back_in_a_fresh_installation(settings: Settings, tmp_path: Path) -> None:
    code = fill(settings)
    file = backup.create(settings, settings.backups, datetime.now(UTC))
    assert file.stat().st_mode & 0o077 == 0
    assert b"Voorbeeld" not in file.read_bytes()
    assert all(key.encode() not in file.read_bytes() for key in settings.keys)
    fresh = of_its_own(settings, tmp_path / "fresh")
    summary = backup.restore(fresh, file)
    assert summary.rows["main/signups"] == 1
    assert summary.rows["tracker/events"] == 1
    check_same(settings, fresh, code)


def test_it_moves_from_sqlite_to_postgresql_and_back(settings: Settings, postgres: Settings, tmp_path: Path) -> None:
    code = fill(settings)
    file = backup.create(settings, settings.backups, datetime.now(UTC))
    backup.restore(postgres, file)
    with pytest.raises(OperatorError, match="--replace"):
        backup.restore(postgres, file)
    backup.restore(postgres, file, replace=True)
    again = of_its_own(settings, tmp_path / "again")
    backup.restore(again, backup.create(postgres, again.backups, datetime.now(UTC)))
    assert everything(again, code) == everything(settings, code)
    check_same(settings, postgres, code)


def test_a_back_up_is_whole_while_others_write(settings: Settings, database: Engine) -> None:
    fill(settings)
    engine = make_engine(settings.database_url)
    with backup._snapshot(settings.database_url) as connection:
        count = text("SELECT count(*) FROM audit_trail")
        before = connection.execute(count).scalar_one()
        with session_scope(database) as session:
            audit.record(session, PATIENT, "signup.look", "signup:1", Purpose.PATIENT_REQUEST, NOW)
        assert connection.execute(count).scalar_one() == before
    with engine.connect() as connection:
        assert connection.execute(count).scalar_one() == before + 1
    engine.dispose()


def test_postgresql_does_not_cut_off_a_back_up_that_writes_to_its_file(
    settings: Settings, postgres: Settings, tmp_path: Path
) -> None:
    fill(postgres)

    def hasty(url: str) -> str:
        """Ends every transaction in which nothing is asked for a millisecond."""
        real = make_url(url)
        options = f"{real.query['options']} -c idle_in_transaction_session_timeout=1"
        return real.update_query_dict({"options": options}).render_as_string(hide_password=False)

    impatient = replace(postgres, database_url=hasty(postgres.database_url), tracker_url=hasty(postgres.tracker_url))
    file = backup.create(impatient, tmp_path / "backups", datetime.now(UTC))
    assert backup.verify(file, settings.keys).rows["main/signups"] == 1


def test_half_a_back_up_leaves_nothing_behind(settings: Settings, tmp_path: Path) -> None:
    fill(settings)
    broken = replace(settings, tracker_url=f"sqlite:///{tmp_path}/no/such/folder.db")
    with pytest.raises(OperationalError):
        backup.create(broken, settings.backups, datetime.now(UTC))
    assert list(settings.backups.iterdir()) == []


def test_a_changed_cut_off_or_foreign_back_up_is_refused(settings: Settings, tmp_path: Path) -> None:
    fill(settings)
    file = backup.create(settings, settings.backups, datetime.now(UTC))
    whole = file.read_bytes()
    cut = tmp_path / "cut.backup"
    cut.write_bytes(whole[: len(whole) // 2])
    changed = tmp_path / "changed.backup"
    rewrite(file, changed, "main/signups.jsonl.gz")
    for wrong in (cut, changed):
        with pytest.raises(OperatorError):
            backup.verify(wrong, settings.keys)
    with pytest.raises(OperatorError, match="other keys"):
        backup.verify(file, (generate_key(),))
    assert backup.verify(file, (generate_key(), *settings.keys)).rows["main/signups"] == 1


def rewrite(source: Path, target: Path, name: str) -> None:
    """Copy a back-up, with one file replaced by that of another table."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            content = old.extractfile("main/signup_notes.jsonl.gz" if member.name == name else member)
            assert content
            held = content.read()
            member.size = len(held)
            new.addfile(member, io.BytesIO(held))


def test_the_commands_make_check_and_put_back(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = fill(settings)
    monkeypatch.setattr(project_settings, "load", lambda: settings)
    keys = tmp_path / "keys"
    made = CliRunner().invoke(main, ["backup", "create", "--keys-to", str(keys)])
    assert made.exit_code == 0, made.output
    assert tuple(keys.read_text("ascii").split()) == settings.keys
    assert keys.stat().st_mode & 0o077 == 0
    file = next(settings.backups.glob("*.backup"))
    assert backup.newest(settings.backups) is not None
    assert CliRunner().invoke(main, ["backup", "verify", str(file)]).exit_code == 0
    refused = CliRunner().invoke(main, ["backup", "restore", str(file)])
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    before = everything(settings, code)
    put_back = CliRunner().invoke(main, ["backup", "restore", str(file), "--replace"])
    assert put_back.exit_code == 0, put_back.output
    assert everything(settings, code) == before
