"""The texts of letters as staff changed them: every version stays, and each of them can be put back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.desk.letter_text import Letter
from bot.desk.tables import LetterRow
from bot.signups import audit
from bot.signups.audit import Actor, Purpose

# Before anybody changed a letter.
ORIGINAL = 0


class Changed(Exception):
    """Somebody else changed the letter in the meantime."""


@dataclass(frozen=True)
class Version:
    """One version of a letter's text; number 0 is the one that comes with the program."""

    number: int
    body: str
    author: str
    at: datetime | None


def versions(session: Session, letter: Letter) -> list[Version]:
    """All versions, newest first; the last is the original."""
    rows = session.execute(
        select(LetterRow).where(LetterRow.letter == letter.id).order_by(LetterRow.number.desc())
    ).scalars()
    changed = [Version(row.number, row.body, row.author, row.at) for row in rows]
    return [*changed, Version(ORIGINAL, letter.body, "", None)]


def save(session: Session, actor: Actor, letter: Letter, body: str, shown: int, now: datetime) -> int:
    """Store a new version; gives its number.

    Args:
        body: checked by `letter_text.problems`.
        shown: number of the version that was changed.

    Raises:
        Changed: when that is not the newest any more.
    """
    newest = versions(session, letter)[0]
    if newest.number != shown:
        raise Changed(f"letter {letter.id} was changed by somebody else")
    number = newest.number + 1
    session.add(LetterRow(letter=letter.id, number=number, body=body, author=actor.id, at=now))
    try:
        session.flush()
    except IntegrityError:
        # Two who saved at this very moment: the key lets one of them through.
        raise Changed(f"letter {letter.id} was changed by somebody else") from None
    details: dict[str, str | int] = {"version": number}
    audit.record(session, actor, "letter.save", f"letter:{letter.id}", Purpose.ADMINISTRATION, now, details)
    return number
