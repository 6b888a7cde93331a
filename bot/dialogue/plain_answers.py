"""Rasa policy for the plain turns of the pre-screen: one answer to the question that was asked, and the next question.

Two turns in three are like this. The form handles them as well, by way of the action server, which takes longer than
everything else that a message costs. Whatever is not plain is left to it: several answers, a correction, a question in
between, an answer that decides, the last one. Both read messages with the same code.
"""

from __future__ import annotations

from typing import Any

from rasa.core.constants import POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction, confidence_scores_for
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from actions.clock import today
from actions.prescreen_reading import read
from actions.prescreen_state import GO_ON, STOPPED, outcomes, stored, stored_answers
from actions.trial import current_trial
from bot.eligibility.verdict import stops_early
from bot.knowledge.rasa_importer import FORM
from bot.knowledge.rasa_nlg import language_of

_ASK = f"utter_ask_{FORM}_"
# Above RulePolicy, which would call the form.
_PRIORITY = 7


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class PlainAnswers(Policy):  # type: ignore[misc]
    """Fills the slot that was asked and puts the next question, when nothing else was said."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The options of `config.yml`."""
        return {POLICY_PRIORITY: _PRIORITY}

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PlainAnswers:
        """The policy as it always is: it reads the trial when it is asked."""
        return cls(config, model_storage, resource, execution_context)

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learns nothing; Rasa trains every policy."""
        with self._model_storage.write_to(self._resource):
            return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The next question after a plain answer, and then to listen; no opinion about anything else."""
        if tracker.active_loop_name == FORM:
            if (tracker.latest_action_name or "").startswith(_ASK):
                return self._certain(ACTION_LISTEN_NAME, domain, [])
            events = next_question(tracker) if tracker.latest_action_name == ACTION_LISTEN_NAME else None
            if events:
                return self._certain(f"{_ASK}{events[-1].value}", domain, events)
        return self._prediction(self._default_predictions(domain))

    def _certain(self, action: str, domain: Domain, events: list[SlotSet]) -> PolicyPrediction:
        optional: list[Event] = list(events)
        scores = confidence_scores_for(action, 1.0, domain)
        return self._prediction(scores, optional_events=optional, is_no_user_prediction=True)


def next_question(tracker: DialogueStateTracker) -> list[SlotSet] | None:
    """The slot that a plain answer fills and the question that follows; None when the form has to look at it."""
    message, trial = tracker.latest_message, current_trial()
    asked = tracker.get_slot(REQUESTED_SLOT)
    before = stored_answers(trial, tracker)
    if message is None or asked not in trial.criterion_ids or asked in before or tracker.get_slot(STOPPED):
        return None
    understood = {**message.parse_data, "text": message.text, "entities": message.entities}
    reading = read(trial, understood, asked, today(), language_of(tracker))
    if len(reading.answers) != 1 or reading.answers[0].criterion != asked or reading.topic:
        return None
    [answer] = reading.answers
    filled = stored(answer.option, answer.outcome, answer.words)
    after = {**before, asked: filled}
    left = [criterion for criterion in trial.criterion_ids if criterion not in after]
    if not left or (stops_early(trial, outcomes(after)) and not tracker.get_slot(GO_ON)):
        return None
    return [SlotSet(asked, filled), SlotSet(REQUESTED_SLOT, left[0])]
