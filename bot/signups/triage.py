"""What staff do with sign-ups: list, search, count, move along the workflow, undo, note; and renewing blind indexes.

Like `service`: the caller's session, the caller commits, every look and change is audited in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.eligibility.verdict import Verdict
from bot.migrations import metadata
from bot.signups import audit, codes, encryption, mapping, workflow
from bot.signups.audit import Actor, Purpose
from bot.signups.delivery import outbox
from bot.signups.delivery.states import Kind
from bot.signups.records import ListedSignUp, Page, SignUp, name_words, unknown_criteria
from bot.signups.service import load_row, save, subject_of
from bot.signups.tables import NameTokenRow, SignUpRow
from bot.signups.workflow import State

TRANSITION = "transition"
WITHDRAWAL = "withdrawn"
CONSENTS = ("consent_call", "consent_records")


@dataclass(frozen=True)
class Filter:
    """Which sign-ups to list. Empty means no restriction.

    Attributes:
        states: only these states.
        doubts: only those whose verdict needs a check.
        name: words of a name, all of which must occur; case and accents do not matter. Or a code, as somebody types it.
    """

    states: Collection[State] = ()
    doubts: bool = False
    name: str = ""


EVERYBODY = Filter()


class NothingToUndo(Exception):
    """There is no step to take back, or it was taken too long ago."""


def list_signups(
    session: Session, actor: Actor, now: datetime, wanted: Filter = EVERYBODY, number: int = 1, size: int = 50
) -> Page:
    """One page of sign-ups: those in doubt first, then the oldest first. The look is audited with the ids shown."""
    # First the ids, which the index alone can give, then only the rows and columns that are shown: sealed values are
    # large to read and slow to open.
    chosen = _matching(select(SignUpRow.id), session, wanted)
    total = session.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    order = (SignUpRow.doubts.desc(), SignUpRow.created_at, SignUpRow.id)
    ids = session.execute(chosen.order_by(*order).offset((number - 1) * size).limit(size)).scalars().all()
    rows = session.execute(select(*_LINE).where(SignUpRow.id.in_(ids)).order_by(*order)).all()
    audit.record(session, actor, "signup.list", "signup:list", Purpose.TRIAGE, now, {"shown": " ".join(map(str, ids))})
    return Page(tuple(_listed(row) for row in rows), total, number, size)


_LINE = (
    *(SignUpRow.id, SignUpRow.code, SignUpRow.name, SignUpRow.state, SignUpRow.state_since),
    *(SignUpRow.created_at, SignUpRow.verdict, SignUpRow.answers, SignUpRow.language),
)


def newest(session: Session) -> int:
    """The number of the newest sign-up, 0 when there is none. Shows nobody, so nothing is audited."""
    return session.execute(select(func.max(SignUpRow.id))).scalar_one() or 0


def list_since(
    session: Session, actor: Actor, now: datetime, wanted: Filter, after: int, most: int
) -> tuple[ListedSignUp, ...]:
    """The newest sign-ups after the one with this number, newest first. The look is audited with the ids shown."""
    chosen = _matching(select(*_LINE), session, wanted).where(SignUpRow.id > after)
    rows = session.execute(chosen.order_by(SignUpRow.id.desc()).limit(most)).all()
    shown = {"shown": " ".join(str(row.id) for row in rows)}
    audit.record(session, actor, "signup.list", "signup:list", Purpose.TRIAGE, now, shown)
    return tuple(_listed(row) for row in rows)


def count_since(session: Session, wanted: Filter, after: int) -> tuple[int, int]:
    """How many sign-ups came in after the one with this number, and the number of the last of them, 0 without.

    Shows nobody, so nothing is audited.
    """
    chosen = _matching(select(func.count(SignUpRow.id), func.max(SignUpRow.id)), session, wanted)
    count, last = session.execute(chosen.where(SignUpRow.id > after)).one()
    return count, last or 0


def _matching(found: Any, session: Session, wanted: Filter) -> Any:
    found = found.where(SignUpRow.erased_at.is_(None))
    if wanted.states:
        found = found.where(SignUpRow.state.in_([state.value for state in wanted.states]))
    if wanted.doubts:
        found = found.where(SignUpRow.doubts)
    if wanted.name.strip():
        # Some names could be codes too: only what is the code of somebody is one.
        code = codes.normalise(wanted.name)
        coded = session.execute(select(SignUpRow.id).where(SignUpRow.code == code)).scalar() if code else None
        found = found.where(SignUpRow.id == coded) if coded else _named(found, session, wanted.name)
    return found


def _named(found: Any, session: Session, name: str) -> Any:
    ring = encryption.ring_of(session)
    words = name_words(name)
    if not words:
        return found.where(SignUpRow.id.is_(None))
    for word in sorted(words):
        tokens = ring.indexes(mapping.NAME_INDEX, word)
        found = found.where(SignUpRow.id.in_(select(NameTokenRow.signup_id).where(NameTokenRow.token.in_(tokens))))
    return found


def _listed(row: Any) -> ListedSignUp:
    return ListedSignUp(
        id=row.id,
        code=row.code,
        name=row.name,
        state=State(row.state),
        state_since=row.state_since,
        created_at=row.created_at,
        verdict=Verdict(row.verdict),
        unknown=unknown_criteria(row.answers),
        language=row.language,
    )


def count_per_state(session: Session, *, doubts: bool = False) -> dict[State, int]:
    """How many sign-ups there are in each state, or how many in doubt, erased ones left out.

    Shows nobody, so nothing is audited.
    """
    counted = _matching(select(SignUpRow.state, func.count()), session, Filter(doubts=doubts))
    found = dict(session.execute(counted.group_by(SignUpRow.state)).all())
    return {state: found.get(state.value, 0) for state in State}


def transition(
    session: Session,
    actor: Actor,
    signup_id: int,
    target: State,
    now: datetime,
    *,
    version: int,
    reason: str = "",
    on: date | None = None,
) -> SignUp:
    """Take a step of the workflow.

    Args:
        version: the version that was shown to whoever takes the step.
        reason: asked for by some steps; stored sealed.
        on: the day of an invitation or examination.

    Raises:
        NotFound: when there is no such sign-up.
        Conflict: when it was changed since `version`.
        NotAllowed: when the workflow has no such step.
        Missing: when the step asks for something that was not given.
    """
    row = load_row(session, signup_id, version)
    source = State(row.state)
    workflow.check(source, target, reason=reason, on=on, records_consent=row.consent_records)
    row.state, row.state_since = target.value, now
    given = {"reason": reason.strip(), "on": on.isoformat() if on else ""}
    ended = _set_consents(row, CONSENTS, False) if target is State.WITHDRAWN else {}
    details = {**{name: value for name, value in given.items() if value}, **ended}
    mapping.add_event(row, actor, TRANSITION, now, source=source.value, target=target.value, details=details)
    outbox.note(session, row.id, Kind.WITHDRAWN if target is State.WITHDRAWN else Kind.CHANGED, now)
    save(session, row)
    _audit_step(session, actor, "signup.transition", row, source, target, now, ended)
    return mapping.view_of(row)


def undo(session: Session, actor: Actor, signup_id: int, now: datetime, *, version: int) -> SignUp:
    """Take back the last step, if staff took it within the last ten minutes.

    Raises:
        NotFound, Conflict: as `transition`.
        NothingToUndo: when there is no such step.
    """
    row = load_row(session, signup_id, version)
    step = _last_step(row.events, row.state)
    if step is None or not workflow.may_undo(step.at, now):
        raise NothingToUndo(f"sign-up {signup_id} has no step that can be undone now")
    step.undone = True
    before = _last_step(row.events, step.source)
    row.state, row.state_since = step.source, before.at if before else row.created_at
    given = _set_consents(row, [name for name in CONSENTS if name in (step.details or {})], True)
    mapping.add_event(row, actor, "undo", now, source=step.target, target=step.source, details=given)
    outbox.note(session, row.id, Kind.CHANGED, now)
    save(session, row)
    _audit_step(session, actor, "signup.undo", row, State(step.target), State(step.source), now, given)
    return mapping.view_of(row)


def undoable(signup: SignUp, now: datetime) -> bool:
    """Whether `undo` would work on this sign-up now."""
    step = _last_step(signup.events, signup.state)
    return step is not None and workflow.may_undo(step.at, now)


def _last_step(events: Sequence[Any], state: str) -> Any:
    """The step of staff that led to this state, of rows or of records; None when there is none to take back.

    What the patient took back since, no member of staff gives back.
    """
    for event in reversed(events):
        if event.kind == WITHDRAWAL:
            return None
        if event.kind == TRANSITION and not event.undone:
            return event if event.target == state else None
    return None


def _set_consents(row: SignUpRow, names: Iterable[str], given: bool) -> dict[str, str]:
    """Give or end consents; gives the ones that this changed, as the timeline and the trail tell them."""
    changed = [name for name in names if getattr(row, name) is not given]
    for name in changed:
        setattr(row, name, given)
    return dict.fromkeys(changed, "yes" if given else "no")


def add_note(session: Session, actor: Actor, signup_id: int, text: str, now: datetime) -> SignUp:
    """Write a note. It never conflicts with other changes.

    Raises:
        NotFound: when there is no such sign-up.
        ValueError: when the note is empty.
    """
    if not text.strip():
        raise ValueError("a note needs a text")
    row = load_row(session, signup_id)
    mapping.add_note_row(row, actor, text.strip(), now)
    save(session, row)
    audit.record(session, actor, "signup.note", subject_of(signup_id), Purpose.TRIAGE, now)
    return mapping.view_of(row)


def _audit_step(
    session: Session,
    actor: Actor,
    action: str,
    row: SignUpRow,
    source: State,
    target: State,
    now: datetime,
    consents: Mapping[str, str],
) -> None:
    details = {"from": source.value, "to": target.value, **consents}
    audit.record(session, actor, action, subject_of(row.id), Purpose.TRIAGE, now, details)


def rotate_keys(session: Session, now: datetime, actor: Actor = audit.SYSTEM) -> int:
    """Seal everything anew with the newest key and renew all blind indexes; the caller commits.

    After that commit the older keys can be taken out of the settings.

    Returns:
        How many values were sealed anew.

    Raises:
        EncryptionError: when a value was sealed with a key that is no longer given; nothing may be committed then.
    """
    count = encryption.rotate(session, metadata())
    rows = session.execute(select(SignUpRow).where(SignUpRow.erased_at.is_(None))).scalars().all()
    for row in rows:
        mapping.index_row(session, row)
    session.flush()
    audit.record(session, actor, "keys.rotate", "keys:all", Purpose.ADMINISTRATION, now, {"values": count})
    return count
