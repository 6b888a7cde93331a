"""Start over: forgets the pre-screen, and begins it again when it was running."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT
from rasa_sdk.types import DomainDict

from actions.counting import counted
from actions.prescreen_state import cleared, stored_answers
from actions.trial import current_trial


@counted
class ActionRestart(Action):
    """Takes the place of Rasa's own restart, which would leave a person in an empty conversation."""

    def name(self) -> str:
        """Rasa runs the action of this name for the intent `restart`, in every state."""
        return "action_restart"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Empty all answers; put the first question again when the pre-screen was going on or finished."""
        trial = current_trial()
        begun = bool((tracker.active_loop or {}).get("name")) or bool(stored_answers(trial, tracker))
        forget = [*cleared(trial), ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]
        if not begun:
            dispatcher.utter_message(response="utter_restarted")
            return [*forget, FollowupAction("action_listen")]
        dispatcher.utter_message(response="utter_prescreen_restarted")
        return [*forget, FollowupAction("prescreen_form")]
