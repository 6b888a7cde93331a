"""Measures understanding: runs questions through a trained model, without any server, and scores the outcome."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.operations import processes, training
from bot.operations.errors import OperatorError
from bot.operations.scoring import (
    OUTSIDE,
    EvaluationFileError,
    Question,
    Result,
    Understood,
    judge,
    read_questions,
    table,
    totals,
)
from bot.settings import ROOT, Settings

if TYPE_CHECKING:
    from rasa.core.agent import Agent

RETRIEVAL_INTENT = "faq"


def evaluate_file(settings: Settings, file: Path, json_file: Path | None = None, model: Path | None = None) -> str:
    """Evaluate a file of questions.

    Args:
        settings: those of this installation.
        file: tab-separated text and expected labels.
        json_file: where to write rows and totals.
        model: another model than the one in use.

    Returns:
        The totals as a table for people.

    Raises:
        OperatorError: when the file cannot be read or there is no model.
    """
    try:
        questions = read_questions(file.read_text(encoding="utf-8").splitlines())
    except (EvaluationFileError, UnicodeDecodeError) as error:
        raise OperatorError(f"{file}: {error}") from error
    found = understand(settings, questions, model)
    results = [judge(question, understood) for question, understood in zip(questions, found, strict=True)]
    if json_file is not None:
        json_file.write_text(as_json(questions, found, results), encoding="utf-8")
    return table(totals(results))


def as_json(questions: Sequence[Question], found: Sequence[Understood], results: Sequence[Result]) -> str:
    """Rows in the order of the file, and the totals."""
    rows = [
        {
            "text": question.text,
            "expected": list(question.expected),
            "predicted": understood.predicted,
            "outcome": understood.outcome,
            "candidates": list(understood.candidates),
            "confidence": round(understood.confidence, 4),
        }
        for question, understood in zip(questions, found, strict=True)
    ]
    return json.dumps({"rows": rows, "totals": totals(results)}, ensure_ascii=False, indent=1) + "\n"


def understand(settings: Settings, questions: Sequence[Question], model: Path | None = None) -> list[Understood]:
    """What a trained model makes of each question.

    Raises:
        OperatorError: when there is no model, or it cannot be loaded.
    """
    path = (model or training.model_file(settings)).resolve()
    if not path.is_file():
        raise OperatorError(f"There is no model {path}: run `make train`, or name one with --model.")
    # Rasa reads both when it is imported, and its model names the language pipeline from the project's folder.
    os.environ.update(processes.environment(settings))
    os.chdir(ROOT)
    with warnings.catch_warnings(record=True):
        # Rasa's dependencies warn about each other, and Sanic resets a filter that would silence them.
        return asyncio.run(_parse_all(path, questions))


async def _parse_all(path: Path, questions: Sequence[Question]) -> list[Understood]:
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    # Rasa logs every parsed text unless it is told not to.
    configure_structlog(logging.ERROR)
    try:
        agent = Agent.load(str(path))
    except Exception as error:  # a model is code and data: loading one of another version can fail in any way
        cause = error.__cause__ or error
        raise OperatorError(
            f"The model {path} cannot be loaded ({type(cause).__name__}): it is damaged or does not fit this version. "
            "Run `make train`, or name another one with --model."
        ) from error
    return [from_message(await _parse(agent, question)) for question in questions]


def understood_all(agent: Agent, questions: Sequence[Question]) -> list[Understood]:
    """What a loaded model makes of questions that each stand by themselves: all of them in one run of its graph."""
    from rasa.core.channels import UserMessage
    from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER

    if agent.processor is None or not questions:
        return []
    # Rasa's commands start with a slash; a question that does is a question here.
    messages = [UserMessage(question.text.lstrip("/ ") or "?") for question in questions]
    target = agent.processor.model_metadata.nlu_target
    inputs = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: None}
    parsed = agent.processor.graph_runner.run(inputs=inputs, targets=[target])[target]
    return [from_message(message.as_dict(only_output_properties=True)) for message in parsed]


async def _parse(agent: Agent, question: Question) -> dict[str, Any]:
    from rasa.core.channels import UserMessage
    from rasa.shared.core.events import BotUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    # Rasa's commands start with a slash; a question that does is a question here.
    text = question.text.lstrip("/ ") or "?"
    if question.after is None or agent.processor is None:
        return await agent.parse_message(text)
    said = BotUttered("...", {"custom": {"topic": question.after}})
    tracker = DialogueStateTracker.from_events("evaluation", [said])
    return await agent.processor.parse_message(UserMessage(text), tracker)


def from_message(message: dict[str, Any]) -> Understood:
    """What a parsed message says, in the labels of the evaluation: topic ids and dialogue intents."""
    intent = message.get("intent") or {}
    name, confidence = str(intent.get("name") or OUTSIDE), float(intent.get("confidence") or 0.0)
    outcome = str(message.get("outcome") or ("refuse" if name == OUTSIDE else "answer"))
    candidates = tuple(str(label).split("/")[-1] for label in message.get("candidates") or ())
    if outcome == "refuse":
        predicted = OUTSIDE
    elif outcome == "clarify":
        predicted = candidates[0] if candidates else OUTSIDE
    else:
        predicted = _topic(message) if name == RETRIEVAL_INTENT else name
    return Understood(predicted, outcome, candidates or (predicted,), confidence)


def _topic(message: dict[str, Any]) -> str:
    """The topic of an answer: the response that Rasa selected for the retrieval intent."""
    selected = (message.get("response_selector") or {}).get(RETRIEVAL_INTENT, {}).get("response", {})
    full_name = selected.get("intent_response_key") or (message.get("intent") or {}).get("full_retrieval_intent_name")
    return str(full_name or RETRIEVAL_INTENT).split("/")[-1]
