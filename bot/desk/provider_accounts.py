"""Accounts of people who log in through the hospital: made at the first login, brought up to date at each."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.accounts import Account, account_of
from bot.desk.roles import Role
from bot.desk.tables import StaffRow
from bot.signups import audit
from bot.signups.audit import Actor, Purpose

# No hash of any password, so that such an account cannot be entered with one.
_NEVER_MATCHES = "-"


def enter(
    session: Session, issuer: str, subject: str, name: str, role: Role, origin: str, now: datetime
) -> Account | None:
    """The account of whoever proved to be this subject, with the role the provider gives them now.

    Args:
        name: how to call a new account; one that exists keeps its name.

    Returns:
        None when the account is blocked.
    """
    digest = sha256(f"{issuer}\n{subject}".encode()).hexdigest()
    row = session.execute(select(StaffRow).where(StaffRow.subject == digest)).scalar_one_or_none()
    if row is None:
        row = _new(session, digest, name, role, now)
        _audit(session, "staff.add", row, origin, now, {"role": role.value})
    if not row.active:
        _audit(session, "staff.login_failed", row, origin, now, {"what": "refused"})
        return None
    if row.role != role.value:
        row.role = role.value
        # Sessions with the old role end.
        row.epoch += 1
        _audit(session, "staff.role", row, origin, now, {"role": role.value})
    _audit(session, "staff.login", row, origin, now, {"by": "provider"})
    return account_of(row)


def refuse(session: Session, origin: str, why: str, now: datetime) -> None:
    """Keep in the audit trail that the provider let somebody in whom the desk does not."""
    nobody = Actor("unknown", "none", origin)
    audit.record(session, nobody, "staff.login_failed", "staff:none", Purpose.ADMINISTRATION, now, {"what": why})


def _new(session: Session, digest: str, name: str, role: Role, now: datetime) -> StaffRow:
    row = StaffRow(
        name=_free_name(session, name),
        subject=digest,
        role=role.value,
        active=True,
        password_hash=_NEVER_MATCHES,
        must_change_password=False,
        totp_confirmed=False,
        totp_last_step=0,
        failures=0,
        epoch=1,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _free_name(session: Session, wanted: str) -> str:
    """The name, with a number when another account has it: whoever has an account keeps it to themselves."""
    like = select(StaffRow.name).where(StaffRow.name.startswith(wanted, autoescape=True))
    taken = set(session.execute(like).scalars())
    candidates = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in candidates if name not in taken)


def _audit(
    session: Session, action: str, row: StaffRow, origin: str, now: datetime, details: dict[str, str | int]
) -> None:
    actor = Actor(row.name, row.role, origin)
    audit.record(session, actor, action, f"staff:{row.name}", Purpose.ADMINISTRATION, now, details)
