"""The worker: jobs at their own pace, failures contained, and a prompt stop."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.operations import worker
from bot.operations.worker import Job
from bot.patient.tables import ConversationMessage
from bot.settings import PREFIX, ROOT, Settings
from tests.running import plain_environment


def test_a_failing_job_is_tried_again_and_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    stop = threading.Event()
    done: list[str] = []

    def fails() -> str:
        done.append("fails")
        if done.count("fails") == 3:
            stop.set()
        raise RuntimeError("mevrouw De Vries")

    def works() -> str:
        done.append("works")
        return "one row"

    worker.work([Job("failing", 3600.0, fails), Job("working", 3600.0, works)], stop, retry_after=0.0)
    assert done.count("fails") == 3
    assert done.count("works") == 1
    assert "RuntimeError" in caplog.text
    assert "De Vries" not in caplog.text


def test_a_job_with_nothing_to_do_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert worker.attempt(Job("quiet", 1.0, lambda: ""))
    assert caplog.text == ""


def test_what_is_past_its_term_is_deleted(database: Engine, settings: Settings) -> None:
    old = datetime.now(UTC) - timedelta(days=settings.retention_days + 1)
    with session_scope(database) as session:
        session.add(ConversationMessage(conversation="c", created_at=old, turn={"said": "hallo"}))
    assert "1 of conversations" in worker.delete_what_is_past_its_term(settings)
    with database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM conversation_messages")).scalar_one() == 0
    assert worker.delete_what_is_past_its_term(settings) == ""


def test_the_process_stops_cleanly_when_asked(database: Engine, settings: Settings) -> None:
    old = datetime.now(UTC) - timedelta(days=settings.retention_days + 1)
    with session_scope(database) as session:
        session.add(ConversationMessage(conversation="c", created_at=old, turn={"said": "hallo"}))
    given = {f"{PREFIX}VAR": str(settings.var), f"{PREFIX}KEYS": ",".join(settings.keys)}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "worker"],
        cwd=ROOT,
        env={**plain_environment(), **given},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert "deleted 1 of conversations" in line
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.stderr.close()
