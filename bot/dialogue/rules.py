"""Rasa policy: plain turns of the pre-screen at once, all others by the rules of `data/rules/`.

It decides exactly as Rasa's own `RulePolicy` does, and looks at less for it: the last few states of a conversation, as
many as the longest rule has, and of the rules those that fit the last of these states.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.policies.policy import PolicyPrediction, confidence_scores_for
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.plain_answers import Step, plain_step

_RULES = ("rules", "rules_for_loop_unhappy_path")
# What the last state of a rule, or of a conversation, has: the last action and the last intent.
_Mark = tuple[str | None, str | None]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class Rules(RulePolicy):  # type: ignore[misc]
    """Predicts the next action."""

    def __init__(self, *arguments: Any, lookup: Mapping[str, Any] | None = None, **more: Any) -> None:
        """As Rasa's; `lookup` holds the learnt rules, when they are learnt already."""
        super().__init__(*arguments, lookup=lookup, **more)
        # Before training, and while it learns, everything is looked at.
        self._known = _Known(lookup) if lookup else None

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The next action; certain where the turn is plain."""
        step = plain_step(tracker)
        if step is not None:
            return self._certain(step, domain)
        return super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)

    def _certain(self, step: Step, domain: Domain) -> PolicyPrediction:
        events: list[Event] = list(step.events)
        scores = confidence_scores_for(step.action, 1.0, domain)
        return self._prediction(scores, optional_events=events, is_no_user_prediction=True)

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input and self._known and not self._known.by_text:
            return None, None, False
        found: tuple[str | None, str | None, bool] = super()._find_action_from_rules(
            tracker, domain, use_text_for_last_user_input
        )
        return found

    def _prediction_states(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        use_text_for_last_user_input: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        if self._known:
            tracker = _Recent(tracker, self._known.longest)
        states: list[State] = super()._prediction_states(tracker, domain, use_text_for_last_user_input, rule_only_data)
        return states

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        if self._known and states:
            fitting = self._known.fitting(states[-1])
            lookup = {key: lookup[key] for key in fitting if key in lookup}
        keys: set[str] = super()._get_possible_keys(lookup, states)
        return keys


class _Known:
    """What can be told of the learnt rules beforehand.

    Attributes:
        longest: states of the longest rule.
        by_text: whether a rule may follow from the literal words of a message.
    """

    def __init__(self, lookup: Mapping[str, Any]) -> None:
        """Look through the rules."""
        rules = {key: json.loads(key) for name in _RULES for key in lookup.get(name) or ()}
        self.longest = max(map(len, rules.values()), default=1)
        self._by_mark: dict[_Mark, list[str]] = {}
        self.by_text = False
        for key, states in rules.items():
            mark = _mark(states[-1])
            self._by_mark.setdefault(mark, []).append(key)
            # One that asks for no intent fits a message of which the words count instead.
            user = states[-1].get("user") or {}
            self.by_text = self.by_text or "text" in user or (mark[1] is None and mark[0] in (None, "action_listen"))

    def fitting(self, state: State) -> list[str]:
        """The rules whose last state may fit this one: same action and intent, or none asked for."""
        action, intent = _mark(state)
        marks = {(one, other) for one in (action, None) for other in (intent, None)}
        return [key for mark in marks for key in self._by_mark.get(mark, ())]


def _mark(state: Mapping[str, Any]) -> _Mark:
    """The last action and intent of a state; None where it may be any or must be none."""
    found = ((state.get("prev_action") or {}).get("action_name"), (state.get("user") or {}).get("intent"))
    action, intent = (None if one == "should_not_be_set" else one for one in found)
    return action, intent


class _Recent:
    """The last states of a conversation, for whoever asks a tracker for all of them."""

    def __init__(self, tracker: DialogueStateTracker, length: int) -> None:
        """Of this conversation so many states."""
        self._tracker = tracker
        self._length = length

    def past_states(self, domain: Domain, **how: Any) -> list[State]:
        """As a tracker gives them, the last ones only."""
        states: list[State] = domain.states_for_tracker_history(self, **how)
        return states

    def generate_all_prior_trackers(self) -> Any:
        """The conversation as it was before each of the last actions, and as it is now; one object that moves on."""
        events: Sequence[Event] = self._tracker.applied_events()
        actions = sum(isinstance(event, ActionExecuted) for event in events)
        before = self._tracker.init_copy()
        for event in events:
            if isinstance(event, ActionExecuted):
                if actions < self._length:
                    yield before, event.hide_rule_turn
                actions -= 1
            event.apply_to(before)
        yield before, False
