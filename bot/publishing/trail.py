"""The content's own trail: who did what to which piece and when. Holds no personal data beside names of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.publishing.tables import ContentEvent


@dataclass(frozen=True)
class Event:
    """One thing that happened; `kind` and `name` are None when it is about the whole."""

    at: datetime
    who: str
    event: str
    kind: str | None
    name: str | None
    draft: int | None
    note: str | None


def record(
    session: Session,
    who: str,
    event: str,
    now: datetime,
    *,
    kind: str | None = None,
    name: str | None = None,
    draft: int | None = None,
    note: str | None = None,
) -> None:
    """Add an event, in the caller's transaction: it is kept exactly when what it tells of is."""
    session.add(ContentEvent(at=now, who=who, event=event, kind=kind, name=name, draft_id=draft, note=note))


def events(session: Session, kind: str | None = None, name: str | None = None, limit: int = 200) -> list[Event]:
    """What happened, newest first: to one piece, or to everything."""
    query = select(ContentEvent).order_by(ContentEvent.id.desc()).limit(limit)
    if kind is not None:
        query = query.where(ContentEvent.kind == kind)
    if name is not None:
        query = query.where(ContentEvent.name == name)
    return [
        Event(row.at, row.who, row.event, row.kind, row.name, row.draft_id, row.note)
        for row in session.execute(query).scalars()
    ]
