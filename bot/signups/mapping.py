"""Between the tables of sign-ups and the plain records: rows to views, details to columns, blind indexes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.eligibility.verdict import Verdict
from bot.signups.audit import Actor
from bot.signups.encryption import KeyRing, ring_of
from bot.signups.handover import Answers
from bot.signups.records import Event, IntakeDetails, Note, SignUp, name_words
from bot.signups.tables import EventRow, NameTokenRow, NoteRow, SignUpRow
from bot.signups.workflow import State

LOOKUP_INDEX = "index/lookup"
NAME_INDEX = "index/name"

# Fields of the details that are one column each, with the same name.
PLAIN_FIELDS = (
    "name",
    "phone",
    "email",
    "call_how",
    "call_when",
    "neurologist",
    "hospital",
    "consent_call",
    "consent_records",
)
PERSONAL_COLUMNS = (
    *(field for field in PLAIN_FIELDS if not field.startswith("consent")),
    *("date_of_birth", "answers", "first_answers", "conversation", "code", "lookup"),
)


def lookup_value(code: str, date_of_birth: date) -> str:
    """What the blind index of a look-up is taken of: the code in its stored form and the date of birth."""
    return f"{code}|{date_of_birth.isoformat()}"


def detail_columns(details: IntakeDetails) -> dict[str, Any]:
    """Column values for the details, answers and indexes aside."""
    values: dict[str, Any] = {name: getattr(details, name) for name in PLAIN_FIELDS}
    values["date_of_birth"] = details.date_of_birth.isoformat()
    return values


def plain(answers: Answers) -> dict[str, dict[str, str]]:
    """Answers as ordinary dictionaries, fit for JSON."""
    return {criterion: dict(answer) for criterion, answer in answers.items()}


def index_row(session: Session, row: SignUpRow) -> None:
    """Set the blind indexes of a sign-up from its own values, with the newest key."""
    ring = ring_of(session)
    row.lookup = ring.index(LOOKUP_INDEX, lookup_value(row.code, date.fromisoformat(row.date_of_birth)))
    wanted = _name_tokens(ring, row.name)
    kept = [token for token in row.tokens if token.token in wanted]
    new = wanted - {token.token for token in kept}
    row.tokens = kept + [NameTokenRow(token=token) for token in sorted(new)]


def _name_tokens(ring: KeyRing, name: str) -> set[str]:
    return {ring.index(NAME_INDEX, word) for word in name_words(name)}


def details_of(row: SignUpRow) -> IntakeDetails:
    """The details as stored, with the answers as they are now."""
    values = {name: getattr(row, name) for name in PLAIN_FIELDS}
    return IntakeDetails(date_of_birth=date.fromisoformat(row.date_of_birth), answers=row.answers, **values)


def view_of(row: SignUpRow) -> SignUp:
    """The whole sign-up as plain data."""
    return SignUp(
        id=row.id,
        code=row.code,
        version=row.version,
        trial=row.trial,
        language=row.language,
        state=State(row.state),
        state_since=row.state_since,
        created_at=row.created_at,
        verdict=Verdict(row.verdict),
        details=details_of(row),
        answers=row.answers,
        first_answers=row.first_answers,
        conversation=row.conversation,
        events=tuple(_event(event) for event in row.events),
        notes=tuple(Note(note.at, note.author, note.text) for note in row.notes),
    )


def _event(row: EventRow) -> Event:
    return Event(
        at=row.at,
        actor=row.actor,
        role=row.role,
        kind=row.kind,
        source=State(row.source) if row.source else None,
        target=State(row.target) if row.target else None,
        undone=row.undone,
        details=row.details or {},
    )


def add_event(row: SignUpRow, actor: Actor, kind: str, now: datetime, **values: Any) -> EventRow:
    """Add to the timeline. `values`: `source` and `target` states, and `details` (stored sealed)."""
    event = EventRow(at=now, actor=actor.id, role=actor.role, kind=kind, undone=False, **values)
    row.events.append(event)
    return event


def add_note_row(row: SignUpRow, actor: Actor, text: str, now: datetime) -> None:
    """Add a note."""
    row.notes.append(NoteRow(at=now, author=actor.id, text=text))
