"""What people see of deliveries and do to them: lists, whether something is stuck, trying again, filling a new target.

The caller's session, the caller commits. Lists show numbers of sign-ups and no personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.signups import audit
from bot.signups.audit import Actor, Purpose
from bot.signups.delivery import outbox, queue
from bot.signups.delivery.states import STUCK_AFTER, UNFINISHED, Delivery, DeliveryState, Kind
from bot.signups.delivery.tables import DeliveryRow, OutboxRow
from bot.signups.tables import SignUpRow


class NotRetriable(Exception):
    """This delivery does not wait and was not given up (any more), or there is none with this number."""


@dataclass(frozen=True)
class Troubles:
    """What does not go as it should.

    Attributes:
        dead: deliveries that were given up.
        late: deliveries and noted changes that wait for longer than `STUCK_AFTER`.
    """

    dead: int
    late: int

    @property
    def stuck(self) -> bool:
        """Whether somebody should look at it."""
        return bool(self.dead or self.late)


def troubles(session: Session, now: datetime) -> Troubles:
    """Whether deliveries are stuck, or the worker that makes them is."""
    limit = now - STUCK_AFTER
    dead = _count(session, DeliveryRow.state == DeliveryState.DEAD.value)
    late = _count(session, _in(*UNFINISHED), DeliveryRow.at < limit)
    noted = select(func.count()).select_from(OutboxRow).where(OutboxRow.at < limit)
    return Troubles(dead, late + session.execute(noted).scalar_one())


def _count(session: Session, *which: Any) -> int:
    return int(session.execute(select(func.count()).select_from(DeliveryRow).where(*which)).scalar_one())


def _in(*states: DeliveryState) -> Any:
    return DeliveryRow.state.in_([state.value for state in states])


def unfinished(session: Session, most: int = 200) -> tuple[Delivery, ...]:
    """Deliveries that were given up, then those that are still to be made; the oldest first."""
    given_up = DeliveryRow.state == DeliveryState.DEAD.value
    wanted = select(DeliveryRow).where(or_(given_up, _in(*UNFINISHED)))
    return _views(session, wanted.order_by(given_up.desc(), DeliveryRow.at, DeliveryRow.id).limit(most))


def latest(session: Session, most: int = 50) -> tuple[Delivery, ...]:
    """What was delivered, the newest first."""
    wanted = select(DeliveryRow).where(_in(DeliveryState.DELIVERED))
    return _views(session, wanted.order_by(DeliveryRow.finished_at.desc(), DeliveryRow.id.desc()).limit(most))


def of_signup(session: Session, signup_id: int) -> tuple[Delivery, ...]:
    """All deliveries of one sign-up, in the order in which they came up."""
    return _views(session, select(DeliveryRow).where(DeliveryRow.signup_id == signup_id).order_by(DeliveryRow.id))


def _views(session: Session, wanted: Any) -> tuple[Delivery, ...]:
    return tuple(queue.view_of(row) for row in session.execute(wanted).scalars())


def retry(session: Session, actor: Actor, delivery_id: int, now: datetime) -> Delivery:
    """Let a delivery that waits or was given up begin anew, at once and with all its attempts.

    Raises:
        NotRetriable: when it does neither.
    """
    row = _open_row(session, delivery_id)
    row.state, row.attempts, row.due_at, row.finished_at = DeliveryState.WAITING.value, 0, now, None
    return _changed(session, row, actor, "delivery.retry", now)


def drop(session: Session, actor: Actor, delivery_id: int, now: datetime) -> Delivery:
    """Let go of a delivery that waits or was given up, for instance to a target that is no more.

    Raises:
        NotRetriable: when it does neither.
    """
    row = _open_row(session, delivery_id)
    row.state, row.finished_at, row.code = DeliveryState.CANCELLED.value, now, None
    return _changed(session, row, actor, "delivery.drop", now)


def _open_row(session: Session, delivery_id: int) -> DeliveryRow:
    row: DeliveryRow | None = session.get(DeliveryRow, delivery_id, with_for_update=True)
    if row is None or row.state not in {DeliveryState.WAITING.value, DeliveryState.DEAD.value}:
        raise NotRetriable(f"delivery {delivery_id} does not wait and was not given up")
    return row


def _changed(session: Session, row: DeliveryRow, actor: Actor, action: str, now: datetime) -> Delivery:
    session.flush()
    told = {"delivery": row.id, "target": row.target, "kind": row.kind}
    audit.record(session, actor, action, f"signup:{row.signup_id}", Purpose.DELIVERY, now, told)
    return queue.view_of(row)


def retry_all(session: Session, actor: Actor, now: datetime) -> int:
    """Retry everything that was given up; returns how many."""
    dead = session.execute(select(DeliveryRow.id).where(DeliveryRow.state == DeliveryState.DEAD.value)).scalars().all()
    for delivery_id in dead:
        retry(session, actor, delivery_id, now)
    return len(dead)


def fill(session: Session, actor: Actor, target: str, now: datetime) -> int:
    """Note every sign-up that a target was never sent, for a target that was set up later; returns how many.

    The other targets get them once more, which changes nothing there.
    """
    known = select(DeliveryRow.signup_id).where(DeliveryRow.target == target)
    missing = select(SignUpRow.id).where(SignUpRow.erased_at.is_(None), SignUpRow.id.not_in(known))
    found = session.execute(missing.order_by(SignUpRow.id)).scalars().all()
    for signup_id in found:
        outbox.note(session, signup_id, Kind.CHANGED, now)
        told = {"target": target}
        audit.record(session, actor, "delivery.fill", f"signup:{signup_id}", Purpose.DELIVERY, now, told)
    return len(found)
