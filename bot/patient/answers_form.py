"""The pre-screen answers on the intake form: shown as selects, read back, and judged. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.eligibility.criteria import Criterion, Outcome, Texts, Trial
from bot.eligibility.verdict import CriterionResult, GivenAnswer, explain
from bot.signups.handover import Answers

PREFIX = "answer_"
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Question:
    """One criterion on the form.

    Attributes:
        field: name of the form field.
        question: the question as in the chat.
        options: (id, label) in order.
        chosen: id of the chosen option.
        words: what the person said in the chat, where the chosen option still is the one understood from it.
    """

    field: str
    name: str
    question: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    words: str


def read_answers(trial: Trial, form: Mapping[str, str], given: Answers) -> dict[str, dict[str, str]]:
    """The answers as chosen on the form; where it holds none, those already given; otherwise unknown.

    A changed answer loses the words said in the chat, since they meant something else.
    """
    found = {}
    for criterion in trial.criteria:
        before = given.get(criterion.id, {})
        chosen = (
            _known(criterion, form.get(PREFIX + criterion.id)) or _known(criterion, before.get("option")) or _UNKNOWN
        )
        option = criterion.option(chosen)
        words = before.get("words", "") if before.get("option") == chosen else ""
        found[criterion.id] = {"option": chosen, "outcome": option.outcome.value, "words": words}
    return found


def questions(trial: Trial, answers: Answers, language: str) -> list[Question]:
    """All criteria of the trial, with these answers chosen."""
    return [
        Question(
            field=PREFIX + criterion.id,
            name=in_language(criterion.name, language),
            question=in_language(criterion.question, language),
            options=tuple((option.id, in_language(option.label, language)) for option in criterion.options),
            chosen=answers[criterion.id]["option"],
            words=answers[criterion.id].get("words", ""),
        )
        for criterion in trial.criteria
    ]


def not_met(trial: Trial, answers: Answers, language: str) -> list[CriterionResult]:
    """The criteria that are certainly not met, with the reason and the way on."""
    given = {criterion: GivenAnswer(answer["option"], answer.get("words", "")) for criterion, answer in answers.items()}
    return [result for result in explain(trial, given, language) if result.outcome is Outcome.NOT_MET]


def in_language(texts: Texts, language: str) -> str:
    """The text in this language, or in Dutch; empty when there is none at all."""
    return texts.get(language) or texts.get("nl", "")


def _known(criterion: Criterion, option: str | None) -> str | None:
    return option if any(known.id == option for known in criterion.options) else None
