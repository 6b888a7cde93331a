"""What the worker does for publishing: what is scheduled goes live, trainings run in a process of their own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.database import open_database, session_scope
from bot.operations import live_model, processes, training
from bot.publishing import jobs, publication
from bot.publishing.jobs import Job, JobState
from bot.settings import ROOT, Settings

log = logging.getLogger(__name__)

# In the trail and with trainings that nobody asked for.
INSTALLATION = "(installation)"


class PublishingWork:
    """The publishing of one installation, turn by turn. The database is opened at the first."""

    def __init__(self, settings: Settings) -> None:
        """Connects to nothing yet."""
        self._settings = settings
        self._opened: Engine | None = None
        self._running: tuple[subprocess.Popen[bytes], Job, str] | None = None

    def publish_what_is_due(self) -> str:
        """Put live what was scheduled for now."""
        with session_scope(self._engine()) as session:
            outcomes = publication.publish_due(session, self._settings.content, datetime.now(UTC))
        return f"scheduled: {', '.join(one.result for one in outcomes)}" if outcomes else ""

    def train(self, wait: bool = False) -> str:
        """Look after the training that runs, or begin the next.

        Args:
            wait: stay until it ends.
        """
        if self._running is None:
            owner = uuid.uuid4().hex
            with session_scope(self._engine()) as session:
                job = jobs.claim(session, owner, datetime.now(UTC))
            if job is None:
                return ""
            self._running = (self._begin(job, owner), job, owner)
        process, job, owner = self._running
        if wait:
            process.wait()
        if process.poll() is None:
            return ""
        self._running = None
        return self._ended(job, owner, process.returncode)

    def retrain_when_needed(self) -> str:
        """Ask for a training when the live model does not fit the code or the published questions any more."""
        with session_scope(self._engine()) as session:
            wanted = live_model.expected(session, self._settings)
            live = live_model.model_store(self._settings).live(session)
            if live is None or wanted.fits(live):
                return ""
            newest = jobs.newest(session, 1)
            if newest and newest[0].state in {JobState.QUEUED, JobState.RUNNING}:
                return ""
            tried = newest and newest[0].requested_by == INSTALLATION and newest[0].state is JobState.FAILED
            if tried and (newest[0].result or {}).get("questions_digest", wanted.questions) == wanted.questions:
                # The gate stopped it: trying again would end the same.
                return ""
            jobs.queue(session, [], INSTALLATION, datetime.now(UTC))
        return "the live model does not fit what is published: training asked for"

    def _engine(self) -> Engine:
        if self._opened is None:
            self._opened = open_database(self._settings)
        return self._opened

    def _begin(self, job: Job, owner: str) -> subprocess.Popen[bytes]:
        record = log_file(self._settings)
        record.parent.mkdir(parents=True, exist_ok=True)
        with record.open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "bot.operations.trainer", str(job.id), owner],
                cwd=ROOT,
                env={**os.environ, **processes.environment(self._settings)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _ended(self, job: Job, owner: str, code: int) -> str:
        now = datetime.now(UTC)
        with session_scope(self._engine()) as session:
            if jobs.keep(session, job.id, owner, now):
                self._after_a_failure(session, job, code, now)
            found = jobs.job(session, job.id)
        return f"training {job.id}: {found.state.value if found else 'gone'}"

    def _after_a_failure(self, session: Session, job: Job, code: int, now: datetime) -> None:
        """The trainer ended without a verdict: begin anew, but not for ever."""
        if job.attempts < jobs.MOST_ATTEMPTS:
            jobs.again(session, job.id, counts=True)
            return
        reason = "killed" if code < 0 else training.reason(log_file(self._settings))
        result = {"passed": False, "reasons": ["error"], "findings": [reason]}
        if job.publishes:
            publication.hold(session, job, "error", now)
        jobs.finish(session, job.id, JobState.FAILED, now, result)


def log_file(settings: Settings) -> Path:
    """Where the trainer's own output is."""
    return settings.var / "log" / "trainer.log"
