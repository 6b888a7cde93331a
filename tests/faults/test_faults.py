"""Each part is harmed in turn while patients chat and sign up: nobody meets an error, nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.operations import backup
from bot.operations.supervisor import CUT_OFF
from tests.faults.conftest import FULL, TURNS, Installation, only_full, times_submitted
from tests.faults.crowd import digest, wait_until
from tests.faults.troubles import children, full_disk, is_running, locked, pids_of, stopped

PROCESSES = ["chat", "chat-2", "actions", "site", "desk", "models", "worker"]
HARMED = PROCESSES if FULL else ["chat"]
WHERE = ["on_sqlite", "in_production"] if FULL else ["on_sqlite"]
everywhere = pytest.mark.parametrize("installation", WHERE, indirect=True)
# How long somebody else writes to the database; longer than anybody's patience, or a light one.
LOCKED_SECONDS = 25.0 if FULL else 3.0

pytestmark = pytest.mark.timeout(1800)


@everywhere
@pytest.mark.parametrize("name", HARMED)
def test_a_process_is_killed(installation: Installation, name: str) -> None:
    with installation.patients() as crowd:
        crowd.site_may_be_away = name == "site"
        installation.stack.wait_until_back(name, installation.stack.kill(name))
        crowd.wait_for(TURNS)
        crowd.site_may_be_away = False


@everywhere
@pytest.mark.parametrize("name", [name for name in HARMED if name != "site"])
def test_a_process_stands_still(installation: Installation, name: str) -> None:
    with installation.patients() as crowd, stopped(*pids_of(installation.stack, name)):
        crowd.wait_for(TURNS, sign_ups=1)


@only_full
@everywhere
def test_a_worker_of_the_site_is_killed(installation: Installation) -> None:
    with installation.patients() as crowd:
        crowd.site_may_be_away = True
        os.kill(children(installation.stack.pid("site"))[0], signal.SIGKILL)
        crowd.wait_for(TURNS)
        crowd.site_may_be_away = False


@only_full
@everywhere
def test_a_worker_of_the_site_stands_still(installation: Installation) -> None:
    with installation.patients() as crowd:
        crowd.site_may_be_away = True
        worker = children(installation.stack.pid("site"))[0]
        with stopped(worker):
            crowd.wait_for(TURNS, sign_ups=1)
            # Whoever was with it is held until it is given up for another.
            wait_until(lambda: not is_running(worker), "a worker that stands still is kept")
        crowd.site_may_be_away = False


@only_full
@everywhere
@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_that_is_asked_to_end_finishes_what_is_under_way(installation: Installation, name: str) -> None:
    with installation.patients() as crowd:
        # What is under way at the site is answered (tests/unit/patient/test_stopping.py); new ones find nobody.
        crowd.site_may_be_away = name == "site"
        before = installation.stack.pid(name)
        os.kill(before, signal.SIGTERM)
        installation.stack.wait_until_back(name, before)
        crowd.wait_for(TURNS)
        crowd.site_may_be_away = False


@only_full
@everywhere
def test_the_whole_installation_is_asked_to_end_and_started_again(installation: Installation) -> None:
    stack = installation.stack
    stored = installation.turns_stored()
    with installation.patients() as crowd:
        somebody = crowd.one_more()
        answered = set()
        while len(answered) < 3:
            answered.add(somebody.asked)
            somebody.go_on()
        everything = [pid for name in PROCESSES for pid in pids_of(stack, name)]
        # What is under way at the site is answered, new ones find nobody.
        crowd.site_may_be_away = True
        assert stack.stop(signal.SIGTERM) == 0
        assert [pid for pid in everything if is_running(pid)] == []
        assert CUT_OFF not in stack.output.read_text(encoding="utf-8")
        installation.check_sign_ups(crowd)
        stack.start_again()
        crowd.wait_for(TURNS, sign_ups=1)
        installation.wait_until_well()
        crowd.site_may_be_away = False
        somebody.go_on()
        while not (somebody.asked or somebody.link):
            somebody.go_on()
        assert somebody.asked not in answered, "what was said before is forgotten"
    # One is asked when all patients have gone. An answer that got lost would have been stored, and asked for again.
    assert installation.turns_stored() - stored == crowd.diary.turns + 1


@only_full
@everywhere
def test_a_back_up_is_made_meanwhile(installation: Installation, tmp_path: Path) -> None:
    settings = installation.stack.settings
    with installation.patients() as crowd:
        crowd.wait_for(TURNS, sign_ups=1)
        confirmed = {digest(handover) for handover in crowd.diary.confirmed.copy()}
        file = backup.create(settings, tmp_path / "backups", datetime.now(UTC))
    fresh = replace(
        settings, database_url=f"sqlite:///{tmp_path / 'main.db'}", tracker_url=f"sqlite:///{tmp_path / 'tracker.db'}"
    )
    # Checks the audit trail and opens what is sealed.
    backup.restore(fresh, file)
    submitted = times_submitted(fresh)
    assert confirmed and confirmed <= set(submitted)
    assert set(submitted.values()) == {1}


@pytest.mark.parametrize("installation", ["on_sqlite"], indirect=True)
def test_somebody_else_writes_to_the_databases(installation: Installation) -> None:
    settings = installation.stack.settings
    with installation.patients() as crowd:
        with locked(settings.database_url, settings.tracker_url):
            # The fault lasts this long; nothing is expected to happen within it.
            time.sleep(LOCKED_SECONDS)
        crowd.wait_for(TURNS, sign_ups=1)


@only_full
@pytest.mark.parametrize("installation", ["on_sqlite"], indirect=True)
def test_the_disk_is_full(installation: Installation) -> None:
    if not installation.small_disk:
        pytest.skip("only root can make a small disk")
    with installation.patients() as crowd:
        with full_disk(installation.stack.settings.var):
            crowd.wait_for(TURNS)
            # Its successor has no room for anything either.
            crowd.site_may_be_away = True
            os.kill(children(installation.stack.pid("site"))[0], signal.SIGKILL)
            crowd.wait_for(TURNS)
            crowd.site_may_be_away = False
        crowd.wait_for(TURNS, sign_ups=1)


@only_full
@pytest.mark.parametrize("installation", ["in_production"], indirect=True)
def test_the_database_ends_all_sessions(installation: Installation) -> None:
    assert installation.postgres is not None
    with installation.patients() as crowd:
        for _ in range(3):
            installation.postgres.end_sessions()
            crowd.wait_for(TURNS // 4)


@only_full
@pytest.mark.parametrize("installation", ["in_production"], indirect=True)
def test_the_database_has_no_connection_left(installation: Installation) -> None:
    assert installation.postgres is not None
    with installation.patients() as crowd, installation.postgres.used_up():
        crowd.wait_for(TURNS)


@only_full
@pytest.mark.parametrize("installation", ["in_production"], indirect=True)
@pytest.mark.parametrize(
    ("service", "how"), [(service, how) for service in ("redis", "database") for how in ("cut", "silent")]
)
def test_a_service_is_cut_off(installation: Installation, service: str, how: str) -> None:
    with installation.patients() as crowd:
        with getattr(getattr(installation, service), how)():
            crowd.wait_for(TURNS // 2)
        crowd.wait_for(TURNS, sign_ups=1)
