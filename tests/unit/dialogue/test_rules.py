"""The policy decides as Rasa's own `RulePolicy`, whatever the conversation was."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph

from bot.dialogue.rules import Rules

INTENTS = ("greet", "begin", "stop", "unsure", "unknown")
ACTIONS = ("utter_greet", "utter_intro", "utter_stopped", "utter_done", "utter_unsure", "utter_unknown", "form")
DOMAIN = Domain.from_dict(
    {
        "intents": list(INTENTS),
        "actions": list(ACTIONS[:-1]),
        "forms": {"form": {"required_slots": ["age"]}},
        "slots": {
            "age": {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]},
            "done": {"type": "bool", "influence_conversation": True, "mappings": [{"type": "custom"}]},
        },
    }
)
RULES = """
version: "3.1"
rules:
  - rule: greet
    condition: [{active_loop: null}]
    steps: [{intent: greet}, {action: utter_greet}]
  - rule: begin
    condition: [{active_loop: null}]
    steps: [{intent: begin}, {action: utter_intro}, {action: form}, {active_loop: form}]
  - rule: stop
    condition: [{active_loop: form}]
    steps: [{intent: stop}, {action: action_deactivate_loop}, {active_loop: null}, {action: utter_stopped}]
  - rule: end
    condition: [{active_loop: form}]
    steps: [{action: form}, {active_loop: null}, {slot_was_set: [{requested_slot: null}]}, {action: utter_done}]
  - rule: unknown words in between
    condition: [{active_loop: form}]
    steps: [{intent: unknown}, {action: utter_unknown}, {action: form}, {active_loop: form}]
  - rule: unsure once it was done
    condition: [{active_loop: null}, {slot_was_set: [{done: true}]}]
    steps: [{intent: unsure}, {action: utter_unsure}]
"""


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rules, RulePolicy]:
    """Ours and Rasa's, with the same learnt rules."""
    steps = YAMLStoryReader().read_from_string(RULES)
    trackers = TrainingDataGenerator(StoryGraph(steps), DOMAIN, augmentation_factor=0).generate()
    storage, resource = LocalModelStorage(tmp_path_factory.mktemp("model")), Resource("rules")
    context = ExecutionContext(GraphSchema({}))
    Rules.create(Rules.get_default_config(), storage, resource, context).train(trackers, DOMAIN)

    def load(kind: Callable[..., Any]) -> Any:
        return kind.load(RulePolicy.get_default_config(), storage, resource, context)  # type: ignore[attr-defined]

    return load(Rules), load(RulePolicy)


def happening(chance: random.Random) -> list[Event]:
    """Something that may come next in a conversation, likely or not."""
    events: list[Callable[[], list[Event]]] = [
        lambda: [ActionExecuted("action_listen"), UserUttered("a", {"name": chance.choice(INTENTS)})],
        lambda: [ActionExecuted(chance.choice((*ACTIONS, "action_deactivate_loop")))],
        lambda: [ActionExecuted("form"), ActiveLoop("form"), SlotSet("requested_slot", "age")],
        lambda: [ActionExecuted("form"), ActiveLoop(None), SlotSet("requested_slot", None)],
        lambda: [SlotSet("done", chance.choice((True, None)))],
        lambda: [LoopInterrupted(chance.choice((True, False)))],
        lambda: [ActionExecutionRejected("form")],
    ]
    return chance.choices(events, weights=(6, 4, 2, 2, 1, 1, 2))[0]()


def test_it_decides_as_rasa_does(policies: tuple[Rules, RulePolicy]) -> None:
    ours, theirs = policies
    decided = set()
    for seed in range(300):
        chance = random.Random(seed)
        tracker = DialogueStateTracker.from_events("someone", [ActionExecuted("action_session_start")], DOMAIN.slots)
        for _ in range(chance.randint(1, 9)):
            for event in happening(chance):
                tracker.update(event)
            predictions = [policy.predict_action_probabilities(tracker, DOMAIN) for policy in (ours, theirs)]
            mine, rasas = (
                (one.probabilities, one.events, one.is_no_user_prediction, one.hide_rule_turn) for one in predictions
            )
            assert mine == rasas
            decided.add(DOMAIN.action_names_or_texts[predictions[0].max_confidence_index])
    expected = {"utter_greet", "utter_intro", "utter_unsure", "utter_unknown", "action_deactivate_loop", "form"}
    assert {*expected, "action_listen", "action_default_fallback"} <= decided


def test_it_looks_at_no_more_than_the_longest_rule_has(policies: tuple[Rules, RulePolicy]) -> None:
    turns = [ActionExecuted("action_listen"), UserUttered("a", {"name": "greet"}), ActionExecuted("utter_greet")] * 9
    tracker = DialogueStateTracker.from_events("someone", turns, DOMAIN.slots)
    few, all_of_them = (policy._prediction_states(tracker, DOMAIN) for policy in policies)
    assert len(all_of_them) == 19
    assert 1 < len(few) < 6
    assert few == all_of_them[-len(few) :]


def test_nothing_is_left_out_while_it_learns(tmp_path: Path) -> None:
    storage = LocalModelStorage(tmp_path)
    fresh = Rules.create(Rules.get_default_config(), storage, Resource("rules"), ExecutionContext(GraphSchema({})))
    tracker = DialogueStateTracker.from_events("someone", [ActionExecuted("utter_greet")] * 9, DOMAIN.slots)
    assert len(fresh._prediction_states(tracker, DOMAIN)) == 10
