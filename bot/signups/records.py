"""What a sign-up is, as plain frozen data: what a patient gives, what the desk sees. No database here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from bot.eligibility.criteria import Outcome
from bot.eligibility.verdict import Verdict
from bot.signups.handover import Answers
from bot.signups.workflow import State

# Words that stand in so many Dutch names that finding them finds nobody.
_NAME_PARTICLES = frozenset(
    ["van", "de", "der", "den", "het", "'t", "ten", "ter", "te", "op", "in", "von", "la", "le", "du"]
)


@dataclass(frozen=True)
class IntakeDetails:
    """What the intake form asks, checked. Empty text means not given.

    Attributes:
        phone: in international form, for example `+31612345678`.
        call_how: how to be called, an id of `CALL_HOW` in the texts.
        call_when: when to be called, in the person's words.
        consent_call: consent to being called about this sign-up.
        consent_records: consent to requesting medical records from the neurologist.
        answers: the pre-screen answers as the person left them on the form; None keeps those of the hand-over.
    """

    name: str
    date_of_birth: date
    phone: str
    email: str
    call_how: str
    call_when: str
    neurologist: str
    hospital: str
    consent_call: bool
    consent_records: bool
    answers: Answers | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened to a sign-up."""

    at: datetime
    actor: str
    role: str
    kind: str
    source: State | None
    target: State | None
    undone: bool
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Note:
    """A note of a member of staff."""

    at: datetime
    author: str
    text: str


@dataclass(frozen=True)
class SignUp:
    """A whole sign-up. `version` goes back with every change, so that nobody overwrites another's work."""

    id: int
    code: str
    version: int
    trial: str
    language: str
    state: State
    state_since: datetime
    created_at: datetime
    verdict: Verdict
    details: IntakeDetails
    answers: Answers
    first_answers: Answers
    conversation: str | None
    events: tuple[Event, ...] = field(default=())
    notes: tuple[Note, ...] = field(default=())


@dataclass(frozen=True)
class ListedSignUp:
    """A sign-up as a line in the desk's list."""

    id: int
    code: str
    name: str
    state: State
    state_since: datetime
    created_at: datetime
    verdict: Verdict
    unknown: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class Page:
    """Some lines of a list, and how many there are in all."""

    items: tuple[ListedSignUp, ...]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.size))


def outcomes(answers: Answers) -> dict[str, Outcome]:
    """The outcome per criterion."""
    return {criterion: Outcome(answer["outcome"]) for criterion, answer in answers.items()}


def verdict_of(answers: Answers) -> Verdict:
    """The verdict for answers that name every criterion: any not met, else any unknown, else all met.

    For use where the trial is not at hand; no answers at all need a check.
    """
    known = set(outcomes(answers).values())
    if Outcome.NOT_MET in known:
        return Verdict.CANNOT_TAKE_PART
    return Verdict.MAY_TAKE_PART if known == {Outcome.MET} else Verdict.NEEDS_CHECK


def unknown_criteria(answers: Answers) -> tuple[str, ...]:
    """Ids of the criteria that are still in doubt."""
    return tuple(criterion for criterion, outcome in outcomes(answers).items() if outcome is Outcome.UNKNOWN)


def changed_fields(before: IntakeDetails, after: IntakeDetails) -> tuple[str, ...]:
    """Names of the fields that differ."""
    return tuple(field.name for field in fields(before) if getattr(before, field.name) != getattr(after, field.name))


def name_words(name: str) -> frozenset[str]:
    """The words of a name to search by: no accents, no case, no particles, no single letters."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    words: Iterable[str] = re.findall(r"[^\W\d_]+", plain)
    return frozenset(word for word in words if len(word) > 1 and word not in _NAME_PARTICLES)
