"""Example patients, to learn and show the desk with: made through the same services as real ones, over some weeks.

They never stand beside real sign-ups, and are never delivered anywhere: this refuses to work where either could happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.eligibility.criteria import Outcome, Trial
from bot.eligibility.trial_file import load_trial
from bot.settings import Settings
from bot.signups import audit, service, triage
from bot.signups.audit import Actor, Purpose
from bot.signups.handover import Handover
from bot.signups.records import IntakeDetails, SignUp
from bot.signups.tables import SignUpRow
from bot.signups.workflow import State

_FILE = Path(__file__).with_name("examples.yml")
_NURSE = Actor("voorbeeld", "nurse", "command-line")
# The hand-over of an example; no real one can have such an id.
_HANDOVER = "example-{number}"


class Refused(Exception):
    """Example patients cannot be made or removed here. The message says why."""


@dataclass(frozen=True)
class _Person:
    number: int
    given: Mapping[str, Any]

    @property
    def handover(self) -> str:
        return _HANDOVER.format(number=self.number)


def add(settings: Settings, engine: Engine, now: datetime) -> int:
    """Make the example patients anew, in place of those there are; gives how many.

    Raises:
        Refused: where there are real sign-ups, or where sign-ups are delivered to other systems.
    """
    if settings.webhook_url or settings.fhir_url or settings.redcap_url:
        raise Refused("Sign-ups are delivered to other systems here: example patients would be too.")
    trial = load_trial(settings.trial_file)
    people = _people()
    with session_scope(engine) as session:
        real = session.execute(
            select(SignUpRow.id).where(SignUpRow.handover_digest.not_in(_digests())).limit(1)
        ).first()
        if real is not None:
            raise Refused("There are real sign-ups here: example patients must not stand between them.")
    clear(engine, now)
    for person in people:
        _make(engine, trial, person, now)
    return len(people)


def clear(engine: Engine, now: datetime) -> int:
    """Remove the example patients, also from the counts; gives how many. Real sign-ups are not touched."""
    with session_scope(engine) as session:
        found = select(SignUpRow).where(SignUpRow.handover_digest.in_(_digests()))
        rows = session.execute(found).scalars().all()
        for row in rows:
            audit.record(session, _NURSE, "signup.erase", service.subject_of(row.id), Purpose.ADMINISTRATION, now)
            # With all that belongs to it, in this part and, by the database, in others.
            session.delete(row)
    return len(rows)


def _people() -> list[_Person]:
    return [_Person(number, given) for number, given in enumerate(_file()["people"], start=1)]


def _file() -> Mapping[str, Any]:
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def _digests() -> list[str]:
    return [sha256(person.handover.encode("utf-8")).hexdigest() for person in _people()]


def _make(engine: Engine, trial: Trial, person: _Person, now: datetime) -> None:
    given = person.given
    # Somewhere in the working day, but not later than now.
    begun = now - timedelta(days=given["ago"], minutes=7 * person.number)
    handover = Handover(person.handover, trial.id, _answers(trial, given.get("answers", {})), "nl", None, begun)
    with session_scope(engine) as session:
        signup = service.submit(session, handover, _details(person), begun, trial)
    notes = list(given.get("notes", ()))
    for state, days, *asked in given.get("steps", ()):
        at = begun + timedelta(days=days)
        with session_scope(engine) as session:
            signup = _step(session, signup, State(state), at, dict(asked[0]) if asked else {})
    for order, name in enumerate(notes, start=1):
        with session_scope(engine) as session:
            at = begun + timedelta(hours=order)
            triage.add_note(session, _NURSE, signup.id, _file()["notes"][name], min(at, now))


def _step(session: Session, signup: SignUp, target: State, at: datetime, asked: Mapping[str, Any]) -> SignUp:
    on = (at + timedelta(days=asked["in_days"])).date() if "in_days" in asked else None
    reason = asked.get("reason", "")
    return triage.transition(session, _NURSE, signup.id, target, at, version=signup.version, reason=reason, on=on)


def _answers(trial: Trial, different: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Answers that meet every criterion, but for what is given."""
    found = {}
    for criterion in trial.criteria:
        wanted = different.get(criterion.id, {})
        outcome = Outcome(wanted.get("outcome", "met"))
        option = next(option for option in criterion.options if option.outcome is outcome)
        found[criterion.id] = {"option": option.id, "outcome": outcome.value, "words": wanted.get("words", "")}
    return found


def _details(person: _Person) -> IntakeDetails:
    number, given = person.number, person.given
    records = given.get("consent_records", True)
    return IntakeDetails(
        name=given["name"],
        date_of_birth=date(1976 + number, 1 + number % 12, 1 + number),
        phone=f"+316123456{number:02d}",
        email=f"voorbeeld{number}@example.org",
        call_how=given.get("call_how", "call"),
        call_when=("'s ochtends", "na vier uur", "")[number % 3],
        neurologist="dokter Voorbeeld" if records else "",
        hospital="Ziekenhuis Voorbeeld" if records else "",
        consent_call=True,
        consent_records=records,
    )
