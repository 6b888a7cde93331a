"""A database with a small published content, and the folder that the checks read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot import migrations
from bot.database import make_engine, session_scope
from bot.knowledge import store
from tests.unit.knowledge.builders import DOCUMENT, content
from tests.unit.publishing.times import NOW

MAP = """study:
  study_aim: {question: "?", scope: "?"}
  study_groups: {question: "?", scope: "?"}
  study_where: {question: "?", scope: "?"}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A content folder as far as the checks need it."""
    folder = tmp_path / "data"
    (folder / "sources" / "documents").mkdir(parents=True)
    (folder / "sources" / "documents" / "qa.txt").write_text(DOCUMENT, encoding="utf-8")
    (folder / "content-map.yml").write_text(MAP, encoding="utf-8")
    return folder


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database in which the small content was imported."""
    made = make_engine(f"sqlite:///{tmp_path / 'content.db'}")
    migrations.upgrade(made)
    with session_scope(made) as session:
        store.import_files(session, content(), NOW)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """An open session on it; what a test leaves uncommitted is gone."""
    with Session(engine, future=True) as opened:
        yield opened
