"""A migrated database for each test: SQLite always, PostgreSQL too when one is given."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine, make_url

from bot.database import make_engine
from bot.migrations import upgrade
from bot.signups.encryption import generate_key, use_keys

POSTGRES = os.environ.get("STAMCELWIJZER_TEST_POSTGRES", "")


@pytest.fixture
def keys() -> list[str]:
    return [generate_key()]


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "signups.db"


@pytest.fixture
def sqlite_engine(sqlite_file: Path, keys: list[str]) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{sqlite_file}")
    use_keys(engine, keys)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def empty_postgres() -> Iterator[Engine]:
    """An engine whose tables live in a schema of their own, which is dropped afterwards."""
    if not POSTGRES:
        pytest.skip("no PostgreSQL: set STAMCELWIJZER_TEST_POSTGRES to an SQLAlchemy URL")
    schema = f"test_{secrets.token_hex(6)}"
    admin = make_engine(POSTGRES)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    url = make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={schema}"})
    engine = make_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, keys: list[str]) -> Engine:
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_engine")
    engine: Engine = request.getfixturevalue("empty_postgres")
    use_keys(engine, keys)
    upgrade(engine)
    return engine
