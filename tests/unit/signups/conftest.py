"""A migrated database for each test: SQLite always, PostgreSQL too when one is given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.database import make_engine
from bot.migrations import upgrade
from bot.signups.encryption import generate_key, use_keys
from tests.databases import postgres_schema


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
    with postgres_schema() as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, keys: list[str]) -> Engine:
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_engine")
    engine: Engine = request.getfixturevalue("empty_postgres")
    use_keys(engine, keys)
    upgrade(engine)
    return engine
