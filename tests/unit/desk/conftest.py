"""A desk on a fresh database for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.databases import postgres_schema
from tests.unit.desk.newsroom import content_folder
from tests.unit.desk.office import Browser, Office, open_office


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """On SQLite, or on what a test names; `STAMCELWIJZER_TEST_DESK=postgresql` runs all of them there."""
    kind = getattr(request, "param", os.environ.get("STAMCELWIJZER_TEST_DESK", "sqlite"))
    with postgres_schema() if kind == "postgresql" else nullcontext("") as url:
        content = content_folder(tmp_path / "data")
        opened = open_office(tmp_path, DATABASE_URL=url, CONTENT=str(content))
        yield opened
        opened.engine.dispose()


@pytest.fixture
def nurse(office: Office) -> Browser:
    return office.first_log_in("anna")
