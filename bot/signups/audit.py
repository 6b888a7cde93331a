"""The audit trail of every look at and change of a person's data: append-only, chained, after NEN 7513.

An entry tells who (actor, role), when, which record, what (action), why (purpose) and from where (origin). Details
are short identifiers only: a name or a patient's words cannot be entered here.

Entries wait in the session and are written when it commits, in the same transaction as what they tell about. The
end of the chain is locked last and shortest that way, so two transactions cannot wait for each other's locks.

Each entry carries a keyed hash of itself and of its predecessor's hash. The key is a random secret of the database,
stored sealed: whoever can write to the database but has no encryption keys cannot forge a chain that `verify` accepts.
What no chain can show by itself is that a whole older copy was put back, or everything removed: `audit_kept` keeps
the end that `verify` reported outside the database.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from typing import Any

from sqlalchemy import event, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.signups.tables import AuditHeadRow, AuditRow

_PENDING = "audit_pending"
_START = "0" * 64
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:@/+ -]*")
_LENGTHS = {"actor": 64, "role": 32, "action": 48, "record": 64, "origin": 64}
_MAX_DETAIL = 2_000
_BATCH = 5_000


class Purpose(str, Enum):
    """Why somebody looked at or changed data."""

    TRIAGE = "triage"
    PATIENT_REQUEST = "patient_request"
    SIGN_UP = "sign_up"
    ADMINISTRATION = "administration"
    DELIVERY = "delivery"
    AUDIT = "audit"
    RETENTION = "retention"


@dataclass(frozen=True)
class Actor:
    """Who acts.

    Attributes:
        id: staff account, or `patient`, or a process such as `worker`.
        role: for example `nurse`.
        origin: from where: a workstation's address for staff, `site` for patients (never a patient's address).
    """

    id: str
    role: str
    origin: str


PATIENT = Actor("patient", "patient", "site")
SYSTEM = Actor("system", "system", "server")


@dataclass(frozen=True)
class Entry:
    """One entry before it is chained."""

    at: datetime
    actor: str
    role: str
    action: str
    record: str
    purpose: str
    origin: str
    details: str


@dataclass(frozen=True)
class Anchor:
    """The end of the chain at some moment: how many entries, and the hash of the last."""

    sequence: int
    hash: str


@dataclass(frozen=True)
class Finding:
    """Something wrong in the trail: which entry, and whether it was `changed`, is `missing` or `reordered`."""

    sequence: int
    problem: str


@dataclass(frozen=True)
class Report:
    """Outcome of a verification."""

    entries: int
    end: Anchor
    findings: tuple[Finding, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    purpose: Purpose,
    now: datetime,
    details: Mapping[str, str | int] | None = None,
) -> None:
    """Add an entry; it is written when the session commits, and forgotten when it rolls back.

    Args:
        action: what was done, for example `signup.look`.
        subject: which record, for example `signup:17`.
        details: short identifiers, for example states. No personal data.

    Raises:
        ValueError: when a field is not an identifier, which might mean it holds text about a person.
    """
    entry = Entry(
        at=now.astimezone(UTC),
        actor=actor.id,
        role=actor.role,
        action=action,
        record=subject,
        purpose=purpose.value,
        origin=actor.origin,
        details=_details(details or {}),
    )
    for name, longest in _LENGTHS.items():
        value = getattr(entry, name)
        if not value or len(value) > longest or not _IDENTIFIER.fullmatch(value):
            raise ValueError(f"the audit field '{name}' must be an identifier of 1 to {longest} characters")
    if not session.in_transaction():
        # Otherwise a rollback before the first query would not be noticed, and the entry would stay.
        session.begin()
    session.info.setdefault(_PENDING, []).append(entry)


def _details(details: Mapping[str, str | int]) -> str:
    for name, value in details.items():
        if not _IDENTIFIER.fullmatch(str(value)):
            raise ValueError(f"the audit detail '{name}' must be an identifier, not text")
    text = json.dumps(details, sort_keys=True, separators=(",", ":"))
    if len(text) > _MAX_DETAIL:
        raise ValueError(f"audit details are at most {_MAX_DETAIL} characters")
    return text


# Listening on the class, so that no session anywhere can commit a look or a change without its entry.
@event.listens_for(Session, "before_commit")
def _write_pending(session: Session) -> None:
    if _PENDING not in session.info or session.in_nested_transaction():
        return
    session.flush()
    entries: list[Entry] = session.info.pop(_PENDING)
    last, previous, secret = _take_turn(session, len(entries))
    first = last - len(entries) + 1
    for sequence, entry in enumerate(entries, start=first):
        digest = _hash(secret, entry, previous)
        session.add(AuditRow(sequence=sequence, previous=previous, hash=digest, **vars(entry)))
        previous = digest
    session.execute(
        update(AuditHeadRow)
        .where(AuditHeadRow.id == 1)
        .values(hash=previous, seal=_seal(secret, Anchor(last, previous)))
        .execution_options(synchronize_session=False)
    )


@event.listens_for(Session, "after_soft_rollback")
def _forget_pending(session: Session, previous_transaction: Any) -> None:
    if not previous_transaction.nested:
        session.info.pop(_PENDING, None)


def _take_turn(session: Session, count: int) -> tuple[int, str, str]:
    """Reserve numbers at the end of the chain. The update is also the lock that other writers wait for."""
    head = AuditHeadRow.__table__
    for _ in range(2):
        reserved = session.execute(update(head).where(head.c.id == 1).values(sequence=head.c.sequence + count))
        if reserved.rowcount:
            row = session.execute(select(head.c.sequence, head.c.hash, head.c.secret)).one()
            return row.sequence, row.hash, row.secret
        _begin_chain(session)
    raise RuntimeError("the audit trail has no head and none could be made")


def _begin_chain(session: Session) -> None:
    secret = secrets.token_hex(32)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(AuditHeadRow.__table__).values(
        id=1, sequence=0, hash=_START, seal=_seal(secret, Anchor(0, _START)), secret=secret
    )
    # Another process may begin the chain at the same moment; then its secret counts.
    session.execute(new.on_conflict_do_nothing(index_elements=["id"]))


def _hash(secret: str, entry: Entry, previous: str) -> str:
    fields = [entry.at.isoformat(), entry.actor, entry.role, entry.action, entry.record]
    fields += [entry.purpose, entry.origin, entry.details, previous]
    return _keyed(secret, "entry", *fields)


def _seal(secret: str, end: Anchor) -> str:
    return _keyed(secret, "end", str(end.sequence), end.hash)


def _keyed(secret: str, *fields: str) -> str:
    message = json.dumps(fields, separators=(",", ":")).encode("utf-8")
    return hmac.new(secret.encode("ascii"), message, sha256).hexdigest()


def verify(session: Session, known: Anchor | None = None) -> Report:
    """Check the whole trail. Writers are held off only for what was written while this was reading.

    Args:
        session: with the keys that open the trail's secret.
        known: the end an earlier verification reported, kept outside the database.

    Returns:
        A report; its findings name each entry that was changed, is missing or stands in another place.
    """
    table = AuditHeadRow.__table__
    head = session.execute(select(table)).one_or_none()
    if head is None:
        count = session.execute(select(func.count()).select_from(AuditRow)).scalar_one()
        lost = known is not None and known.sequence > 0
        return Report(count, Anchor(0, _START), (Finding(0, "missing"),) if count or lost else ())
    check = _Check(session, head.secret)
    check.go_on()
    # Taking a turn with no entries holds writers off, so that head and last rows belong together.
    session.execute(update(table).where(table.c.id == 1).values(id=1))
    check.go_on()
    head = session.execute(select(table)).one()
    findings = check.findings
    if check.end != Anchor(head.sequence, head.hash):
        findings.append(Finding(head.sequence, "missing"))
    if not hmac.compare_digest(head.seal, _seal(head.secret, Anchor(head.sequence, head.hash))):
        findings.append(Finding(head.sequence, "changed"))
    if known is not None and known.sequence and not holds(session, known):
        findings.append(Finding(known.sequence, "missing"))
    return Report(check.entries, check.end, tuple(dict.fromkeys(findings)))


def end_of(session: Session) -> Anchor:
    """Where the trail says that it ends, unchecked."""
    table = AuditHeadRow.__table__
    head = session.execute(select(table.c.sequence, table.c.hash)).one_or_none()
    return Anchor(head.sequence, head.hash) if head else Anchor(0, _START)


def holds(session: Session, known: Anchor) -> bool:
    """Whether the trail has the entry at which it ended at some moment."""
    row = AuditRow.__table__
    found = select(row.c.sequence).where(row.c.sequence == known.sequence, row.c.hash == known.hash)
    return session.execute(found).first() is not None


class _Check:
    """Walks along the chain, some rows at a time: a trail of years does not fit in memory."""

    def __init__(self, session: Session, secret: str) -> None:
        self._session = session
        self._secret = secret
        self.entries = 0
        self.end = Anchor(0, _START)
        self.findings: list[Finding] = []

    def go_on(self) -> None:
        """Check what comes after the last row that was checked."""
        row = AuditRow.__table__
        while True:
            # Not only numbers from one: somebody may have written rows before the first.
            after = row.c.sequence > self.end.sequence if self.entries else True
            rows = self._session.execute(select(row).where(after).order_by(row.c.sequence).limit(_BATCH)).all()
            for one in rows:
                self._look_at(one)
            if not rows:
                return

    def _look_at(self, row: Any) -> None:
        entry = Entry(*(getattr(row, name) for name in Entry.__dataclass_fields__))
        if not hmac.compare_digest(row.hash, _hash(self._secret, entry, row.previous)):
            self.findings.append(Finding(row.sequence, "changed"))
        if row.previous != self.end.hash:
            # Its predecessor is elsewhere in the trail, or nowhere.
            where = "reordered" if row.previous == _START or self._is_somewhere(row.previous) else "missing"
            self.findings.append(Finding(row.sequence - (where == "missing"), where))
        elif row.sequence != self.end.sequence + 1:
            self.findings.append(Finding(row.sequence, "reordered"))
        self.end = Anchor(row.sequence, row.hash)
        self.entries += 1

    def _is_somewhere(self, digest: str) -> bool:
        row = AuditRow.__table__
        return self._session.execute(select(row.c.sequence).where(row.c.hash == digest)).first() is not None
