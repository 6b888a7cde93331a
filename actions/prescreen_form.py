"""The pre-screen form: takes answers from buttons and free text, goes back, corrects, and stops early."""

from __future__ import annotations

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT
from rasa_sdk.types import DomainDict

from actions.clock import today
from actions.counting import counted
from actions.prescreen_reading import Reading, read_message
from actions.prescreen_state import GO_ON, STOPPED, language_of, outcomes, stored, stored_answers
from actions.trial import current_trial
from bot.eligibility.criteria import Trial
from bot.eligibility.messages import answered_text
from bot.eligibility.verdict import stops_early


@counted
class ValidatePrescreenForm(FormValidationAction):
    """Rasa calls this at every message while the form runs, and when it starts."""

    def name(self) -> str:
        """The name by which Rasa finds the validation of `prescreen_form`."""
        return "validate_prescreen_form"

    def domain_slots(self, domain: DomainDict) -> list[str]:
        """The slots of the form: the criteria of the trial."""
        return list(current_trial().criterion_ids)

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        """All criteria; only those already answered when one answer decides and the person did not go on."""
        trial = current_trial()
        answers = stored_answers(trial, tracker)
        if tracker.get_slot(STOPPED) or (stops_early(trial, outcomes(answers)) and not tracker.get_slot(GO_ON)):
            return list(answers)
        return domain_slots

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Slots that the latest message fills, changes or empties."""
        trial = current_trial()
        asked = tracker.get_slot(REQUESTED_SLOT)
        reading = read_message(trial, tracker, asked, today())
        if reading.answers:
            _confirm(dispatcher, trial, tracker, asked, reading)
            return [SlotSet(one.criterion, stored(one.option, one.outcome, one.words)) for one in reading.answers]
        # Outside the form (asked is None) going back has been done by ActionPrescreenCorrect.
        if reading.back and asked:
            previous = _previous(trial, tracker, asked)
            return [SlotSet(previous, None)] if previous else []
        if reading.restart and asked:
            return [SlotSet(name, None) for name in trial.criterion_ids]
        if reading.stop:
            return [SlotSet(STOPPED, True)]
        return []

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """The slots as extracted: `bot.eligibility` has already made sure that they are answers of the trial."""
        mine = {*current_trial().criterion_ids, STOPPED}
        return [SlotSet(name, value) for name, value in tracker.slots_to_validate().items() if name in mine]


def _confirm(
    dispatcher: CollectingDispatcher, trial: Trial, tracker: Tracker, asked: str | None, reading: Reading
) -> None:
    """Repeat what was understood when it is more, or other, than an answer to the question; answer a side question."""
    before = stored_answers(trial, tracker)
    surprising = len(reading.answers) > 1 or any(
        one.criterion != asked or one.criterion in before for one in reading.answers
    )
    if surprising:
        language = language_of(tracker)
        noted = "; ".join(
            answered_text(trial.criterion(one.criterion), one.option, language) for one in reading.answers
        )
        dispatcher.utter_message(response="utter_prescreen_noted", noted=noted)
    if reading.topic:
        dispatcher.utter_message(response=f"utter_faq/{reading.topic}")


def _previous(trial: Trial, tracker: Tracker, asked: str) -> str | None:
    """The criterion before the one asked that has an answer; None at the first question."""
    answered = stored_answers(trial, tracker)
    before = trial.criterion_ids[: trial.criterion_ids.index(asked)]
    return next((one for one in reversed(before) if one in answered), None)
