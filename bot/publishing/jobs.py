"""The queue of trainings in the database: one at a time, taken over when whoever worked on it died."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.publishing.tables import TrainingJob

LEASE = timedelta(seconds=20)
MOST_ATTEMPTS = 3


class JobState(str, Enum):
    """Where a training is."""

    QUEUED = "queued"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Step(str, Enum):
    """What a running training does, in order: for the page that shows its progress."""

    WAITING = "waiting"
    TRAINING = "training"
    QUESTIONS = "questions"
    CONVERSATIONS = "conversations"
    DONE = "done"


@dataclass(frozen=True)
class Job:
    """A training.

    Attributes:
        id: its number.
        state: where it is.
        step: what it does now.
        drafts: numbers of the drafts it decides on.
        pieces: what it publishes, see `publication.Planned`.
        publishes: whether it publishes when it passes; otherwise it is a trial.
        accepted: questions an editor let go to another topic on purpose.
        requested_by: who asked for it.
        requested_at, started_at, finished_at: when.
        attempts: how often it was begun.
        model: the model it made.
        result: what the gate found, as `gate.Report.as_json` makes it, or `{"reasons": [...]}` of a failure; in both
            and before the verdict, `seconds` has what each step took that is done.
    """

    id: int
    state: JobState
    step: Step
    drafts: tuple[int, ...]
    pieces: tuple[Mapping[str, Any], ...]
    publishes: bool
    accepted: tuple[str, ...]
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    model: str | None
    result: Mapping[str, Any] | None


def queue(
    session: Session,
    pieces: Sequence[Mapping[str, Any]],
    who: str,
    now: datetime,
    *,
    drafts: Sequence[int] = (),
    publishes: bool = True,
    accepted: Sequence[str] = (),
) -> int:
    """Ask for a training; returns its number."""
    row = TrainingJob(
        state=JobState.QUEUED.value,
        step=Step.WAITING.value,
        drafts=list(drafts),
        pieces=list(pieces),
        publishes=publishes,
        accepted=list(accepted),
        requested_by=who,
        requested_at=now,
        attempts=0,
    )
    session.add(row)
    session.flush()
    return int(row.id)


def claim(session: Session, owner: str, now: datetime) -> Job | None:
    """Take the oldest training that nobody alive works on; None when there is none or another one runs."""
    open_states = (JobState.QUEUED.value, JobState.RUNNING.value)
    query = select(TrainingJob).where(TrainingJob.state.in_(open_states)).order_by(TrainingJob.id)
    rows = list(session.execute(query).scalars())
    if not rows or any(row.state == JobState.RUNNING.value and row.lease_until > now for row in rows):
        return None
    # One that was begun goes first: its drafts wait longest.
    row = min(rows, key=lambda one: (one.state != JobState.RUNNING.value, one.id))
    taken = session.execute(
        update(TrainingJob)
        .where(TrainingJob.id == row.id, TrainingJob.attempts == row.attempts, TrainingJob.state == row.state)
        .values(
            state=JobState.RUNNING.value,
            step=Step.TRAINING.value,
            owner=owner,
            lease_until=now + LEASE,
            started_at=now,
            attempts=row.attempts + 1,
            result=None,
        )
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:
        return None
    session.refresh(row)
    return _job(row)


def keep(
    session: Session,
    job_id: int,
    owner: str,
    now: datetime,
    step: Step | None = None,
    seconds: Mapping[str, float] | None = None,
) -> bool:
    """Say that the owner is alive. False when the job is not theirs any more: stop.

    Args:
        session: an open session.
        job_id: the training.
        owner: who claimed it.
        now: the time.
        step: the step it is at now, where that changed.
        seconds: what each step took that is done.
    """
    values: dict[str, Any] = {"lease_until": now + LEASE}
    if step is not None:
        values["step"] = step.value
    if seconds is not None:
        values["result"] = {"seconds": dict(seconds)}
    kept = session.execute(
        update(TrainingJob)
        .where(
            TrainingJob.id == job_id,
            TrainingJob.owner == owner,
            TrainingJob.state == JobState.RUNNING.value,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(kept.rowcount)


def finish(
    session: Session, job_id: int, state: JobState, now: datetime, result: Mapping[str, Any], model: str | None = None
) -> None:
    """Close a training with what it found."""
    row = session.get(TrainingJob, job_id, populate_existing=True)
    row.state, row.step, row.finished_at = state.value, Step.DONE.value, now
    row.result, row.model, row.owner, row.lease_until = dict(result), model, None, None
    session.flush()


def again(session: Session, job_id: int, *, counts: bool) -> None:
    """Put a training back in the queue; `counts` when it was an attempt that failed."""
    row = session.get(TrainingJob, job_id, populate_existing=True)
    row.state, row.step, row.owner, row.lease_until = JobState.QUEUED.value, Step.WAITING.value, None, None
    row.result = None
    row.attempts = row.attempts if counts else max(0, row.attempts - 1)
    session.flush()


def job(session: Session, job_id: int) -> Job | None:
    """A training by number, or None."""
    row = session.get(TrainingJob, job_id, populate_existing=True)
    return _job(row) if row is not None else None


def newest(session: Session, limit: int = 20) -> list[Job]:
    """The trainings, newest first."""
    query = select(TrainingJob).order_by(TrainingJob.id.desc()).limit(limit)
    return [_job(row) for row in session.execute(query).scalars()]


def _job(row: TrainingJob) -> Job:
    return Job(
        id=row.id,
        state=JobState(row.state),
        step=Step(row.step),
        drafts=tuple(row.drafts),
        pieces=tuple(row.pieces),
        publishes=row.publishes,
        accepted=tuple(row.accepted),
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        attempts=row.attempts,
        model=row.model,
        result=row.result,
    )
