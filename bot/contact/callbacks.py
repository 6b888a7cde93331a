"""Requests to be called back: asked on the public site, ticked off by nurses, every look in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.contact.tables import CallbackRow
from bot.signups import audit
from bot.signups.audit import Actor, Purpose
from bot.signups.validation import FieldError, Refused, check_name, check_phone, error_text

PATIENT = Actor("patient", "patient", "site")
MOST_WORDS = 200


class Gone(Exception):
    """There is no such request, or somebody already ticked it off."""


@dataclass(frozen=True)
class Callback:
    """Somebody to call back; `language` is that of the page they asked on, None when not known."""

    id: int
    created_at: datetime
    name: str
    phone: str
    call_when: str
    language: str | None


@dataclass(frozen=True)
class Asked:
    """A checked request: what to store, or what to repair."""

    name: str = ""
    phone: str = ""
    call_when: str = ""
    language: str | None = None
    errors: tuple[FieldError, ...] = ()


def check(form: Mapping[str, str], language: str) -> Asked:
    """Check what was typed in the fields `name`, `phone` and `call_when` of a page; the last may be empty. Pure."""
    found: dict[str, str] = {}
    errors = []
    for field, read in (("name", check_name), ("phone", check_phone)):
        try:
            found[field] = read(form.get(field, ""))
        except Refused as refused:
            errors.append(FieldError(field, refused.code, error_text(refused.code, language, **refused.values)))
    when = " ".join(form.get("call_when", "").split())[:MOST_WORDS]
    return Asked(errors=tuple(errors)) if errors else Asked(found["name"], found["phone"], when, language)


def ask(session: Session, asked: Asked, now: datetime) -> None:
    """Put somebody on the list."""
    row = CallbackRow(
        created_at=now, name=asked.name, phone=asked.phone, call_when=asked.call_when, language=asked.language
    )
    session.add(row)
    session.flush()
    audit.record(session, PATIENT, "callback.ask", f"callback:{row.id}", Purpose.PATIENT_REQUEST, now)


def waiting(session: Session, actor: Actor, now: datetime) -> list[Callback]:
    """Who waits, longest first; each name shown is a look in the audit trail."""
    query = select(CallbackRow).where(CallbackRow.done_at.is_(None)).order_by(CallbackRow.created_at, CallbackRow.id)
    rows = session.execute(query).scalars().all()
    for row in rows:
        audit.record(session, actor, "callback.look", f"callback:{row.id}", Purpose.PATIENT_REQUEST, now)
    return [Callback(row.id, row.created_at, row.name, row.phone, row.call_when, row.language) for row in rows]


def done(session: Session, callback_id: int, actor: Actor, now: datetime) -> None:
    """Tick a request off: the name and number go at once, since nobody needs them any more.

    Raises:
        Gone: when there is no such request that waits.
    """
    row = session.get(CallbackRow, callback_id, with_for_update=True)
    if row is None or row.done_at is not None:
        raise Gone
    row.done_at, row.name, row.phone, row.call_when, row.language = now, "", "", "", None
    audit.record(session, actor, "callback.done", f"callback:{callback_id}", Purpose.PATIENT_REQUEST, now)
