"""The queue of deliveries: who may send what now. Safe for several workers, and for a worker that dies at any moment.

A worker claims a delivery for as long as a lease lasts, commits, sends, and finishes its claim. If it dies in between,
another worker claims the delivery again when the lease is over; the idempotency key makes that no second delivery for
the target. At most one delivery of a sign-up is under way to a target at a time, so that an older state cannot arrive
after a newer one.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from bot.signups.delivery.states import UNFINISHED, Delivery, DeliveryState, Kind, Problem
from bot.signups.delivery.tables import DeliveryRow, OutboxRow

# Any fixed number will do: workers that hand out deliveries wait for each other on it.
_LOCK = 5_113_000_818
_BATCH = 200
_QUIET = {"synchronize_session": False}


@dataclass(frozen=True)
class Claim:
    """A delivery that this worker may send, with the proof that it may.

    Attributes:
        code: of an erased sign-up, the code under which the target knows it.
        known: whether the target may have heard of this sign-up before this attempt.
    """

    delivery: Delivery
    token: str
    code: str | None
    known: bool


def hand_out(session: Session, targets: Mapping[str, Collection[Kind]]) -> int:
    """Turn noted changes into deliveries, one for each target; returns how many changes there were.

    Args:
        targets: the kinds of changes that each target, by name, is told of.

    A delivery tells the state of the sign-up at the moment it is sent, so a new one supersedes those that still wait.
    """
    _take_turn(session)
    notes = session.execute(select(OutboxRow).order_by(OutboxRow.id).limit(_BATCH)).scalars().all()
    for noted in notes:
        # The person may erase the sign-up at this very moment; whoever deletes the note is the one who acts on it.
        gone = session.execute(delete(OutboxRow).where(OutboxRow.id == noted.id).execution_options(**_QUIET))
        if gone.rowcount:
            for target in sorted(_addressed(session, noted, targets)):
                _add(session, noted, target)
        session.expunge(noted)
    return len(notes)


def _addressed(session: Session, noted: OutboxRow, targets: Mapping[str, Collection[Kind]]) -> set[str]:
    """The targets of a change. An erasure concerns every target that may know the sign-up, also one since removed."""
    kind = Kind(noted.kind)
    told = {name for name, kinds in targets.items() if kind in kinds}
    if kind is not Kind.ERASED:
        return told
    mine = DeliveryRow.signup_id == noted.signup_id
    knowing = set(session.execute(select(DeliveryRow.target).where(mine, DeliveryRow.sent > 0)).scalars())
    return knowing - (set(targets) - told)


def _add(session: Session, noted: OutboxRow, target: str) -> None:
    older = (DeliveryRow.signup_id == noted.signup_id, DeliveryRow.target == target)
    replaced = DeliveryRow.state.in_([DeliveryState.WAITING.value, DeliveryState.DEAD.value])
    session.execute(
        update(DeliveryRow)
        .where(*older, replaced)
        .values(state=DeliveryState.SUPERSEDED.value, finished_at=noted.at)
        .execution_options(**_QUIET)
    )
    session.add(
        DeliveryRow(
            key=str(uuid.uuid4()),
            target=target,
            signup_id=noted.signup_id,
            kind=noted.kind,
            state=DeliveryState.WAITING.value,
            attempts=0,
            sent=0,
            at=noted.at,
            due_at=noted.at,
            code=noted.code,
        )
    )
    session.flush()


def claim(session: Session, target: str, now: datetime, lease: timedelta) -> Claim | None:
    """Take the delivery to this target that is due longest, or None when nothing is due."""
    _take_turn(session)
    other = aliased(DeliveryRow)
    under_way = (
        select(other.id)
        .where(
            other.target == DeliveryRow.target,
            other.signup_id == DeliveryRow.signup_id,
            other.state == DeliveryState.SENDING.value,
            other.leased_until > now,
        )
        .exists()
    )
    # Said apart from what follows, so that the index finds the few that are not finished among all that are.
    open_states = DeliveryRow.state.in_([state.value for state in UNFINISHED])
    waiting = (DeliveryRow.state == DeliveryState.WAITING.value) & (DeliveryRow.due_at <= now)
    lost = (DeliveryRow.state == DeliveryState.SENDING.value) & (DeliveryRow.leased_until <= now)
    due = (
        select(DeliveryRow)
        .where(open_states, DeliveryRow.target == target, or_(waiting, lost), ~under_way)
        .order_by(DeliveryRow.due_at, DeliveryRow.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    while True:
        row = session.execute(due).scalar_one_or_none()
        if row is None:
            return None
        if row.state == DeliveryState.SENDING.value and _newer_exists(session, row):
            _set(session, row, DeliveryState.SENDING, state=DeliveryState.SUPERSEDED.value, finished_at=now)
            continue
        token = str(uuid.uuid4())
        known = bool(row.sent) or _was_sent(session, row)
        changes = {"attempts": row.attempts + 1, "sent": row.sent + 1}
        taken = {"claim": token, "leased_until": now + lease, "state": DeliveryState.SENDING.value}
        if _set(session, row, DeliveryState(row.state), **changes, **taken):
            session.refresh(row)
            return Claim(view_of(row), token, row.code, known)


def finish(
    session: Session,
    claimed: Claim,
    state: DeliveryState,
    now: datetime,
    *,
    problem: Problem | None = None,
    status: int | None = None,
    due_at: datetime | None = None,
    left: bool = True,
) -> bool:
    """Note how an attempt ended.

    Args:
        state: `waiting` for another attempt at `due_at`, else the end.
        left: whether anything may have left the house.

    Returns:
        False when the claim was lost: the lease was over and somebody else took the delivery.
    """
    _take_turn(session)
    row = session.get(DeliveryRow, claimed.delivery.id, populate_existing=True)
    if row is None or row.claim != claimed.token:
        return False
    if state is DeliveryState.WAITING and _newer_exists(session, row):
        state = DeliveryState.SUPERSEDED
    values: dict[str, Any] = {"claim": None, "leased_until": None, "problem": None, "status": status}
    if problem is not None:
        values["problem"] = problem.value
    if state is DeliveryState.WAITING:
        values["due_at"] = due_at or now
    else:
        values["finished_at"] = now
    if state in (DeliveryState.DELIVERED, DeliveryState.SUPERSEDED, DeliveryState.CANCELLED):
        values["code"] = None
    if not left:
        values["sent"] = row.sent - 1
    return _set(session, row, DeliveryState.SENDING, state=state.value, **values)


def put_off(session: Session, target: str, until: datetime) -> None:
    """Let everything that waits for a target wait until it wants to be asked again."""
    session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.target == target,
            DeliveryRow.state == DeliveryState.WAITING.value,
            DeliveryRow.due_at < until,
        )
        .values(due_at=until)
        .execution_options(**_QUIET)
    )


def view_of(row: DeliveryRow) -> Delivery:
    """A row as plain data."""
    return Delivery(
        id=row.id,
        key=row.key,
        target=row.target,
        signup_id=row.signup_id,
        kind=Kind(row.kind),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        at=row.at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        problem=Problem(row.problem) if row.problem else None,
        status=row.status,
    )


def _newer_exists(session: Session, row: DeliveryRow) -> bool:
    newer = select(DeliveryRow.id).where(
        DeliveryRow.target == row.target, DeliveryRow.signup_id == row.signup_id, DeliveryRow.id > row.id
    )
    return session.execute(newer.limit(1)).first() is not None


def _was_sent(session: Session, row: DeliveryRow) -> bool:
    sent = select(DeliveryRow.id).where(
        DeliveryRow.target == row.target, DeliveryRow.signup_id == row.signup_id, DeliveryRow.sent > 0
    )
    return session.execute(sent.limit(1)).first() is not None


def _set(session: Session, row: DeliveryRow, expected: DeliveryState, **values: Any) -> bool:
    """Change a row that is still in this state, and with this claim; whether it was."""
    still = (DeliveryRow.id == row.id, DeliveryRow.state == expected.value)
    same = DeliveryRow.claim == row.claim if row.claim else DeliveryRow.claim.is_(None)
    changed = session.execute(update(DeliveryRow).where(*still, same).values(values).execution_options(**_QUIET))
    return bool(changed.rowcount)


def _take_turn(session: Session) -> None:
    """Wait until no other worker hands out, claims or finishes; holds until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    else:
        # A change of nothing takes SQLite's write lock; reading first could find an outdated state.
        session.execute(update(DeliveryRow).where(DeliveryRow.id < 0).values(status=0).execution_options(**_QUIET))
