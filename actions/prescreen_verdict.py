"""The end of the pre-screen: the verdict with its reasons, and the way to the intake form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.counting import counted
from actions.prescreen_state import DONE, STOPPED, Stored, cleared, language_of, outcomes, stored_answers
from actions.trial import current_sources, current_trial
from bot import settings
from bot.eligibility.criteria import Recruitment, Trial
from bot.eligibility.messages import result_lines, result_row
from bot.eligibility.verdict import CriterionResult, GivenAnswer, Verdict, explain, judge
from bot.knowledge.replies import source_card
from bot.languages import found_in
from bot.signups.handover import intake_link
from bot.watching.metrics import VERDICTS


@counted
class ActionPrescreenVerdict(Action):
    """Tells the verdict, or that the pre-screen was stopped."""

    def name(self) -> str:
        """The name by which the rules call this action."""
        return "action_prescreen_verdict"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Send the verdict. Stopping forgets the answers and begins nothing else."""
        trial = current_trial()
        if tracker.get_slot(STOPPED):
            dispatcher.utter_message(response="utter_prescreen_stopped")
            return cleared(trial)
        answers = stored_answers(trial, tracker)
        if not answers:
            return [FollowupAction("prescreen_form")]
        told = verdict_message(trial, answers, tracker.sender_id, language_of(tracker))
        dispatcher.utter_message(response=told.response, lines=told.lines, json_message=told.beside)
        return [SlotSet(DONE, True)]


@dataclass(frozen=True)
class VerdictMessage:
    """A verdict as it is told.

    Attributes:
        response: the name of the text.
        lines: the outcome of each criterion, for in the text.
        beside: what a page shows beside it.
    """

    response: str
    lines: str
    beside: dict[str, Any]


def verdict_response(trial: Trial, answers: Mapping[str, Stored]) -> str:
    """The name of the text that tells the verdict on these answers."""
    verdict = judge(trial, outcomes(answers))
    if verdict is Verdict.CANNOT_TAKE_PART:
        finished = len(answers) == len(trial.criteria)
        return "utter_verdict_cannot_take_part" if finished else "utter_verdict_cannot_take_part_early"
    closed = trial.recruitment is Recruitment.CLOSED
    return f"utter_verdict_{verdict.value}_closed" if closed else f"utter_verdict_{verdict.value}"


def verdict_message(trial: Trial, answers: Mapping[str, Stored], conversation: str, language: str) -> VerdictMessage:
    """The verdict with everything a page shows beside it; counted as told."""
    verdict = judge(trial, outcomes(answers))
    VERDICTS.labels(verdict.value).inc()
    url = None
    if verdict is not Verdict.CANNOT_TAKE_PART and trial.recruitment is not Recruitment.CLOSED:
        url = intake_url(trial, answers, conversation, language)
    given = {criterion: GivenAnswer(value["option"], value["words"]) for criterion, value in answers.items()}
    results = explain(trial, given, language)
    return VerdictMessage(
        response=verdict_response(trial, answers),
        lines=result_lines(trial, results, language),
        beside={
            "kind": "verdict",
            "verdict": verdict.value,
            "criteria": {result.criterion: result.outcome.value for result in results},
            "details": [_row(result, language) for result in results],
            "intake_url": url,
            "language": found_in(trial.criteria[0].name, language),
        },
    )


def _row(result: CriterionResult, language: str) -> dict[str, Any]:
    """A row of the verdict card, with its source as a reader sees it."""
    source = current_sources().get(result.source)
    return {**result_row(result, language), "source": source_card(source) if source else None}


def intake_url(trial: Trial, answers: Mapping[str, Stored], conversation: str, language: str) -> str:
    """A link to the intake form with the answers sealed in it; each link is good for one sign-up."""
    config = settings.load()
    return intake_link(config.site_url, config.keys, trial.id, answers, language, conversation, datetime.now(UTC))
