"""From what is known about each criterion to a provisional verdict, the next question and an explanation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from bot.eligibility.criteria import Criterion, Outcome, Texts, Trial
from bot.languages import in_language


class Verdict(str, Enum):
    """What the pre-screen says. Always provisional: the study team decides."""

    MAY_TAKE_PART = "may_take_part"
    NEEDS_CHECK = "needs_check"
    CANNOT_TAKE_PART = "cannot_take_part"


@dataclass(frozen=True)
class GivenAnswer:
    """What a person answered to one criterion: the option, and their own words (may be empty)."""

    option: str
    words: str = ""


@dataclass(frozen=True)
class CriterionResult:
    """One row of the verdict.

    Attributes:
        criterion: its id.
        name: its name.
        outcome: met, not met or unknown.
        words: the person's own words; the option's label where they pressed a button; empty when not answered.
        explanation: why it matters, for this outcome.
        way_on: what is open to this person; empty unless the criterion is not met.
        topic: content topic that tells more.
        source: id of the source.
    """

    criterion: str
    name: Texts
    outcome: Outcome
    words: str
    explanation: Texts
    way_on: Texts
    topic: str
    source: str


def judge(trial: Trial, outcomes: Mapping[str, Outcome]) -> Verdict:
    """The verdict for these outcomes, by criterion id; a criterion that is missing counts as unknown.

    Any criterion not met: cannot take part. Otherwise any unknown: needs a check. Otherwise: may take part.
    The 2019 Q&A says the criteria are followed strictly, without exceptions.

    Raises:
        KeyError: an id that the trial does not have, since a typing error must not pass for an answer.
    """
    _check(trial, outcomes)
    known = [outcomes.get(criterion_id, Outcome.UNKNOWN) for criterion_id in trial.criterion_ids]
    if Outcome.NOT_MET in known:
        return Verdict.CANNOT_TAKE_PART
    if Outcome.UNKNOWN in known:
        return Verdict.NEEDS_CHECK
    return Verdict.MAY_TAKE_PART


def stops_early(trial: Trial, outcomes: Mapping[str, Outcome]) -> bool:
    """Whether the answers so far settle the verdict although questions are left. Raises KeyError as `judge` does."""
    return judge(trial, outcomes) is Verdict.CANNOT_TAKE_PART and next_question(trial, outcomes) is not None


def next_question(trial: Trial, answered: Collection[str]) -> Criterion | None:
    """The first criterion, in the trial's order, that has no answer yet; None when all have. Unknown is an answer."""
    return next((criterion for criterion in trial.criteria if criterion.id not in answered), None)


def explain(trial: Trial, answers: Mapping[str, GivenAnswer], language: str = "nl") -> list[CriterionResult]:
    """One row per criterion, in the trial's order, also for criteria without an answer.

    Raises:
        KeyError: an answer to a criterion, or with an option, that the trial does not have.
    """
    _check(trial, answers)
    return [_row(criterion, answers.get(criterion.id), language) for criterion in trial.criteria]


def _row(criterion: Criterion, given: GivenAnswer | None, language: str) -> CriterionResult:
    option = criterion.option(given.option) if given else None
    outcome = option.outcome if option else Outcome.UNKNOWN
    words = ""
    if given and option:
        words = given.words.strip() or in_language(option.label, language)
    return CriterionResult(
        criterion=criterion.id,
        name=criterion.name,
        outcome=outcome,
        words=words,
        explanation=criterion.explanation[outcome],
        way_on=criterion.way_on if outcome is Outcome.NOT_MET else {},
        topic=criterion.topic,
        source=criterion.source,
    )


def _check(trial: Trial, given: Mapping[str, object]) -> None:
    for criterion_id in given:
        trial.criterion(criterion_id)
