"""Questions that were refused, met with another question or answered without help: kept when somebody agrees."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.contact.tables import AskedRow
from bot.privacy.masking import mask

MOST_WORDS = 500
# As many as one page can group; whoever looks at them makes room for the next.
MOST_SHOWN = 1000


class Kind(str, Enum):
    """What went wrong with a question."""

    REFUSED = "refused"
    CLARIFIED = "clarified"
    NOT_HELPED = "not_helped"


class Became(str, Enum):
    """What staff made of a question."""

    QUESTION = "question"
    TOPIC = "topic"
    OUTSIDE = "outside"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class Asked:
    """A question that waits for staff, or what became of it."""

    id: int
    day: datetime
    kind: Kind
    words: str
    topic: str | None
    became: Became | None = None
    done_by: str | None = None


def keep(session: Session, kind: Kind, words: str, form: str, now: datetime, topic: str | None = None) -> bool:
    """Keep a question, without numbers and addresses. The caller has the person's consent.

    Args:
        session: an open session.
        kind: what went wrong.
        words: the question.
        form: the mark of the form it came from; one mark is kept once.
        now: the moment, of which only the day is kept.
        topic: the topic whose answer did not help.

    Returns:
        Whether it is kept now: not when the form was sent before, or when nothing is left to keep.
    """
    masked = mask(" ".join(words.split())[:MOST_WORDS], now.date())
    known = session.execute(select(AskedRow.id).where(AskedRow.form == form)).scalar()
    if not masked or known is not None:
        return False
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    session.add(AskedRow(created_at=day, kind=kind.value, topic=topic, words=masked, form=form))
    session.flush()
    return True


def waiting(session: Session, kind: Kind | None = None) -> list[Asked]:
    """What waits for staff, newest day first."""
    query = select(AskedRow).where(AskedRow.became.is_(None))
    if kind is not None:
        query = query.where(AskedRow.kind == kind.value)
    rows = session.execute(query.order_by(AskedRow.created_at.desc(), AskedRow.id).limit(MOST_SHOWN)).scalars()
    return [_asked(row) for row in rows]


def counts(session: Session) -> Mapping[Kind, int]:
    """How many wait, by kind."""
    query = select(AskedRow.kind, func.count()).where(AskedRow.became.is_(None)).group_by(AskedRow.kind)
    found = {kind: int(number) for kind, number in session.execute(query)}
    return {kind: found.get(kind.value, 0) for kind in Kind}


def done(session: Session, limit: int = 200) -> list[Asked]:
    """What staff did last, newest first."""
    query = select(AskedRow).where(AskedRow.became.is_not(None)).order_by(AskedRow.done_at.desc(), AskedRow.id)
    return [_asked(row) for row in session.execute(query.limit(limit)).scalars()]


def pick(session: Session, ids: Collection[int]) -> list[Asked]:
    """Those of these questions that still wait; they are locked until the transaction ends."""
    query = select(AskedRow).where(AskedRow.id.in_(ids), AskedRow.became.is_(None)).order_by(AskedRow.id)
    return [_asked(row) for row in session.execute(query.with_for_update()).scalars()]


def finish(session: Session, ids: Collection[int], became: Became, who: str, now: datetime) -> int:
    """Note what became of questions; returns of how many."""
    query = select(AskedRow).where(AskedRow.id.in_(ids), AskedRow.became.is_(None))
    rows = session.execute(query).scalars().all()
    for row in rows:
        row.became, row.done_by, row.done_at = became.value, who, now
    return len(rows)


def take_back(session: Session, asked_id: int) -> bool:
    """Let a question wait again; returns whether it had been dealt with."""
    row = session.get(AskedRow, asked_id)
    if row is None or row.became is None:
        return False
    row.became = row.done_by = row.done_at = None
    return True


def _asked(row: AskedRow) -> Asked:
    became = Became(row.became) if row.became else None
    return Asked(row.id, row.created_at, Kind(row.kind), row.words, row.topic, became, row.done_by)
