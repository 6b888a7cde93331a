"""Custom actions of the compared project (see `stock.py`): every answer is taken as it comes, the verdict lists all."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

_CRITERIA = (
    "ms_type", "medication", "recent_activity", "second_line", "age", "walking", "randomisation", "test_results",
)  # fmt: skip


class ValidatePrescreenForm(FormValidationAction):
    """Rasa calls this with each answer."""

    def name(self) -> str:
        """The name by which Rasa finds it."""
        return "validate_prescreen_form"


class ActionVerdict(Action):
    """The end of the pre-screen."""

    def name(self) -> str:
        """The name by which the rule calls it."""
        return "action_verdict"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Repeat the answers."""
        lines = "\n".join(f"- {criterion}: {tracker.get_slot(criterion)}" for criterion in _CRITERIA)
        dispatcher.utter_message(text=f"Uw antwoorden:\n\n{lines}\n\nDit is een voorlopige uitkomst.")
        return []
