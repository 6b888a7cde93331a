"""What the worker does for publishing: what is scheduled goes live, trainings run in a process of their own.

Between trainings it has the live model asked the gate's questions, so that the next training need not.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.database import open_database, session_scope
from bot.operations import asking, gate_sets, live_model, processes, training
from bot.publishing import jobs, publication
from bot.publishing.jobs import Job, JobState
from bot.settings import ROOT, Settings

log = logging.getLogger(__name__)

# In the trail and with trainings that nobody asked for.
INSTALLATION = "(installation)"
# An installation that starts needs its processors for that.
QUIET_SECONDS = 60.0


class PublishingWork:
    """The publishing of one installation, turn by turn. The database is opened at the first."""

    def __init__(self, settings: Settings, quiet: float = QUIET_SECONDS) -> None:
        """Connects to nothing yet; the live model is not asked anything in the first `quiet` seconds."""
        self._settings = settings
        self._quiet_until = time.monotonic() + quiet
        self._opened: Engine | None = None
        self._running: tuple[subprocess.Popen[bytes], Job, str] | None = None
        self._asking: subprocess.Popen[bytes] | None = None
        # The model and the questions that were looked at last: one that cannot be asked is not asked for ever.
        self._asked: tuple[str, str] | None = None

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
            # The training asks what was not asked yet, with all the processor it can get.
            self._stop_asking()
            self._running = (self._begin(job, owner), job, owner)
        process, job, owner = self._running
        if wait:
            process.wait()
        if process.poll() is None:
            return ""
        self._running = None
        return self._ended(job, owner, process.returncode)

    def ask_beforehand(self, wait: bool = False) -> str:
        """Have the live model asked the gate's questions when it was not yet and nothing is being trained.

        Args:
            wait: stay until it is done.
        """
        if self._asking is None and not self._may_ask():
            return ""
        self._asking = self._asking or self._run([], log_file(self._settings, "asking"), "bot.operations.asking")
        if wait:
            self._asking.wait()
        if self._asking.poll() is None:
            return ""
        done, self._asking = self._asking.returncode == 0, None
        return "the live model was asked" if done else "the live model cannot be asked: the next training tries again"

    def _may_ask(self) -> bool:
        if self._running is not None or time.monotonic() < self._quiet_until:
            return False
        asked = gate_sets.questions(self._settings.gate)
        digest = gate_sets.digest(asked)
        with session_scope(self._engine()) as session:
            models = live_model.model_store(self._settings)
            # What is kept with a model is long: it is read once for each, not at every turn.
            if (models.live_name(session), digest) == self._asked:
                return False
            live = models.live(session)
        if live is None:
            return False
        self._asked = live.name, digest
        return asking.kept(live, asked) is None

    def _stop_asking(self) -> None:
        if self._asking is not None:
            self._asking.kill()
            self._asking.wait()
            self._asking = None

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
        return self._run([str(job.id), owner], log_file(self._settings), "bot.operations.trainer")

    def _run(self, arguments: list[str], record: Path, module: str) -> subprocess.Popen[bytes]:
        record.parent.mkdir(parents=True, exist_ok=True)
        with record.open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
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
        return f"training {job.id}: {_outcome(found) if found else 'gone'}"

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


def _outcome(job: Job) -> str:
    """How a training ended, and what each step of it took."""
    spent = (job.result or {}).get("seconds") or {}
    return ", ".join([job.state.value, *(f"{step} {seconds:.1f} s" for step, seconds in spent.items())])


def log_file(settings: Settings, process: str = "trainer") -> Path:
    """Where the own output is of the trainer, or of what asks beforehand."""
    return settings.var / "log" / f"{process}.log"
