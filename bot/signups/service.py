"""What a patient does with a sign-up: submit, find, correct, withdraw, erase. The desk's side is in `triage`.

Every function works in the caller's session and leaves committing to the caller; what it did is in the audit trail
once that commit succeeds. All return plain records, which outlive the session.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bot.eligibility.criteria import Trial
from bot.eligibility.verdict import Verdict, judge
from bot.signups import audit, codes, mapping, workflow
from bot.signups.audit import PATIENT, Actor, Purpose
from bot.signups.delivery import outbox
from bot.signups.delivery.states import Kind
from bot.signups.encryption import ring_of
from bot.signups.handover import Answers, Handover
from bot.signups.records import (
    IntakeDetails,
    SignUp,
    changed_fields,
    outcomes,
    verdict_of,
)
from bot.signups.tables import PlanRow, SignUpRow
from bot.signups.workflow import State


class NotFound(Exception):
    """There is no such sign-up, or it was erased."""


class Erased(NotFound):
    """This hand-over was submitted before and the sign-up has been erased since."""


class Conflict(Exception):
    """Somebody else changed the sign-up in the meantime: show it anew before changing it."""


def submit(
    session: Session, handover: Handover, details: IntakeDetails, now: datetime, trial: Trial | None = None
) -> SignUp:
    """Store a sign-up. The same hand-over submitted again gives the sign-up there already is, unchanged.

    Args:
        details: checked details; their answers, when given, are the hand-over's as corrected on the form.
        trial: to judge by; a criterion it has and the answers lack counts as unknown. Without it the answers alone
            decide.

    Raises:
        Erased: when the sign-up of this hand-over was erased.
    """
    answers = mapping.plain(handover.answers if details.answers is None else details.answers)
    digest = sha256(handover.id.encode("utf-8")).hexdigest()
    verdict = _verdict(trial, answers)
    values = {
        **mapping.detail_columns(details),
        "handover_digest": digest,
        "trial": handover.trial,
        "language": handover.language,
        "conversation": handover.conversation,
        "answers": answers,
        "first_answers": mapping.plain(handover.answers),
        "state": State.NEW.value,
        "verdict": verdict.value,
        "doubts": verdict is Verdict.NEEDS_CHECK,
        "version": 1,
        "created_at": now,
        "state_since": now,
    }
    row, is_new = _insert_once(session, digest, values)
    if row.erased_at is not None:
        raise Erased("this sign-up was erased")
    if is_new:
        mapping.index_row(session, row)
        mapping.add_event(row, PATIENT, "submitted", now)
        outbox.note(session, row.id, Kind.SUBMITTED, now)
        session.flush()
    action = "signup.submit" if is_new else "signup.submit_again"
    audit.record(session, PATIENT, action, subject_of(row.id), Purpose.SIGN_UP, now, {"trial": row.trial})
    return mapping.view_of(row)


def _insert_once(session: Session, digest: str, values: dict[str, object]) -> tuple[SignUpRow, bool]:
    """Insert unless the hand-over is there: the database decides, so that two submits at once give one row."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    found = select(SignUpRow).where(SignUpRow.handover_digest == digest)
    while True:
        new = dialect.insert(SignUpRow.__table__).values({**values, "code": codes.new_code()})
        is_new = session.execute(new.on_conflict_do_nothing()).rowcount == 1
        row = session.execute(found).scalar_one_or_none()
        if row is not None:
            return row, is_new
        # The conflict was about the code, which another sign-up has: draw another.


def find(session: Session, code: str, date_of_birth: date, now: datetime) -> SignUp | None:
    """The sign-up with this code, as typed, and this date of birth; None when there is none.

    Failed attempts are in the audit trail too.
    """
    stored_form = codes.normalise(code)
    row = None
    if stored_form is not None:
        value = mapping.lookup_value(stored_form, date_of_birth)
        indexes = ring_of(session).indexes(mapping.LOOKUP_INDEX, value)
        row = session.execute(select(SignUpRow).where(SignUpRow.lookup.in_(indexes))).scalar_one_or_none()
    if row is None:
        audit.record(session, PATIENT, "signup.find_failed", "signup:none", Purpose.PATIENT_REQUEST, now)
        return None
    audit.record(session, PATIENT, "signup.look", subject_of(row.id), Purpose.PATIENT_REQUEST, now)
    return mapping.view_of(row)


def get(session: Session, signup_id: int, actor: Actor, purpose: Purpose, now: datetime) -> SignUp:
    """One whole sign-up; the look is audited.

    Raises:
        NotFound: when there is none with this id, or it was erased.
    """
    row = load_row(session, signup_id)
    audit.record(session, actor, "signup.look", subject_of(signup_id), purpose, now)
    return mapping.view_of(row)


def number_of(session: Session, code: str) -> int | None:
    """The number of the sign-up with this code, in the form in which it is stored; None when there is none.

    Shows nothing of the person, so nothing is audited here.
    """
    found = session.execute(select(SignUpRow.id).where(SignUpRow.code == code)).scalar_one_or_none()
    return int(found) if found is not None else None


