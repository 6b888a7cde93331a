"""A migrated database, and the real content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot import migrations
from bot.database import make_engine
from bot.knowledge import files
from bot.knowledge.schema import Content

DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty database, made by the migrations."""
    made = make_engine(f"sqlite:///{tmp_path / 'content.db'}")
    migrations.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder with the real content."""
    return DATA


@pytest.fixture(scope="session")
def real_content() -> Content:
    """The real content, as its files have it."""
    return files.load(DATA)
