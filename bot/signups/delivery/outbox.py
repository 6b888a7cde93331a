"""Notes changes of sign-ups for delivery, in the transaction of the change: neither happens without the other.

The web sites do not know which targets there are. They only note that something changed; the worker, which has the
addresses and secrets, makes a delivery per target of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.signups.delivery.states import DeliveryState, Kind
from bot.signups.delivery.tables import DeliveryRow, OutboxRow


def note(session: Session, signup_id: int, kind: Kind, now: datetime) -> None:
    """Note that a sign-up changed."""
    session.add(OutboxRow(signup_id=signup_id, kind=kind.value, at=now))


def note_erasure(session: Session, signup_id: int, code: str, now: datetime, tell: bool) -> None:
    """Cancel what was still to be delivered, and note the erasure if anything may have reached a target.

    Args:
        code: under which the targets know the sign-up; stored sealed until they have been told.
        tell: whether the targets must erase it too. At a person's wish they must; that a term has passed here says
            nothing about the terms of the hospital's own records.
    """
    # In this order: each statement waits for a worker that is busy with the same rows, and then sees what it did.
    session.execute(delete(OutboxRow).where(OutboxRow.signup_id == signup_id))
    mine = DeliveryRow.signup_id == signup_id
    waiting = DeliveryRow.state.in_([DeliveryState.WAITING.value, DeliveryState.DEAD.value])
    session.execute(
        update(DeliveryRow)
        .where(mine, waiting)
        .values(state=DeliveryState.CANCELLED.value, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    begun = session.execute(select(DeliveryRow.id).where(mine, DeliveryRow.sent > 0).limit(1)).first()
    if tell and begun is not None:
        session.add(OutboxRow(signup_id=signup_id, kind=Kind.ERASED.value, at=now, code=code))
