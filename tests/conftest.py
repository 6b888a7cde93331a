"""Fixtures for all tests: settings with a temporary folder, a migrated database, and a whole running installation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy.engine import Engine

from bot import settings as project_settings
from bot.database import open_database
from bot.settings import PREFIX, Settings
from bot.signups.encryption import generate_key
from tests.gate import steady_gate
from tests.production import production
from tests.running import Stack, free_ports, running, variables

# How long an example takes says something of the machine only.
hypothesis.settings.register_profile("own", parent=hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("own")

PROFILE = os.environ.get("STAMCELWIJZER_TEST_PROFILE", "single machine")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a `var/` of this test, free ports and a new key."""
    given = variables(tmp_path / "var")
    (tmp_path / "var").mkdir()
    return project_settings.load({**given, f"{PREFIX}KEYS": generate_key()})


@pytest.fixture
def database(settings: Settings) -> Iterator[Engine]:
    """The database of `settings`, with all tables and its keys."""
    engine = open_database(settings)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The real processes, started once for all tests of the session.

    On one machine with SQLite, or with STAMCELWIJZER_TEST_PROFILE=production on PostgreSQL and Redis with several chat
    processes.
    """
    with ExitStack() as held:
        profile = held.enter_context(production()) if PROFILE == "production" else {}
        # A hospital's site, by another name and port than ours, may show the chat on its pages.
        hospital = f"http://localhost:{free_ports(1)[0]}"
        var = tmp_path_factory.mktemp("installation") / "var"
        gate = steady_gate(tmp_path_factory.mktemp("gate"))
        yield held.enter_context(running(var, EMBED_ORIGINS=hospital, GATE=str(gate), **profile))
