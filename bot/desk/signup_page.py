"""What the page of one sign-up shows, put together from sign-up and trial. No Flask, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.eligibility.criteria import Trial
from bot.signups.records import SignUp

LANGUAGE = "nl"


@dataclass(frozen=True)
class Choice:
    """An answer one can choose."""

    id: str
    label: str


@dataclass(frozen=True)
class CriterionRow:
    """One criterion with what the patient said.

    Attributes:
        chosen: label of the chosen answer.
        words: the patient's own words; empty when they pressed a button.
        first: label of the answer in the chat, where it was changed since; else empty.
        advice: what is open to somebody who does not meet it.
    """

    id: str
    name: str
    question: str
    outcome: str
    chosen: str
    option: str
    words: str
    first: str
    explanation: str
    advice: str
    choices: tuple[Choice, ...]


class UnknownAnswer(ValueError):
    """The trial has no such criterion or answer."""


def criterion_rows(signup: SignUp, trial: Trial | None) -> tuple[CriterionRow, ...]:
    """A row for each criterion of the trial, in its order; without the trial, for each answer there is."""
    ids = trial.criterion_ids if trial else tuple(signup.answers)
    return tuple(_row(signup, trial, criterion_id) for criterion_id in ids)


def _row(signup: SignUp, trial: Trial | None, criterion_id: str) -> CriterionRow:
    answer = signup.answers.get(criterion_id, {})
    first = signup.first_answers.get(criterion_id, {})
    outcome = answer.get("outcome", "unknown")
    labels = _labels(trial, criterion_id)
    option = answer.get("option", "")
    changed = first.get("option", "") != option
    row = CriterionRow(
        id=criterion_id,
        name=criterion_id,
        question="",
        outcome=outcome,
        chosen=labels.get(option, option),
        option=option,
        words=answer.get("words", ""),
        first=labels.get(first.get("option", ""), first.get("option", "")) if changed else "",
        explanation="",
        advice="",
        choices=tuple(Choice(option_id, label) for option_id, label in labels.items()),
    )
    if trial is None:
        return row
    criterion = trial.criterion(criterion_id)
    explanations = {known.value: text for known, text in criterion.explanation.items()}
    return replace(
        row,
        name=criterion.name[LANGUAGE],
        question=criterion.question[LANGUAGE],
        explanation=explanations[outcome][LANGUAGE],
        advice=criterion.way_on.get(LANGUAGE, "") if outcome == "not_met" else "",
    )


def _labels(trial: Trial | None, criterion_id: str) -> dict[str, str]:
    if trial is None:
        return {}
    return {option.id: option.label[LANGUAGE] for option in trial.criterion(criterion_id).options}


def with_answer(
    signup: SignUp, trial: Trial, criterion_id: str, option_id: str, words: str
) -> Mapping[str, Mapping[str, str]]:
    """The answers of the sign-up with one of them changed.

    Raises:
        UnknownAnswer: when the trial has no such criterion or answer.
    """
    try:
        option = trial.criterion(criterion_id).option(option_id)
    except KeyError:
        raise UnknownAnswer(f"{criterion_id}: {option_id}") from None
    new = {"option": option.id, "outcome": option.outcome.value, "words": words.strip()}
    return {**signup.answers, criterion_id: new}
