"""The state of a pre-screen, as Rasa's slots hold it, in the terms of `bot.eligibility`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from bot import languages
from bot.eligibility.criteria import Outcome, Trial

Stored = Mapping[str, Any]
GO_ON = "prescreen_go_on"
STOPPED = "prescreen_stopped"
DONE = "prescreen_done"


def stored_answers(trial: Trial, tracker: Tracker) -> dict[str, Stored]:
    """The answers given so far: criterion id -> option, outcome and the person's own words, in asking order."""
    found = {criterion_id: tracker.get_slot(criterion_id) for criterion_id in trial.criterion_ids}
    return {criterion_id: value for criterion_id, value in found.items() if isinstance(value, Mapping)}


def outcomes(answers: Mapping[str, Stored]) -> dict[str, Outcome]:
    """What the answers mean: criterion id -> outcome."""
    return {criterion_id: Outcome(value["outcome"]) for criterion_id, value in answers.items()}


def stored(option: str, outcome: Outcome, words: str) -> dict[str, str]:
    """One answer in the form in which a slot holds it."""
    return {"option": option, "outcome": outcome.value, "words": words}


def language_of(tracker: Tracker) -> str:
    """The language of the latest message that tells one; the first language when none does."""
    for event in reversed(tracker.events):
        language = (event.get("parse_data") or {}).get("language") if event.get("event") == "user" else None
        if language in languages.codes():
            return str(language)
    return languages.first()


def state_slots(trial: Trial) -> list[str]:
    """The names of all slots that a pre-screen fills."""
    return [*trial.criterion_ids, GO_ON, STOPPED, DONE]


def cleared(trial: Trial) -> list[Any]:
    """Events that forget every answer."""
    return [SlotSet(name, None) for name in state_slots(trial)]
