"""Staff accounts: making them, logging in with password and second factor, locking after failures.

The caller's session and commit, as in `bot.signups.service`. Every outcome is in the audit trail.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.desk import passwords
from bot.desk.roles import Role
from bot.desk.tables import StaffRow
from bot.signups import audit
from bot.signups.audit import Actor, Purpose

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
# Count and end of the two locks of an account: for browsers it logged in with before (True), and for all others.
_LOCKS = {True: ("known_failures", "known_locked_until"), False: ("failures", "locked_until")}
FIRST_PASSWORD_FOR = timedelta(days=7)
TOTP_SECONDS = 30
ISSUER = "Stamcelwijzer"
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")


class AccountError(Exception):
    """An account cannot be made or changed this way. The message says what to do."""


@dataclass(frozen=True)
class Account:
    """A staff account as the rest of the desk sees it."""

    id: int
    name: str
    role: Role
    epoch: int
    active: bool
    must_change_password: bool
    second_factor_ready: bool
    locked_until: datetime | None
    created_at: datetime
    through_hospital: bool = False


def add(session: Session, name: str, role: Role, actor: Actor, now: datetime, password: str | None = None) -> str:
    """Make an account. Its first password is good for one log-in within a week, at which another must be chosen.

    Returns:
        The first password: `password`, or a random one.

    Raises:
        AccountError: when the name cannot be used or is taken.
    """
    if not is_name(name):
        raise AccountError(
            f"'{name}' cannot be a name: use 2 to 40 lower-case letters, digits, dots and dashes, a letter first."
        )
    if session.execute(select(StaffRow.id).where(StaffRow.name == name)).first():
        raise AccountError(f"There is already an account '{name}': choose another name, or use `staff reset {name}`.")
    first = password or passwords.one_time()
    row = StaffRow(
        name=name,
        role=role.value,
        active=True,
        password_hash=passwords.hashed(first),
        must_change_password=True,
        first_password_until=now + FIRST_PASSWORD_FOR,
        totp_confirmed=False,
        totp_last_step=0,
        failures=0,
        epoch=1,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _audit(session, actor, "staff.add", row, now, {"role": role.value})
    return first


def is_name(name: str) -> bool:
    """Whether an account can have this name."""
    return bool(_NAME.fullmatch(name))


def reset(session: Session, name: str, actor: Actor, now: datetime, password: str | None = None) -> str:
    """Give an account a new first password and let it set up its second factor again; ends its sessions.

    Raises:
        AccountError: when there is no such account, or it has no password here.
    """
    row = _by_name(session, name)
    if row.subject is not None:
        raise AccountError(f"'{name}' logs in through the hospital, and has no password or second factor here.")
    first = password or passwords.one_time()
    row.password_hash, row.must_change_password = passwords.hashed(first), True
    row.first_password_until = now + FIRST_PASSWORD_FOR
    row.totp_secret, row.totp_confirmed = None, False
    _unlock(row)
    row.epoch += 1
    _audit(session, actor, "staff.reset", row, now)
    return first


def set_active(session: Session, name: str, active: bool, actor: Actor, now: datetime) -> None:
    """Block an account, which ends its sessions, or allow it again. Raises AccountError when there is none."""
    row = _by_name(session, name)
    row.active = active
    _unlock(row)
    row.epoch += 1
    _audit(session, actor, "staff.allow" if active else "staff.block", row, now)


def set_role(session: Session, name: str, role: Role, actor: Actor, now: datetime) -> None:
    """Give an account another role; ends its sessions. Raises AccountError when there is none."""
    row = _by_name(session, name)
    row.role = role.value
    row.epoch += 1
    _audit(session, actor, "staff.role", row, now, {"role": role.value})


def all_accounts(session: Session) -> tuple[Account, ...]:
    """Every account, by name."""
    return tuple(account_of(row) for row in session.execute(select(StaffRow).order_by(StaffRow.name)).scalars())


def load(session: Session, account_id: int, epoch: int) -> Account | None:
    """The account, unless it was blocked or its sessions were ended since this epoch."""
    row = session.get(StaffRow, account_id)
    if row is None or not row.active or row.epoch != epoch:
        return None
    return account_of(row)


def check_password(
    session: Session, name: str, password: str, origin: str, now: datetime, proof: str = ""
) -> Account | None:
    """The account with this name and password, or None: wrong, blocked, locked or too late; nobody outside can tell.

    Args:
        proof: `browser_proof` of an earlier login in the same browser: such browsers have a lock of their own, so that
            nobody can shut out a colleague by failing in another one.
    """
    row = session.execute(select(StaffRow).where(StaffRow.name == name.strip().lower())).scalar_one_or_none()
    usable = row is not None and row.active and not _locked(row, now, _known(row, proof)) and not _too_late(row, now)
    # Checked in every case, so that the time it takes says nothing about the account.
    right = passwords.matches(row.password_hash if row is not None else None, password)
    if row is not None and usable and right:
        return account_of(row)
    if row is None:
        # What was typed is not kept: people type passwords in the wrong field.
        nobody = Actor("unknown", "none", origin)
        audit.record(session, nobody, "staff.login_failed", "staff:none", Purpose.ADMINISTRATION, now)
    else:
        _count_failure(session, row, origin, now, "password" if usable else "refused", _known(row, proof))
    return None


def check_code(session: Session, account: Account, code: str, origin: str, now: datetime, proof: str = "") -> bool:
    """Whether this is the second factor's code of this moment, never used before; ends the count of failures.

    Args:
        proof: as of `check_password`.
    """
    row = session.get(StaffRow, account.id)
    known = _known(row, proof)
    if not _locked(row, now, known) and row.totp_secret:
        step = _matching_step(row.totp_secret, code, now)
        if step is not None and _use_step(session, row, step):
            row.totp_confirmed = True
            _unlock(row, known)
            _audit(session, Actor(row.name, row.role, origin), "staff.login", row, now)
            return True
    _count_failure(session, row, origin, now, "code", known)
    return False


def second_factor_uri(session: Session, account: Account) -> str:
    """The address to show as a QR code while the second factor is set up; its secret is made at the first call.

    Raises:
        AccountError: when it was set up already; showing it again would give it away.
    """
    row = session.get(StaffRow, account.id)
    if row.totp_confirmed:
        raise AccountError("the second factor is set up already")
    if row.totp_secret is None:
        row.totp_secret = pyotp.random_base32()
    return str(pyotp.TOTP(row.totp_secret).provisioning_uri(name=row.name, issuer_name=ISSUER))


def change_password(session: Session, account: Account, new: str, origin: str, now: datetime) -> str | None:
    """Set a password somebody chose; ends the account's other sessions.

    Returns:
        What is wrong with it, as the id of a text, or None when it was set.
    """
    row = session.get(StaffRow, account.id)
    problem = passwords.problem_with(new, row.name)
    if problem is None and passwords.matches(row.password_hash, new):
        problem = "password_same"
    if problem is None:
        row.password_hash, row.must_change_password, row.first_password_until = passwords.hashed(new), False, None
        row.epoch += 1
        _audit(session, Actor(row.name, row.role, origin), "staff.password", row, now)
    return problem


def end_sessions(session: Session, account: Account, origin: str, now: datetime) -> None:
    """Log out everywhere: a copied cookie is worthless from now on."""
    row = session.get(StaffRow, account.id)
    row.epoch += 1
    _audit(session, Actor(row.name, row.role, origin), "staff.logout", row, now)


def browser_proof(session: Session, account: Account) -> str:
    """What a browser keeps to show that this account logged in with it; ends with the second factor of now."""
    return _proof(session.get(StaffRow, account.id))


def _proof(row: StaffRow) -> str:
    return f"{row.id}:{sha256((row.totp_secret or '').encode('ascii')).hexdigest()}"


def _known(row: StaffRow, proof: str) -> bool:
    return row.totp_confirmed and hmac.compare_digest(_proof(row).encode(), proof.encode())


def _unlock(row: StaffRow, *locks: bool) -> None:
    """End locks and counts: that of browsers which are known, of those which are not, or both when neither is named."""
    for counter, until in (_LOCKS[known] for known in locks or _LOCKS):
        setattr(row, counter, 0)
        setattr(row, until, None)


def _count_failure(session: Session, row: StaffRow, origin: str, now: datetime, what: str, known: bool) -> None:
    counter, until = _LOCKS[known]
    # Counted by the database, so that many attempts at once are many.
    session.execute(
        update(StaffRow)
        .where(StaffRow.id == row.id)
        .values({counter: getattr(StaffRow, counter) + 1})
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)
    if getattr(row, counter) >= MAX_FAILURES and not _locked(row, now, known):
        setattr(row, until, now + LOCKED_FOR)
        setattr(row, counter, 0)
        what = "locked"
    _audit(session, Actor(row.name, row.role, origin), "staff.login_failed", row, now, {"what": what})


def _locked(row: StaffRow, now: datetime, known: bool) -> bool:
    until: datetime | None = getattr(row, _LOCKS[known][1])
    return until is not None and now < until


def _too_late(row: StaffRow, now: datetime) -> bool:
    return row.first_password_until is not None and now >= row.first_password_until


def _matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step the code belongs to: this one or a neighbour, as clocks differ."""
    typed = "".join(code.split())
    current = int(now.timestamp()) // TOTP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if pyotp.utils.strings_equal(typed, totp.generate_otp(step)):
            return step
    return None


def _use_step(session: Session, row: StaffRow, step: int) -> bool:
    used = session.execute(
        update(StaffRow)
        .where(StaffRow.id == row.id, StaffRow.totp_last_step < step)
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
    )
    return bool(used.rowcount == 1)


def _by_name(session: Session, name: str) -> StaffRow:
    row = session.execute(select(StaffRow).where(StaffRow.name == name)).scalar_one_or_none()
    if row is None:
        raise AccountError(f"There is no account '{name}': `staff list` shows which there are.")
    return row


def account_of(row: StaffRow) -> Account:
    """The account as the rest of the desk sees it."""
    return Account(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        epoch=row.epoch,
        active=row.active,
        must_change_password=row.must_change_password,
        second_factor_ready=row.totp_confirmed,
        locked_until=row.locked_until,
        created_at=row.created_at,
        through_hospital=row.subject is not None,
    )


def _audit(
    session: Session,
    actor: Actor,
    action: str,
    row: StaffRow,
    now: datetime,
    details: dict[str, str | int] | None = None,
) -> None:
    audit.record(session, actor, action, f"staff:{row.name}", Purpose.ADMINISTRATION, now, details)
