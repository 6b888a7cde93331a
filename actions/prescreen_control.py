"""Begin again, go on after an early end, and correct an answer after the verdict."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.clock import today
from actions.counting import counted
from actions.prescreen_reading import read_message
from actions.prescreen_state import GO_ON, cleared, stored_answers
from actions.trial import current_trial


@counted
class ActionPrescreenReset(Action):
    """Forgets all answers."""

    def name(self) -> str:
        """The name by which the rules call this action."""
        return "action_prescreen_reset"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Empty the slots of the pre-screen."""
        return cleared(current_trial())


@counted
class ActionPrescreenGoOn(Action):
    """The person wants to answer the other questions though one answer already decides."""

    def name(self) -> str:
        """The name by which the rules call this action."""
        return "action_prescreen_go_on"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Remember the wish; the form then asks what is left."""
        return [SlotSet(GO_ON, True)]


@counted
class ActionPrescreenCorrect(Action):
    """Changes an answer when the form is not running, and tells the new verdict."""

    def name(self) -> str:
        """The name by which the rules call this action."""
        return "action_prescreen_correct"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Take the answers in the message; without any, put the last question again."""
        trial = current_trial()
        before = stored_answers(trial, tracker)
        reading = read_message(trial, tracker, None, today())
        if not before and not reading.answers:
            dispatcher.utter_message(response="utter_prescreen_nothing_to_correct")
            return []
        # The form reads the message again when it starts, takes its answers, and confirms them. It ends by itself
        # when nothing is left to ask, and the verdict follows.
        reopen = [] if reading.answers else [SlotSet(list(before)[-1], None)]
        return [*reopen, FollowupAction("prescreen_form")]


@counted
class ActionPrescreenAftermath(Action):
    """Words after the verdict that the classifier was not sure of: a changed answer, or something else."""

    def name(self) -> str:
        """The name by which the rules call this action."""
        return "action_prescreen_aftermath"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Take the answers in the message; without any, ask back or refuse as outside the pre-screen."""
        if read_message(current_trial(), tracker, None, today()).answers:
            return [FollowupAction("prescreen_form")]
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        dispatcher.utter_message(response=f"utter_{intent}")
        return []
