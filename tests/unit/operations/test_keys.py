"""Keys: made once, closed to others, never overwritten; data is never left without its keys."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot import migrations
from bot import settings as project_settings
from bot.database import session_scope
from bot.operations import keys, maintenance, setup
from bot.operations.errors import OperatorError
from bot.patient.tables import ConversationMessage
from bot.settings import PREFIX, Settings
from bot.signups.encryption import EncryptionError, generate_key
from tests.running import variables


def without_keys(settings: Settings) -> Settings:
    return dataclasses.replace(settings, keys=())


def test_the_first_start_makes_a_key_only_its_owner_can_read(settings: Settings) -> None:
    assert keys.ensure(without_keys(settings), has_data=False)
    assert keys.key_file(settings).stat().st_mode & 0o777 == 0o600
    assert len(keys.in_file(settings)) == 1


def test_a_second_start_keeps_the_key(settings: Settings) -> None:
    keys.ensure(without_keys(settings), has_data=False)
    first = keys.in_file(settings)
    assert not keys.ensure(dataclasses.replace(settings, keys=first), has_data=True)
    assert keys.in_file(settings) == first


def test_a_key_file_that_others_can_read_is_closed(settings: Settings) -> None:
    keys.key_file(settings).write_text(settings.keys[0])
    keys.key_file(settings).chmod(0o644)
    keys.ensure(settings, has_data=True)
    assert keys.key_file(settings).stat().st_mode & 0o777 == 0o600


def test_data_without_its_keys_stops_the_start(settings: Settings) -> None:
    with pytest.raises(OperatorError, match="put .*keys back"):
        keys.ensure(without_keys(settings), has_data=True)
    assert not keys.key_file(settings).exists()


def test_a_key_that_is_no_key_stops_the_start(settings: Settings) -> None:
    with pytest.raises(EncryptionError, match="key 1"):
        keys.ensure(dataclasses.replace(settings, keys=("geheim",)), has_data=False)


def store_a_turn(database: Engine) -> None:
    from datetime import UTC, datetime

    with session_scope(database) as session:
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        session.add(ConversationMessage(conversation="c", created_at=moment, turn={"said": "hallo"}))


def test_a_key_that_does_not_open_what_is_stored_stops_the_start(database: Engine, settings: Settings) -> None:
    store_a_turn(database)
    keys.check_against(database, settings.keys, migrations.metadata())
    with pytest.raises(EncryptionError, match="STAMCELWIJZER_KEYS"):
        keys.check_against(database, (generate_key(),), migrations.metadata())


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation with its keys in the key file, as `make run` leaves it, named by the environment."""
    for name, value in variables(tmp_path / "installed").items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(f"{PREFIX}KEYS", raising=False)
    return setup.prepare(project_settings.load(), lambda _text: None)


def test_after_rotation_the_new_key_alone_opens_everything(installed: Settings) -> None:
    from bot.database import open_database

    engine = open_database(installed)
    store_a_turn(engine)
    engine.dispose()
    maintenance.rotate_keys(installed, lambda _text: None)
    both = project_settings.load()
    assert both.keys[1:] == installed.keys
    engine = open_database(both)
    keys.check_against(engine, both.keys[:1], migrations.metadata())
    with pytest.raises(EncryptionError):
        keys.check_against(engine, installed.keys, migrations.metadata())
    engine.dispose()
    maintenance.forget_old_keys(both, lambda _text: None)
    assert project_settings.load().keys == both.keys[:1]


def test_rotation_is_refused_while_processes_run(installed: Settings) -> None:
    import socket

    with socket.socket() as running:
        running.bind(("127.0.0.1", installed.site_port))
        running.listen()
        with pytest.raises(OperatorError, match="Stop all processes"):
            maintenance.rotate_keys(installed, lambda _text: None)
    assert project_settings.load().keys == installed.keys


def test_keys_from_the_environment_are_for_the_operator_to_change(installed: Settings) -> None:
    given = dataclasses.replace(installed, keys=(generate_key(),))
    with pytest.raises(OperatorError, match="STAMCELWIJZER_KEYS"):
        maintenance.rotate_keys(given, lambda _text: None)
