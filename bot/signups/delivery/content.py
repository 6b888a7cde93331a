"""What may leave the house about a sign-up: only what its consents allow, and nothing but a notice once they end. Pure.

What never leaves: the conversation, the person's own words, the notes of staff, and the reasons they wrote down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.eligibility.criteria import Outcome
from bot.eligibility.verdict import Verdict
from bot.signups.records import Event, SignUp
from bot.signups.workflow import State


@dataclass(frozen=True)
class Given:
    """The answer to one criterion: the id of the option and what it means."""

    option: str
    outcome: Outcome


@dataclass(frozen=True)
class Reach:
    """How to reach somebody who consented to being called."""

    phone: str
    email: str
    call_how: str
    call_when: str


@dataclass(frozen=True)
class Treating:
    """Who has the medical records that somebody consented to be requested."""

    neurologist: str
    hospital: str


@dataclass(frozen=True)
class FullContent:
    """A sign-up that may be delivered.

    Attributes:
        call_since: since when the consent to be called is as it is.
        records_since: since when the consent to request records, given or not, is as it is.
        answers_since: when an answer was corrected for the last time, or None when none was.
    """

    code: str
    trial: str
    language: str
    state: State
    state_since: datetime
    submitted_at: datetime
    verdict: Verdict
    answers: Mapping[str, Given]
    name: str
    date_of_birth: date
    reach: Reach
    treating: Treating | None
    call_since: datetime
    records_since: datetime
    answers_since: datetime | None

    @property
    def consent_records(self) -> bool:
        """Whether medical records may be requested."""
        return self.treating is not None


@dataclass(frozen=True)
class WithdrawalNotice:
    """The person took the consents back: how far it had come, and nothing else."""

    code: str
    trial: str
    state: State
    state_since: datetime
    submitted_at: datetime
    ended_at: datetime


@dataclass(frozen=True)
class ErasureNotice:
    """The person erased the sign-up: whoever has it must do so too."""

    code: str
    trial: str


Content = FullContent | WithdrawalNotice | ErasureNotice


def content_of(signup: SignUp) -> FullContent | WithdrawalNotice:
    """What may be delivered of a sign-up as it is now."""
    details = signup.details
    if signup.state is State.WITHDRAWN or not details.consent_call:
        ended = signup.state_since
        if signup.state is not State.WITHDRAWN:
            # After a decision the state stays, and the consents end by themselves.
            taken_back = _last(signup, lambda event: event.kind == "withdrawn" or _changed(event, "consent_call"))
            ended = taken_back or ended
        return WithdrawalNotice(signup.code, signup.trial, signup.state, signup.state_since, signup.created_at, ended)
    return FullContent(
        code=signup.code,
        trial=signup.trial,
        language=signup.language,
        state=signup.state,
        state_since=signup.state_since,
        submitted_at=signup.created_at,
        verdict=signup.verdict,
        answers={
            criterion: Given(answer["option"], Outcome(answer["outcome"]))
            for criterion, answer in signup.answers.items()
        },
        name=details.name,
        date_of_birth=details.date_of_birth,
        reach=Reach(details.phone, details.email, details.call_how, details.call_when),
        treating=Treating(details.neurologist, details.hospital) if details.consent_records else None,
        call_since=_last(signup, lambda event: _changed(event, "consent_call")) or signup.created_at,
        records_since=_last(signup, lambda event: _changed(event, "consent_records")) or signup.created_at,
        answers_since=_last(signup, lambda event: _changed(event, "answers")),
    )


def _last(signup: SignUp, wanted: Callable[[Event], bool]) -> datetime | None:
    return max((event.at for event in signup.events if wanted(event)), default=None)


def _changed(event: Event, name: str) -> bool:
    return name in event.details.get("fields", ())
