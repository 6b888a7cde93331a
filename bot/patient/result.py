"""The outcome of the pre-screen as a paper to take along: what stands on it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.eligibility.criteria import Outcome, Trial
from bot.patient.answers_form import in_language
from bot.patient.messages import BotMessage

_OPEN = ("unknown", "not_met")


@dataclass(frozen=True)
class Paper:
    """What stands on the paper.

    Attributes:
        verdict: `may_take_part`, `needs_check` or `cannot_take_part`.
        rows: the criteria in order, as in `BotMessage.details`.
        questions: what to ask the neurologist.
        sources: each source of the rows once, in order.
        made_on: the day it was made.
    """

    verdict: str
    rows: tuple[Mapping[str, Any], ...]
    questions: tuple[str, ...]
    sources: tuple[Mapping[str, str | None], ...]
    made_on: date


def paper(message: BotMessage, texts: Mapping[str, Any], today: date) -> Paper:
    """The paper for a verdict.

    Args:
        message: a verdict with its details.
        texts: the section `result` of the site's texts.
        today: the day it is made.

    Raises:
        ValueError: when the message is no verdict with details.
    """
    if not message.verdict or not message.details:
        raise ValueError("only a verdict with its criteria makes a paper")
    own = (
        texts["ask"].get(row["criterion"], {}).get(row["outcome"]) for row in message.details if row["outcome"] in _OPEN
    )
    questions = tuple(dict.fromkeys([question for question in own if question] + list(texts["ask_always"])))
    sources = [row["source"] for row in message.details if row.get("source")]
    return Paper(message.verdict, message.details, questions, _once(sources), today)


def in_words_of(row: Mapping[str, Any], trial: Trial, language: str) -> Mapping[str, Any]:
    """A row of a verdict in another language; as it is when the trial does not have its criterion any more.

    What the person answered stays in the person's own words.
    """
    criterion = next((one for one in trial.criteria if one.id == row["criterion"]), None)
    if criterion is None:
        return row
    outcome = Outcome(row["outcome"])
    return {
        **row,
        "name": in_language(criterion.name, language),
        "explanation": in_language(criterion.explanation[outcome], language),
        "way_on": in_language(criterion.way_on, language) if outcome is Outcome.NOT_MET else None,
    }


def latest(messages: Iterable[BotMessage]) -> BotMessage | None:
    """The last verdict among messages, oldest first; None when there is none."""
    verdicts = [message for message in messages if message.verdict and message.details]
    return verdicts[-1] if verdicts else None


def _once(sources: Iterable[Mapping[str, str | None]]) -> tuple[Mapping[str, str | None], ...]:
    found: dict[tuple[str | None, ...], Mapping[str, str | None]] = {}
    for source in sources:
        found.setdefault((source.get("title"), source.get("publisher"), source.get("date")), source)
    return tuple(found.values())
