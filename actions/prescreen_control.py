"""Begin again, go on after an early end, and correct an answer after the verdict."""

from __future__ import annotations

from datetime import date

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.prescreen_reading import read_message
from actions.prescreen_state import GO_ON, cleared, stored, stored_answers
from actions.trial import current_trial
from bot.eligibility.messages import answered_text


class ActionPrescreenReset(Action):
    """Forgets all answers."""

    def name(self) -> str:
        """The name by which the rules call this action."""
        return "action_prescreen_reset"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Empty the slots of the pre-screen."""
        return cleared(current_trial())


class ActionPrescreenGoOn(Action):
    """The person wants to answer the other questions though one answer already decides."""

    def name(self) -> str:
        """The name by which the rules call this action."""
        return "action_prescreen_go_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Remember the wish; the form then asks what is left."""
        return [SlotSet(GO_ON, True)]


class ActionPrescreenCorrect(Action):
    """Changes an answer when the form is not running, and tells the new verdict."""

    def name(self) -> str:
        """The name by which the rules call this action."""
        return "action_prescreen_correct"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Take the answers in the message; without any, put the last question again."""
        trial = current_trial()
        before = stored_answers(trial, tracker)
        reading = read_message(trial, tracker, None, date.today())
        if not before and not reading.answers:
            dispatcher.utter_message(response="utter_prescreen_nothing_to_correct")
            return []
        if reading.answers:
            noted = "; ".join(answered_text(trial.criterion(one.criterion), one.option, "nl") for one in reading.answers)
            dispatcher.utter_message(response="utter_prescreen_noted", noted=noted)
            events = [SlotSet(one.criterion, stored(one.option, one.outcome, one.words)) for one in reading.answers]
        else:
            events = [SlotSet(list(before)[-1], None)]
        # The form ends by itself when nothing is left to ask, and the verdict follows.
        return [*events, FollowupAction("prescreen_form")]
