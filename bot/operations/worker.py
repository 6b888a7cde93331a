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

from bot.database import make_engine, open_database, session_scope
from bot.eligibility.trial_file import load_trial
from bot.operations import backup, retention
from bot.operations.publishing_work import PublishingWork
from bot.settings import Settings
from bot.signups import audit_kept
from bot.signups.delivery.overview import troubles
from bot.signups.delivery.sender import Sender, sender_of
from bot.study import expectation
from bot.watching import endpoint, metrics

log = logging.getLogger(__name__)

HOUR = 3600.0
# A sign-up reaches the hospital's systems within seconds.
DELIVERY_SECONDS = 2.0
# What is due to be published is so within a second.
PUBLISHING_SECONDS = 1.0
MODEL_SECONDS = 60.0
FIGURES_SECONDS = 15.0
RETRY_AFTER = 60.0
# A job that comes round often must not fill the log while the database is away.
SHORTEST_PAUSE = 10.0


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


def jobs(settings: Settings, stop: Callable[[], bool] = lambda: False, once: bool = False) -> list[Job]:
    """The jobs of an installation. One that has many steps asks `stop` between two of them whether to go on.

    With `once` a turn is done wholly, and nothing is done beforehand; otherwise a training goes on in a process of its
    own.
    """
    publishing = PublishingWork(settings)
    beforehand = [] if once else [Job("asking", MODEL_SECONDS, publishing.ask_beforehand)]
    return [
        Job("retention", HOUR, lambda: delete_what_is_past_its_term(settings)),
        Job("waiting", HOUR, lambda: work_out_the_wait(settings)),
        Job("delivery", DELIVERY_SECONDS, delivery(settings, stop)),
        Job("publishing", PUBLISHING_SECONDS, publishing.publish_what_is_due),
        Job("model", MODEL_SECONDS, publishing.retrain_when_needed),
        Job("training", PUBLISHING_SECONDS, lambda: publishing.train(wait=once)),
        *beforehand,
        Job("audit trail", HOUR, lambda: look_at_the_trail(settings)),
        Job("figures", FIGURES_SECONDS, lambda: look_at_figures(settings)),
    ]


def delivery(settings: Settings, stop: Callable[[], bool]) -> Callable[[], str]:
    """Delivers sign-ups. It comes round so often that it keeps its database open, once that has answered."""
    opened: list[Sender] = []

    def deliver() -> str:
        if not opened:
            opened.append(sender_of(settings, open_database(settings)))
        return opened[0].deliver_due(stop)

    return deliver


def run(settings: Settings, once: bool = False) -> int:
    """Work until SIGTERM or Ctrl-C; with `once`, do every job one time. Returns the exit code."""
    logging.getLogger("bot").setLevel(logging.INFO)
    endpoint.begin(settings)
    if once:
        outcomes = [attempt(job) for job in jobs(settings, once=True)]
        return 0 if all(outcomes) else 1
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    work(jobs(settings, stop.is_set), stop)
    return 0


def work(todo: Sequence[Job], stop: threading.Event, retry_after: float = RETRY_AFTER) -> None:
    """Do each job when it is due; one that fails is tried again sooner, and never stops the others."""
    due = {job.name: 0.0 for job in todo}
    while not stop.is_set():
        for job in todo:
            if stop.is_set():
                return
            if time.monotonic() >= due[job.name]:
                pause = job.every if attempt(job) else min(max(job.every, SHORTEST_PAUSE), retry_after)
                due[job.name] = time.monotonic() + pause
        stop.wait(max(0.0, min(due.values()) - time.monotonic()))


def attempt(job: Job) -> bool:
    """Do one turn of a job; whether it succeeded. The log gets the kind of a failure, not its text (see below)."""
    try:
        done = job.work()
    except Exception as error:
        # The text of a database error can hold the values of a row, which may be about a patient.
        log.error("%s failed: %s", job.name, type(error).__name__)
        metrics.JOBS.labels(job.name, "failed").inc()
        return False
    metrics.JOBS.labels(job.name, "done").inc()
    metrics.JOB_SUCCESS.labels(job.name).set_to_current_time()
    if done:
        log.info("%s: %s", job.name, done)
    return True


def delete_what_is_past_its_term(settings: Settings) -> str:
    """Delete what is older than the table of terms allows."""
    tracker, database = make_engine(settings.tracker_url), open_database(settings)
    try:
        stores = retention.Stores(database, tracker, settings.var / "log")
        deleted = retention.delete_what_is_past_its_term(stores, settings, datetime.now(UTC))
    finally:
        tracker.dispose()
        database.dispose()
    told = [f"{count} of {kind}" for kind, count in deleted.items() if count]
    return f"deleted {', '.join(told)}" if told else ""


def work_out_the_wait(settings: Settings) -> str:
    """Renew what patients may hear about waiting: the queue moves without anybody changing the places."""
    trial = load_trial(settings.trial_file).id
    database = open_database(settings)
    try:
        with session_scope(database) as session:
            expectation.renew(session, trial, datetime.now(UTC))
    finally:
        database.dispose()
    return ""


def look_at_the_trail(settings: Settings) -> str:
    """Keep the end of the audit trail outside the database, in a file and in the log."""
    database = open_database(settings)
    try:
        with session_scope(database) as session:
            return audit_kept.look(session, settings.var)
    finally:
        database.dispose()


def look_at_figures(settings: Settings) -> str:
    """Set the figures that have to be looked up: deliveries that are stuck, and the newest back-up."""
    made = backup.newest(settings.backups)
    metrics.BACKUP.set(made.timestamp() if made else 0)
    database = open_database(settings)
    try:
        with session_scope(database) as session:
            found = troubles(session, datetime.now(UTC))
    finally:
        database.dispose()
    metrics.DELIVERIES_DEAD.set(found.dead)
    metrics.DELIVERIES_LATE.set(found.late)
    return ""
