"""Installations that may be harmed: on SQLite on a small disk of its own, and on PostgreSQL and Redis behind a line.

`make test` runs the light part on SQLite; `make faults` (STAMCELWIJZER_TEST_FAULTS=full) everything, with 200 patients.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest
import requests
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from bot.database import make_engine, session_scope
from bot.operations import processes
from bot.patient.tables import ConversationMessage
from bot.settings import Settings
from bot.signups.encryption import use_keys
from bot.signups.tables import EventRow, SignUpRow
from tests.faults.crowd import Crowd, digest, wait_until
from tests.faults.troubles import Line, Postgres, small_disk
from tests.production import POSTGRES, REDIS, new_database
from tests.running import Stack, answers, running

FULL = os.environ.get("STAMCELWIJZER_TEST_FAULTS") == "full"
only_full = pytest.mark.skipif(not FULL, reason="a light run: make faults does this too")
PATIENTS = int(os.environ.get("STAMCELWIJZER_TEST_PATIENTS", "200" if FULL else "8"))
# Together they send some twenty messages a second, or in the light run four.
PAUSE = PATIENTS / (20.0 if FULL else 4.0)
TURNS = max(12, PATIENTS)
DISK = "400m"


@dataclass
class Installation:
    """A running installation and what can be done to it."""

    stack: Stack
    small_disk: bool = False
    postgres: Postgres | None = None
    redis: Line | None = None
    database: Line | None = None

    @contextmanager
    def patients(self) -> Iterator[Crowd]:
        """Patients who are about while a test does harm; afterwards nobody met anything they should not have."""
        crowd = Crowd(self.stack.site, self.stack.settings.keys, PATIENTS, PAUSE)
        with crowd.about():
            crowd.wait_for(TURNS)
            yield crowd
            self.wait_until_well()
            crowd.wait_for(TURNS, sign_ups=1)
        diary = crowd.diary
        print(
            f"{diary.turns} turns, {diary.fallbacks} by the site itself, {len(diary.confirmed)} sign-ups, "
            f"nobody waited longer than {diary.longest:.1f} s"
        )
        assert diary.problems == []
        assert diary.begun == diary.confirmed
        self.check_sign_ups(crowd)
        body = requests.post(f"{self.stack.site}/api/chat", json={"message": "Waar is het onderzoek?"}, timeout=60)
        assert "storing" not in body.json()["messages"][0]["text"]

    def wait_until_well(self) -> None:
        """Wait until everything says that it is well, without any help."""
        wait_until(self._is_well, "the installation did not recover by itself")

    def _is_well(self) -> bool:
        known = processes.all_processes(self.stack.settings)
        urls = [process.health(self.stack.settings) for process in known.values() if process.health]
        return all(answers(url) for url in urls) and all(
            self._says_ok(url) for url in (self.stack.site, self.stack.desk)
        )

    def _says_ok(self, site: str) -> bool:
        try:
            return bool(requests.get(f"{site}/health", timeout=10).json()["status"] == "ok")
        except (requests.RequestException, ValueError):
            return False

    def turns_stored(self) -> int:
        """How many turns of conversations are stored."""
        engine = make_engine(self.stack.settings.database_url)
        try:
            with engine.connect() as connection:
                return int(connection.execute(select(func.count()).select_from(ConversationMessage)).scalar_one())
        finally:
            engine.dispose()

    def check_sign_ups(self, crowd: Crowd) -> None:
        """Every confirmed sign-up is stored, once, and was submitted once."""
        mine = {digest(handover) for handover in crowd.diary.confirmed.copy()}
        submitted = times_submitted(self.stack.settings)
        assert mine <= set(submitted), f"{len(mine - set(submitted))} sign-ups are lost"
        assert {name: count for name, count in submitted.items() if count != 1} == {}


def times_submitted(settings: Settings) -> dict[str, int]:
    """For each stored sign-up, by the digest of its hand-over, how often it was submitted."""
    engine = make_engine(settings.database_url)
    use_keys(engine, settings.keys)
    try:
        with session_scope(engine) as session:
            return dict(
                session.execute(
                    select(SignUpRow.handover_digest, func.count(EventRow.id))
                    .join(EventRow, EventRow.signup_id == SignUpRow.id)
                    .where(EventRow.kind == "submitted")
                    .group_by(SignUpRow.handover_digest)
                ).all()
            )
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Two chat processes and SQLite. What nobody answers in three seconds the site answers itself."""
    var = tmp_path_factory.mktemp("faults") / "var"
    with small_disk(var, DISK) as small, running(var, CHAT_PROCESSES="2", CHAT_TIMEOUT_SECONDS="3") as stack:
        yield Installation(stack, small_disk=small)


@pytest.fixture(scope="session")
def in_production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Two chat processes, PostgreSQL with a role that is bound by limits, Redis; both behind lines that can be cut."""
    if not (POSTGRES and REDIS):
        pytest.skip("STAMCELWIJZER_TEST_POSTGRES and STAMCELWIJZER_TEST_REDIS name none")
    role = f"faults_{secrets.token_hex(6)}"
    postgres = Postgres(POSTGRES, role)
    postgres.do(f"CREATE ROLE {role} LOGIN PASSWORD '{role}'")
    with ExitStack() as held:
        held.callback(postgres.do, f"DROP ROLE {role}")
        database, redis = _line(POSTGRES, 5432), _line(REDIS, 6379)
        held.callback(database.close)
        held.callback(redis.close)

        def seen(url: str, line: Line, **more: str) -> str:
            return make_url(url).set(host="127.0.0.1", port=line.port, **more).render_as_string(hide_password=False)

        names = {}
        for purpose, setting in (("content", "DATABASE_URL"), ("trackers", "TRACKER_URL")):
            url = held.enter_context(new_database(purpose))
            postgres.do(f'ALTER DATABASE "{make_url(url).database}" OWNER TO {role}')
            names[setting] = seen(url, database, username=role, password=role)
        var = tmp_path_factory.mktemp("faults") / "var"
        more = {**names, "REDIS_URL": seen(REDIS, redis), "CHAT_PROCESSES": "2", "CHAT_TIMEOUT_SECONDS": "3"}
        stack = held.enter_context(running(var, **more))
        yield Installation(stack, postgres=postgres, redis=redis, database=database)


def _line(url: str, usual: int) -> Line:
    parts = make_url(url)
    return Line(parts.host or "127.0.0.1", parts.port or usual)


@pytest.fixture
def installation(request: pytest.FixtureRequest) -> Installation:
    """The installation that a test names."""
    found: Installation = request.getfixturevalue(request.param)
    return found
