"""A desk on a fresh database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.desk.office import Browser, Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = open_office(tmp_path)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def nurse(office: Office) -> Browser:
    return office.first_log_in("anna")