def correct(
    session: Session,
    signup_id: int,
    details: IntakeDetails,
    now: datetime,
    *,
    actor: Actor = PATIENT,
    version: int | None = None,
    trial: Trial | None = None,
) -> SignUp:
    """Replace the details, and the answers when `details` has any; the verdict follows the answers.

    Args:
        version: the version that was shown to whoever corrects it; None accepts any.

    Raises:
        NotFound: when there is no such sign-up.
        Conflict: when it was changed since `version`.
        NotAllowed: when it was withdrawn.
    """
    row = load_row(session, signup_id, version)
    if row.state == State.WITHDRAWN.value:
        raise workflow.NotAllowed(State.WITHDRAWN)
    before = mapping.details_of(row)
    after = details if details.answers is not None else replace(details, answers=before.answers)
    changed = changed_fields(before, after)
    for name, value in mapping.detail_columns(after).items():
        setattr(row, name, value)
    changes: dict[str, object] = {"fields": list(changed)}
    # A consent given or taken back must be traceable by itself.
    consents = {name: "yes" if getattr(after, name) else "no" for name in changed if name.startswith("consent_")}
    changes.update(consents)
    if "answers" in changed and after.answers is not None:
        row.answers = mapping.plain(after.answers)
        changes["changed"] = _options_changed(row.answers, before.answers)
        verdict = _verdict(trial, after.answers)
        changes["verdict"] = [row.verdict, verdict.value]
        row.verdict, row.doubts = verdict.value, verdict is Verdict.NEEDS_CHECK
    mapping.index_row(session, row)
    if changed:
        mapping.add_event(row, actor, "corrected", now, details=changes)
        outbox.note(session, row.id, Kind.CHANGED, now)
    save(session, row)
    purpose = Purpose.PATIENT_REQUEST if actor == PATIENT else Purpose.TRIAGE
    told = {"fields": " ".join(changed), **consents}
    audit.record(session, actor, "signup.correct", subject_of(row.id), purpose, now, told)
    return mapping.view_of(row)


def withdraw(session: Session, signup_id: int, now: datetime, *, actor: Actor = PATIENT) -> SignUp:
    """Take the sign-up back at the patient's wish: both consents end, and the desk stops unless it was done already.

    Raises:
        NotFound: when there is no such sign-up.
        Conflict: when somebody changes it at this very moment.
    """
    row = load_row(session, signup_id)
    source = State(row.state)
    row.consent_call = row.consent_records = False
    # A decision that was taken stays a fact; the withdrawn consents say that nothing more may be done.
    target = source if source in workflow.FINAL else State.WITHDRAWN
    if target is not source:
        row.state, row.state_since = target.value, now
    mapping.add_event(row, actor, "withdrawn", now, source=source.value, target=target.value)
    outbox.note(session, row.id, Kind.WITHDRAWN, now)
    save(session, row)
    details = {"from": source.value, "to": target.value}
    audit.record(session, actor, "signup.withdraw", subject_of(row.id), Purpose.PATIENT_REQUEST, now, details)
    return mapping.view_of(row)


def erase(
    session: Session,
    signup_id: int,
    now: datetime,
    *,
    actor: Actor = PATIENT,
    purpose: Purpose = Purpose.PATIENT_REQUEST,
) -> str | None:
    """Remove everything about the person for good. The bare row stays, so that counts per state and verdict do.

    Returns:
        The id of the linked conversation, for the caller to erase as well, or None.

    Raises:
        NotFound: when there is no such sign-up.
        Conflict: when somebody changes it at this very moment.
    """
    row = load_row(session, signup_id)
    conversation: str | None = row.conversation
    outbox.note_erasure(session, row.id, row.code, now, tell=purpose is not Purpose.RETENTION)
    for column in mapping.PERSONAL_COLUMNS:
        setattr(row, column, None)
    row.consent_call = row.consent_records = row.doubts = False
    row.events, row.notes, row.tokens, row.drafts = [], [], [], []
    session.execute(delete(PlanRow).where(PlanRow.signup_id == row.id))
    # The month is enough for counting; the exact moment could be recognised elsewhere.
    row.created_at = row.state_since = _month(row.created_at)
    row.erased_at = now
    save(session, row)
    audit.record(session, actor, "signup.erase", subject_of(row.id), purpose, now)
    return conversation


def load_row(session: Session, signup_id: int, version: int | None = None) -> SignUpRow:
    """The row to work on. Raises NotFound, or Conflict when it is not at this version."""
    row: SignUpRow | None = session.get(SignUpRow, signup_id)
    if row is None or row.erased_at is not None:
        raise NotFound(f"there is no sign-up {signup_id}")
    if version is not None and row.version != version:
        raise Conflict(f"sign-up {signup_id} was changed by somebody else")
    return row


def save(session: Session, row: SignUpRow) -> None:
    """Write a changed row. Raises Conflict when another session wrote it first."""
    try:
        session.flush()
    except StaleDataError:
        raise Conflict(f"sign-up {row.id} was changed by somebody else") from None


def _verdict(trial: Trial | None, answers: Answers) -> Verdict:
    return judge(trial, outcomes(answers)) if trial is not None else verdict_of(answers)


def _options_changed(after: Answers, before: Answers | None) -> dict[str, list[str]]:
    """By criterion the answer before and after, where it became another."""
    pairs = {name: [(before or {}).get(name, {}).get("option", ""), answer["option"]] for name, answer in after.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _month(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def subject_of(signup_id: int) -> str:
    """How the audit trail names a sign-up."""
    return f"signup:{signup_id}"
