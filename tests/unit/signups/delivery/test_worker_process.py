"""Real worker processes: killed halfway a delivery, two at once, asked to stop halfway a delivery."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.settings import PREFIX, ROOT
from bot.signups import audit, service
from bot.signups.records import SignUp
from tests.running import plain_environment
from tests.unit.signups.builders import details, handover
from tests.unit.signups.delivery.conftest import SECRET
from tests.unit.signups.delivery.hospital import Got, Hospital, Say


@contextlib.contextmanager
def worker(engine: Engine, keys: list[str], hospital: Hospital, var: Path) -> Iterator[subprocess.Popen[bytes]]:
    given = {
        "VAR": str(var),
        "KEYS": ",".join(keys),
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "WEBHOOK_URL": hospital.url,
        "WEBHOOK_SECRET": SECRET,
        "DELIVERY_TIMEOUT_SECONDS": "30",
    }
    environment = {**plain_environment(), **{PREFIX + name: value for name, value in given.items()}}
    process = subprocess.Popen([sys.executable, "-m", "bot", "worker"], cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)


def submit(engine: Engine) -> SignUp:
    with session_scope(engine) as session:
        return service.submit(session, handover(), details(), datetime.now(UTC))


def unfinished(engine: Engine) -> int:
    """How many noted changes and deliveries are not done."""
    with engine.connect() as connection:
        noted = connection.execute(text("SELECT count(*) FROM delivery_outbox")).scalar_one()
        left = connection.execute(text("SELECT count(*) FROM deliveries WHERE state != 'delivered'")).scalar_one()
    return int(noted + left)


def end_leases(engine: Engine) -> None:
    """Let the time pass that a claim of a dead worker lasts."""
    with engine.begin() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(text("UPDATE deliveries SET leased_until = :past WHERE state = 'sending'"), {"past": past})


@pytest.mark.parametrize("when", ["before the target stored it", "after the target stored it"])
def test_a_killed_worker_neither_loses_nor_doubles_a_delivery(
    engine: Engine, keys: list[str], hospital: Hospital, tmp_path: Path, when: str
) -> None:
    stored: Counter[str] = Counter()

    def keep(got: Got) -> Say:
        # As a receiver does that follows docs/delivery.md: a key it has is not stored again.
        if got.key in stored:
            return Say(409)
        stored[got.key] += 1
        return Say()

    def hang_first(got: Got) -> Say:
        hospital.usually = keep
        if when == "after the target stored it":
            keep(got)
        return Say(hang=True)

    hospital.usually = hang_first
    (tmp_path / "var").mkdir()
    codes = {submit(engine).code for _ in range(3)}
    with worker(engine, keys, hospital, tmp_path / "var") as first:
        hospital.wait_for_request()
        os.kill(first.pid, signal.SIGKILL)
        first.wait(30)
    end_leases(engine)
    with worker(engine, keys, hospital, tmp_path / "var") as second:
        for _ in range(3):
            hospital.wait_for_request()
        second.send_signal(signal.SIGTERM)
        assert second.wait(30) == 0
    assert unfinished(engine) == 0
    assert set(stored.values()) == {1} and len(stored) == 3
    assert len(hospital.got) == 4
    assert {got.json["signup"]["code"] for got in hospital.got} == codes
    with session_scope(engine) as session:
        assert audit.verify(session).sound


def test_two_workers_share_the_work(engine: Engine, keys: list[str], hospital: Hospital, tmp_path: Path) -> None:
    codes = {submit(engine).code for _ in range(20)}
    var = tmp_path / "var"
    var.mkdir()
    with worker(engine, keys, hospital, var) as one, worker(engine, keys, hospital, var) as other:
        for _ in range(20):
            hospital.wait_for_request()
        for process in (one, other):
            process.send_signal(signal.SIGTERM)
        # Where the other was so quick that one is asked to end before it can hear it, it simply ends.
        assert {one.wait(30), other.wait(30)} <= {0, -signal.SIGTERM}
    assert unfinished(engine) == 0
    told: list[Any] = [got.json["signup"]["code"] for got in hospital.got]
    assert len(told) == 20 and set(told) == codes


def test_a_worker_that_is_asked_to_stop_finishes_the_delivery_under_way(
    sqlite_engine: Engine, keys: list[str], hospital: Hospital, tmp_path: Path
) -> None:
    for _ in range(3):
        submit(sqlite_engine)
    started: queue.Queue[subprocess.Popen[bytes]] = queue.Queue()

    def stop_first(_got: Got) -> Say:
        started.get(timeout=60).send_signal(signal.SIGTERM)
        return Say()

    hospital.usually = stop_first
    (tmp_path / "var").mkdir()
    with worker(sqlite_engine, keys, hospital, tmp_path / "var") as process:
        started.put(process)
        assert process.wait(60) == 0
    assert len(hospital.got) == 1
    assert unfinished(sqlite_engine) == 2
    with sqlite_engine.connect() as connection:
        sending = connection.execute(text("SELECT count(*) FROM deliveries WHERE state = 'sending'")).scalar_one()
    assert sending == 0
