"""Migrations on a fresh database, twice, and from many processes at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.engine import Engine

from bot import settings
from bot.database import make_engine, open_database, session_scope
from bot.migrations import metadata, upgrade
from bot.signups import tables, triage
from bot.signups.encryption import EncryptionError, generate_key

OURS = {
    row.__tablename__
    for row in (
        *(tables.SignUpRow, tables.EventRow, tables.NoteRow, tables.NameTokenRow),
        *(tables.AuditRow, tables.AuditHeadRow),
    )
}


def test_a_fresh_database_gets_the_tables_the_code_expects(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_ours})
        assert compare_metadata(context, metadata()) == []
        assert set(inspect(connection).get_table_names()) >= OURS


def _is_ours(thing: object, name: str, kind: str, _reflected: bool, _other: object) -> bool:
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
    return table in OURS


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        before = MigrationContext.configure(connection).get_current_heads()
    upgrade(engine)
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == before


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, sqlite_file: Path) -> Engine:
    if request.param == "postgresql":
        engine: Engine = request.getfixturevalue("empty_postgres")
        return engine
    return make_engine(f"sqlite:///{sqlite_file}")


def test_processes_that_start_together_do_not_get_in_each_others_way(fresh: Engine) -> None:
    ready = threading.Barrier(3)

    def start(_process: int) -> None:
        ready.wait()
        upgrade(fresh)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(start, range(3)))
    with fresh.connect() as connection:
        assert set(inspect(connection).get_table_names()) >= OURS


def test_open_database_gives_a_database_that_is_ready(tmp_path: Path) -> None:
    environment = {"STAMCELWIJZER_VAR": str(tmp_path), "STAMCELWIJZER_KEYS": generate_key()}
    engine = open_database(settings.load(environment))
    with session_scope(engine) as session:
        assert sum(triage.count_per_state(session).values()) == 0


def test_open_database_without_keys_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncryptionError, match="STAMCELWIJZER_KEYS"):
        open_database(settings.load({"STAMCELWIJZER_VAR": str(tmp_path)}))
