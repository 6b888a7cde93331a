"""The plain turns of the pre-screen: its beginning, one answer to the question that was asked, and the verdict.

Nearly every turn is like this. The form handles them as well, by way of the action server, which takes longer than
everything else that a message costs. Whatever is not plain is left to it: several answers, answers in the message that
begins it, a correction, a question in between, a wish to stop. Both read messages with the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from actions.clock import today
from actions.prescreen_reading import Reading, read
from actions.prescreen_state import DONE, GO_ON, STOPPED, outcomes, state_slots, stored, stored_answers
from actions.prescreen_verdict import verdict_response
from actions.trial import current_trial
from bot.eligibility.criteria import Trial
from bot.eligibility.verdict import stops_early
from bot.knowledge.rasa_importer import FORM
from bot.knowledge.rasa_nlg import language_of

BEGIN = "start_prescreen"
INTRO = "utter_prescreen_intro"
VERDICT = "utter_verdict_"
_ASK = f"utter_ask_{FORM}_"


@dataclass(frozen=True)
class Step:
    """What the assistant does next.

    Attributes:
        action: the name of the action.
        events: what changes in the conversation before it.
    """

    action: str
    events: Sequence[Event] = ()


def plain_step(tracker: DialogueStateTracker) -> Step | None:
    """The next step of a plain turn; None when the rules have to look at it."""
    latest, asking = tracker.latest_action_name or "", tracker.active_loop_name == FORM
    if latest.startswith(VERDICT) or (asking and latest.startswith(_ASK)):
        return Step(ACTION_LISTEN_NAME)
    if asking:
        return _after_answer(tracker) if latest == ACTION_LISTEN_NAME else None
    if latest not in (ACTION_LISTEN_NAME, INTRO) or not _begins(tracker):
        return None
    trial = current_trial()
    if _reading(trial, tracker, None) != Reading():
        return None
    if latest == INTRO:
        first = trial.criterion_ids[0]
        return Step(f"{_ASK}{first}", (ActionExecuted(FORM), ActiveLoop(FORM), SlotSet(REQUESTED_SLOT, first)))
    filled = [name for name in state_slots(trial) if tracker.get_slot(name) is not None]
    return Step(INTRO, [SlotSet(name, None) for name in filled])


def _begins(tracker: DialogueStateTracker) -> bool:
    message = tracker.latest_message
    return (
        tracker.active_loop is None
        and message is not None
        and message.intent.get("name") == BEGIN
        and not message.parse_data.get("alarm")
    )


def _after_answer(tracker: DialogueStateTracker) -> Step | None:
    """The question, or the verdict, that follows the answer to the question that was asked."""
    trial = current_trial()
    asked = tracker.get_slot(REQUESTED_SLOT)
    before = stored_answers(trial, tracker)
    if asked not in trial.criterion_ids or asked in before or tracker.get_slot(STOPPED):
        return None
    reading = _reading(trial, tracker, asked)
    if reading is None or len(reading.answers) != 1 or reading.answers[0].criterion != asked or reading.topic:
        return None
    [answer] = reading.answers
    filled = stored(answer.option, answer.outcome, answer.words)
    after = {**before, asked: filled}
    left = [criterion for criterion in trial.criterion_ids if criterion not in after]
    if left and (tracker.get_slot(GO_ON) or not stops_early(trial, outcomes(after))):
        return Step(f"{_ASK}{left[0]}", (SlotSet(asked, filled), SlotSet(REQUESTED_SLOT, left[0])))
    # The events that the form leaves behind when it ends, and then those of the verdict.
    ended = (ActionExecuted(FORM), SlotSet(asked, filled), ActiveLoop(None), SlotSet(REQUESTED_SLOT, None))
    return Step(verdict_response(trial, after), (*ended, SlotSet(DONE, True)))


def _reading(trial: Trial, tracker: DialogueStateTracker, asked: str | None) -> Reading | None:
    """What the latest message means, as the form reads it."""
    message = tracker.latest_message
    if message is None:
        return None
    understood = {**message.parse_data, "text": message.text, "entities": message.entities}
    return read(trial, understood, asked, today(), language_of(tracker))
