"""Reads the audit trail for the privacy officer: by record, by member of staff, newest first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.signups.tables import AuditRow


@dataclass(frozen=True)
class FoundEntry:
    """One entry of the trail."""

    sequence: int
    at: datetime
    actor: str
    role: str
    action: str
    record: str
    purpose: str
    origin: str
    details: Mapping[str, str | int]


def search(
    session: Session, *, record: str = "", actor: str = "", before: int | None = None, size: int = 100
) -> tuple[FoundEntry, ...]:
    """Entries, newest first.

    Args:
        record: only about this record, for example `signup:17`; lists in which it was shown included.
        actor: only by this member of staff.
        before: only entries with a lower number, to go on where an earlier answer ended.
    """
    found = select(AuditRow).order_by(AuditRow.sequence.desc()).limit(size)
    if record:
        found = found.where(_about(record))
    if actor:
        found = found.where(AuditRow.actor == actor)
    if before is not None:
        found = found.where(AuditRow.sequence < before)
    return tuple(_entry(row) for row in session.execute(found).scalars())


def _about(record: str) -> object:
    kind, _, number = record.partition(":")
    if not number.isdigit():
        return AuditRow.record == record
    # A list names the ids it showed between spaces or quotes.
    shown = [f'%"shown":"{number}"%', f'%"shown":"{number} %', f'% {number} %"%', f'% {number}"%']
    in_list = and_(AuditRow.record == f"{kind}:list", or_(*(AuditRow.details.like(pattern) for pattern in shown)))
    return or_(AuditRow.record == record, in_list)


def _entry(row: AuditRow) -> FoundEntry:
    values = {name: getattr(row, name) for name in FoundEntry.__dataclass_fields__ if name != "details"}
    return FoundEntry(details=json.loads(row.details), **values)
