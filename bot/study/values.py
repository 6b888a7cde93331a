"""The settings as plain frozen data, and the rules about them. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.eligibility.criteria import Recruitment, Trial

RECRUITMENT = "recruitment"
WAITING = "waiting"
# The source says "niet binnen korte termijn" and gives no number: two quarters is where the desk begins.
LONG_WAIT_MONTHS = 6


@dataclass(frozen=True)
class RecruitmentStatus:
    """Whether the study takes people, since when that is known, and from whom."""

    status: Recruitment
    as_of: str
    source: str


@dataclass(frozen=True)
class Waiting:
    """What is told about waiting.

    Attributes:
        shown: the chat tells the present expectation.
        long_months: from this expected wait on, the desk shows the advice about second-line treatment.
    """

    shown: bool = False
    long_months: int = LONG_WAIT_MONTHS


@dataclass(frozen=True)
class Version:
    """Who set something, when and why. Version 0 is the file's: nobody set anything yet."""

    number: int = 0
    author: str = ""
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Confirmation:
    """Somebody confirmed a status against the register."""

    version: int
    status: Recruitment
    register_status: Recruitment
    register_as_of: str
    author: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class StudyState:
    """All settings of a trial at one moment; `recruitment` is None while the file decides."""

    recruitment: RecruitmentStatus | None = None
    recruitment_version: Version = Version()
    waiting: Waiting = Waiting()
    waiting_version: Version = Version()
    confirmations: tuple[Confirmation, ...] = ()


def applied(trial: Trial, state: StudyState) -> Trial:
    """The trial of the file with the status that staff set."""
    chosen = state.recruitment
    if chosen is None:
        return trial
    return replace(
        trial,
        recruitment=chosen.status,
        recruitment_as_of=chosen.as_of,
        recruitment_source={"nl": chosen.source},
    )


def contradicts(trial: Trial) -> bool:
    """Whether the trial is set to take people while the register's last known status says that it does not."""
    register = trial.register
    return (
        register is not None and register.status is Recruitment.CLOSED and trial.recruitment is not Recruitment.CLOSED
    )


def confirmed(trial: Trial, version: int, confirmations: Iterable[Confirmation]) -> Confirmation | None:
    """The newest confirmation of exactly this status against exactly this entry of the register, or None."""
    register = trial.register
    if register is None:
        return None
    now = (version, trial.recruitment, register.status, register.as_of)
    fitting = [
        one for one in confirmations if (one.version, one.status, one.register_status, one.register_as_of) == now
    ]
    return max(fitting, key=lambda one: one.at, default=None)


def doubtful(trial: Trial, state: StudyState) -> bool:
    """Whether the desk must warn: the status contradicts the register and nobody confirmed it.

    Args:
        trial: with the status that staff set already applied.
        state: the settings of that trial.
    """
    return contradicts(trial) and confirmed(trial, state.recruitment_version.number, state.confirmations) is None
