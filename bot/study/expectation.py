"""What patients may hear about waiting: worked out from the places and the queue, kept, and put in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.eligibility.criteria import Recruitment, Trial
from bot.signups import planning
from bot.study.tables import WaitingExpectationRow
from bot.study.values import Waiting

# The worker renews it every hour; an older one tells nothing about now.
_OUTDATED_AFTER = timedelta(days=7)
_MONTHS = {
    "nl": ("minder dan een maand", "een maand", "maanden"),
    "en": ("less than a month", "one month", "months"),
}


@dataclass(frozen=True)
class Expectation:
    """Months that somebody who signs up now may expect to wait, when that was worked out; None where not known."""

    at: datetime
    low: float | None
    median: float | None
    high: float | None


def renew(session: Session, trial: str, now: datetime) -> Expectation:
    """Work out the present expectation and keep it for the chat; the caller commits."""
    wait = planning.wait_of_newcomer(session, trial, now.date())
    session.execute(delete(WaitingExpectationRow).where(WaitingExpectationRow.trial == trial))
    session.add(WaitingExpectationRow(trial=trial, at=now, low=wait.low, median=wait.median, high=wait.high))
    session.flush()
    return Expectation(now, wait.low, wait.median, wait.high)


def load(session: Session, trial: str) -> Expectation | None:
    """The expectation as it was last worked out, or None."""
    row = session.get(WaitingExpectationRow, trial)
    return Expectation(row.at, row.low, row.median, row.high) if row else None


def told(
    trial: Trial, waiting: Waiting, expectation: Expectation | None, now: datetime, language: str = "nl"
) -> tuple[str, Mapping[str, str]] | None:
    """Which text to add to the answer about waiting, and what to fill in; None when nothing is to be added.

    Args:
        trial: with its present recruitment status; when it is closed nobody waits.
        waiting: whether staff want it told.
        expectation: the newest there is.
        now: the moment it is.
        language: of the words to fill in.
    """
    if not waiting.shown or trial.recruitment is Recruitment.CLOSED or expectation is None:
        return None
    if now - expectation.at > _OUTDATED_AFTER:
        return None
    day = {"day": f"{expectation.at.day}-{expectation.at.month}-{expectation.at.year}"}
    if expectation.median is None or expectation.low is None:
        return "utter_waiting_unknown", day
    words = {**day, "median": months(expectation.median, language), "low": months(expectation.low, language)}
    if expectation.high is None:
        return "utter_waiting_without_end", words
    return "utter_waiting_expectation", {**words, "high": months(expectation.high, language)}


def months(number: float, language: str = "nl") -> str:
    """A number of months in words that promise no precision."""
    whole = round(number)
    none, one, more = _MONTHS.get(language, _MONTHS["nl"])
    return {0: none, 1: one}.get(whole, f"{whole} {more}")
