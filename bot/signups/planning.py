"""Who is planned in which quarter, and who waits: reads and writes. The caller's session, the caller commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.eligibility.verdict import Verdict
from bot.signups import audit, codes, mapping
from bot.signups.audit import Actor, Purpose
from bot.signups.capacity import KEEPS_PLACE, History, Places, Planned, Quarter, Queued, quarter_of, taken
from bot.signups.forecast import Wait, forecast
from bot.signups.service import NotFound, load_row, subject_of
from bot.signups.tables import PlanRow, SignUpRow, SlotRow
from bot.signups.workflow import FINAL, OPEN, State


class Full(Exception):
    """The quarter has no free place."""


class AlreadyPlanned(Exception):
    """This person has a place already."""


class NotWaiting(Exception):
    """This sign-up was closed: there is nobody to plan."""


class Changed(Exception):
    """Somebody else changed the places in the meantime."""


def places(session: Session, trial: str) -> dict[Quarter, Places]:
    """The room there is in each quarter for which staff entered it."""
    rows = session.execute(select(SlotRow).where(SlotRow.trial == trial)).scalars()
    return {Quarter(row.year, row.number): Places(row.at_least, row.at_most) for row in rows}


def set_places(
    session: Session,
    actor: Actor,
    trial: str,
    wanted: Mapping[Quarter, Places | None],
    shown: Mapping[Quarter, Places],
    now: datetime,
) -> None:
    """Set the room of some quarters; None takes it away.

    Args:
        shown: what stood there for whoever sets it.

    Raises:
        Changed: when that has changed since.
    """
    present = places(session, trial)
    for quarter, room in wanted.items():
        before = present.get(quarter)
        if before == room:
            continue
        if before != shown.get(quarter):
            raise Changed(str(quarter))
        key = {"trial": trial, "year": quarter.year, "number": quarter.number}
        session.execute(delete(SlotRow).filter_by(**key))
        if room:
            session.add(SlotRow(**key, at_least=room.at_least, at_most=room.at_most, author=actor.id, at=now))
        details = {"quarter": str(quarter), "before": _told(before), "after": _told(room)}
        audit.record(session, actor, "capacity.places", f"study:{trial}", Purpose.ADMINISTRATION, now, details)
    session.flush()


def planned(session: Session, trial: str) -> list[Planned]:
    """Who has a place, earliest first. Who left has none any more."""
    rows = session.execute(
        select(PlanRow.signup_id, SignUpRow.code, SignUpRow.state, PlanRow.year, PlanRow.number)
        .join(SignUpRow, SignUpRow.id == PlanRow.signup_id)
        .where(
            SignUpRow.trial == trial,
            SignUpRow.erased_at.is_(None),
            SignUpRow.state.in_([state.value for state in KEEPS_PLACE]),
        )
        .order_by(PlanRow.year, PlanRow.number, PlanRow.at)
    )
    return [Planned(row.signup_id, row.code, State(row.state), Quarter(row.year, row.number)) for row in rows]


def queue(session: Session, trial: str) -> list[Queued]:
    """Who waits without a place and may still take part, in the order of signing up."""
    rows = session.execute(
        select(SignUpRow.id, SignUpRow.code, SignUpRow.state, SignUpRow.created_at)
        .outerjoin(PlanRow, PlanRow.signup_id == SignUpRow.id)
        .where(
            SignUpRow.trial == trial,
            SignUpRow.erased_at.is_(None),
            SignUpRow.state.in_([state.value for state in OPEN]),
            SignUpRow.verdict != Verdict.CANNOT_TAKE_PART.value,
            PlanRow.signup_id.is_(None),
        )
        .order_by(SignUpRow.created_at, SignUpRow.id)
    )
    return [Queued(row.id, row.code, State(row.state), row.created_at) for row in rows]


def history(session: Session, trial: str) -> History:
    """How earlier sign-ups ended. Who had everything erased while it was open left too."""
    counted = (
        select(SignUpRow.state, SignUpRow.erased_at.isnot(None).label("erased"), func.count().label("count"))
        .where(SignUpRow.trial == trial)
        .group_by(SignUpRow.state, SignUpRow.erased_at.isnot(None))
    )
    left = stayed = 0
    for row in session.execute(counted):
        state = State(row.state)
        if state is State.INCLUDED:
            stayed += row.count
        elif state in FINAL or row.erased:
            left += row.count
    return History(left, stayed)


def plan(session: Session, actor: Actor, trial: str, typed_code: str, quarter: Quarter, now: datetime) -> str:
    """Give somebody a place in a quarter.

    Args:
        typed_code: the sign-up's code as somebody typed it.

    Returns:
        The code as it is stored.

    Raises:
        NotFound: when there is no sign-up of this trial with that code.
        NotWaiting: when that sign-up was closed.
        AlreadyPlanned: when it has a place.
        Full: when the quarter has no free place.
    """
    code = codes.normalise(typed_code)
    row = session.execute(
        select(SignUpRow).where(SignUpRow.code == code, SignUpRow.trial == trial, SignUpRow.erased_at.is_(None))
    ).scalar_one_or_none()
    if code is None or row is None:
        raise NotFound("there is no sign-up with that code")
    if State(row.state) not in KEEPS_PLACE:
        raise NotWaiting(f"sign-up {row.id} was closed")
    # The update is also the lock that a second member of staff waits for: no place is given twice.
    locked = (
        update(SlotRow)
        .where(SlotRow.trial == trial, SlotRow.year == quarter.year, SlotRow.number == quarter.number)
        .values(at=now)
    )
    if not session.execute(locked).rowcount:
        raise Full(str(quarter))
    given = planned(session, trial)
    if any(one.signup_id == row.id for one in given):
        raise AlreadyPlanned(f"sign-up {row.id} has a place")
    if taken(given).get(quarter, 0) >= places(session, trial)[quarter].at_most:
        raise Full(str(quarter))
    session.execute(delete(PlanRow).where(PlanRow.signup_id == row.id))
    session.add(PlanRow(signup_id=row.id, year=quarter.year, number=quarter.number, author=actor.id, at=now))
    try:
        session.flush()
    except IntegrityError:
        raise AlreadyPlanned(f"sign-up {row.id} has a place") from None
    mapping.add_event(row, actor, "planned", now, details={"quarter": str(quarter)})
    _audit(session, actor, "capacity.plan", row.id, quarter, now)
    return code


def unplan(session: Session, actor: Actor, signup_id: int, quarter: Quarter, now: datetime) -> None:
    """Take a place back. Raises NotFound when this sign-up has none in this quarter, or not any more."""
    mine = delete(PlanRow).where(
        PlanRow.signup_id == signup_id, PlanRow.year == quarter.year, PlanRow.number == quarter.number
    )
    if not session.execute(mine).rowcount:
        raise NotFound(f"sign-up {signup_id} has no place in {quarter}")
    mapping.add_event(load_row(session, signup_id), actor, "unplanned", now, details={"quarter": str(quarter)})
    _audit(session, actor, "capacity.unplan", signup_id, quarter, now)


def waits(session: Session, trial: str, today: date, count: int) -> list[Wait]:
    """The expected wait at the first `count` places of the queue."""
    room, used = places(session, trial), taken(planned(session, trial))
    return forecast(room, used, count, history(session, trial), today)


def wait_of_newcomer(session: Session, trial: str, today: date) -> Wait:
    """The expected wait of somebody who signs up now."""
    return waits(session, trial, today, len(queue(session, trial)) + 1)[-1]


def wait_of(session: Session, trial: str, signup_id: int, today: date) -> Wait | Quarter | None:
    """The expected wait of somebody in the queue, the quarter of somebody with a place, or None for anybody else."""
    for one in planned(session, trial):
        if one.signup_id == signup_id:
            return one.quarter
    waiting = [one.signup_id for one in queue(session, trial)]
    if signup_id not in waiting:
        return None
    return waits(session, trial, today, waiting.index(signup_id) + 1)[-1]


def has_room_ahead(session: Session, trial: str, today: date) -> bool:
    """Whether any place is entered for this quarter or later: without, nothing can be said about waiting."""
    return any(quarter >= quarter_of(today) and room.at_most for quarter, room in places(session, trial).items())


def _told(room: Places | None) -> str:
    return f"{room.at_least}-{room.at_most}" if room else "none"


def _audit(session: Session, actor: Actor, action: str, signup_id: int, quarter: Quarter, now: datetime) -> None:
    audit.record(session, actor, action, subject_of(signup_id), Purpose.TRIAGE, now, {"quarter": str(quarter)})
