"""Migrations on a large PostgreSQL: they may take long, and do not keep others waiting for a table."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from bot import migrations, postgres
from bot.database import make_engine

# What a statement of a page gets in these tests, and a migration that takes longer.
LIMIT_SECONDS = 2
SLEEP = f'op.execute("SELECT pg_sleep({LIMIT_SECONDS + 1})")'

FIRST = """
from alembic import op
revision, down_revision = "0001_first", None
def upgrade():
    op.execute("CREATE TABLE visits (id integer)")
    op.execute("INSERT INTO visits VALUES (1)")
"""

SECOND = """
from alembic import op
revision, down_revision = "0002_second", "0001_first"
def upgrade():
    pass
    op.execute("ALTER TABLE visits ADD COLUMN added integer DEFAULT 7")
"""


@pytest.fixture
def hurried(empty_postgres: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A database with one migration behind it and one before it, in which a page has little time."""
    shutil.copy(Path(migrations.__file__).with_name("env.py"), tmp_path)
    (tmp_path / "versions").mkdir()
    for name, script in (("first", FIRST), ("second", SECOND)):
        (tmp_path / "versions" / f"{name}.py").write_text(script)
    monkeypatch.setattr(migrations, "_FOLDER", tmp_path)
    migrations.upgrade(empty_postgres, "0001_first")
    monkeypatch.setattr(postgres, "STATEMENT_SECONDS", LIMIT_SECONDS)
    monkeypatch.setattr(postgres, "LOCK_SECONDS", 0.1)
    limits = f"-c statement_timeout={LIMIT_SECONDS}s -c idle_in_transaction_session_timeout={LIMIT_SECONDS}s"
    engine: Engine = make_engine(empty_postgres.url.render_as_string(hide_password=False), limits)
    return engine


def columns(engine: Engine) -> list[str]:
    return [column["name"] for column in inspect(engine).get_columns("visits")]


def test_a_migration_may_take_longer_than_a_page(hurried: Engine, tmp_path: Path) -> None:
    second = tmp_path / "versions" / "second.py"
    second.write_text(second.read_text().replace("pass", SLEEP))
    migrations.upgrade(hurried)
    assert columns(hurried) == ["id", "added"]


def test_after_it_statements_have_their_limit_again(hurried: Engine) -> None:
    migrations.upgrade(hurried)
    with hurried.connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == f"{LIMIT_SECONDS}s"
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "0"
        assert connection.connection.dbapi_connection.patience == postgres.STATEMENT_SECONDS


def test_a_table_that_somebody_reads_is_asked_for_again_until_it_is_free(
    hurried: Engine, empty_postgres: Engine
) -> None:
    pauses: list[float] = []
    with empty_postgres.connect() as back_up:
        back_up.execute(text("SELECT * FROM visits"))

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            # In between, whoever comes by finds the table free of the migration.
            with hurried.connect() as page:
                assert page.execute(text("SELECT count(*) FROM visits")).scalar() == 1
            if len(pauses) == 2:
                back_up.rollback()

        migrations.upgrade(hurried, pause=pause)
    assert pauses == [migrations.PAUSE] * 2
    assert columns(hurried) == ["id", "added"]


def test_a_table_that_stays_busy_is_an_error_and_nothing_has_changed(
    hurried: Engine, empty_postgres: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "ATTEMPTS", 2)
    with empty_postgres.connect() as back_up:
        back_up.execute(text("SELECT * FROM visits"))
        with pytest.raises(OperationalError, match="lock timeout"):
            migrations.upgrade(hurried, pause=lambda _seconds: None)
    assert columns(hurried) == ["id"]
