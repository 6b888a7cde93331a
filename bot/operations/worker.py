"""The worker process: does each background job at its own interval, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.database import make_engine, open_database
from bot.operations import retention
from bot.settings import Settings

log = logging.getLogger(__name__)

HOUR = 3600.0
RETRY_AFTER = 60.0


@dataclass(frozen=True)
class Job:
    """Something to do again and again.

    Attributes:
        name: for the log.
        every: seconds between the end of one turn and the next.
        work: does one turn and returns what it did, in words without personal data; "" when there was nothing.
    """

    name: str
    every: float
    work: Callable[[], str]


def jobs(settings: Settings) -> list[Job]:
    """The jobs of an installation."""
    return [Job("retention", HOUR, lambda: delete_what_is_past_its_term(settings))]


def run(settings: Settings, once: bool = False) -> int:
    """Work until SIGTERM or Ctrl-C; with `once`, do every job one time. Returns the exit code."""
    logging.getLogger("bot").setLevel(logging.INFO)
    if once:
        outcomes = [attempt(job) for job in jobs(settings)]
        return 0 if all(outcomes) else 1
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    work(jobs(settings), stop)
    return 0


def work(todo: Sequence[Job], stop: threading.Event, retry_after: float = RETRY_AFTER) -> None:
    """Do each job when it is due; one that fails is tried again sooner, and never stops the others."""
    due = {job.name: 0.0 for job in todo}
    while not stop.is_set():
        for job in todo:
            if stop.is_set():
                return
            if time.monotonic() >= due[job.name]:
                pause = job.every if attempt(job) else min(job.every, retry_after)
                due[job.name] = time.monotonic() + pause
        stop.wait(max(0.0, min(due.values()) - time.monotonic()))


def attempt(job: Job) -> bool:
    """Do one turn of a job; whether it succeeded. The log gets the kind of a failure, not its text (see below)."""
    try:
        done = job.work()
    except Exception as error:
        # The text of a database error can hold the values of a row, which may be about a patient.
        log.error("%s failed: %s", job.name, type(error).__name__)
        return False
    if done:
        log.info("%s: %s", job.name, done)
    return True


def delete_what_is_past_its_term(settings: Settings) -> str:
    """Delete conversations older than the settings allow."""
    now = datetime.now(UTC)
    tracker, database = make_engine(settings.tracker_url), open_database(settings)
    try:
        events = retention.delete_old_events(tracker, now, settings.retention_days)
        turns = retention.delete_old_turns(database, now, settings.retention_days)
    finally:
        tracker.dispose()
        database.dispose()
    if not events and not turns:
        return ""
    return f"deleted {events} events and {turns} turns of conversations older than {settings.retention_days} days"
