"""A trial's questions and verdict as bot messages: text, choices, and what a page shows beside it. Pure.

The shape of a message is described under "From Rasa to the site" in docs/architecture.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.eligibility.criteria import Criterion, Outcome, Trial
from bot.eligibility.verdict import CriterionResult
from bot.languages import found_in, in_language

Message = dict[str, Any]


def answer_payload(criterion_id: str, option_id: str) -> str:
    """The value of a choice that answers this criterion, at any moment of the conversation."""
    return "/answer" + json.dumps({criterion_id: option_id})


def question_message(trial: Trial, criterion_id: str, language: str, with_help: bool = False) -> Message:
    """The question for one criterion, with its options as choices and the progress.

    Raises:
        KeyError: when the trial has no such criterion.
    """
    criterion = trial.criterion(criterion_id)
    text = in_language(criterion.question, language)
    if with_help:
        text = f"{in_language(criterion.help, language)}\n\n{text}"
    return {
        "text": text,
        "buttons": [
            {"title": in_language(option.label, language), "payload": answer_payload(criterion.id, option.id)}
            for option in criterion.options
        ],
        "custom": {
            "kind": "question",
            "asks": criterion.id,
            "progress": {"step": trial.criterion_ids.index(criterion.id) + 1, "of": len(trial.criteria)},
            "help": in_language(criterion.help, language),
            "language": found_in(criterion.question, language),
        },
    }


def answered_text(criterion: Criterion, option_id: str, language: str) -> str:
    """One line that repeats how an answer was understood, for example "Medicijnen: ja"."""
    return f"{in_language(criterion.name, language)}: {in_language(criterion.option(option_id).label, language)}"


def result_row(result: CriterionResult, language: str) -> dict[str, Any]:
    """One criterion of the verdict, for the verdict card; `source` is the id of the source."""
    return {
        "criterion": result.criterion,
        "name": in_language(result.name, language),
        "outcome": result.outcome.value,
        "words": result.words,
        "explanation": in_language(result.explanation, language),
        "way_on": in_language(result.way_on, language) if result.way_on else None,
        "topic": result.topic,
        "source": result.source,
    }


def result_lines(trial: Trial, results: Sequence[CriterionResult], language: str) -> str:
    """The verdict's reasons as a list in light Markdown, for channels that show text only.

    Criteria that are met take one short line; for the others the explanation and the way on are added.
    """
    lines = []
    for result in results:
        name, words = in_language(result.name, language), in_language(trial.outcome_words[result.outcome], language)
        line = f"- **{name}**: {words}."
        if result.outcome is not Outcome.MET:
            line += f" {in_language(result.explanation, language)}"
        if result.way_on:
            line += f" {in_language(result.way_on, language)}"
        lines.append(line)
    return "\n".join(lines)
