"""Rasa graph component: raises the alarm for crisis and acute symptoms beside the classifier.

The patterns overrule the classifier, so that such a message is never answered as an ordinary question. The
classifier may raise the alarm too; neither can silence the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.safety_patterns import SafetyPatterns, first_alarm


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyNet(GraphComponent):
    """Sets the intent of messages that match a safety pattern. Runs after the classifier."""

    def __init__(self, patterns: Sequence[SafetyPatterns]) -> None:
        """A net with these patterns, those of every language asked of every message."""
        self._patterns = patterns

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyNet:
        """Read the patterns that the configuration names."""
        files = config["patterns"]
        return cls([SafetyPatterns.load(Path(file)) for file in ([files] if isinstance(files, str) else files)])

    def process(self, messages: list[Message]) -> list[Message]:
        """Overrule the classifier where a pattern matches."""
        for message in messages:
            text = message.get(TEXT) or ""
            alarm = None if text.startswith("/") else first_alarm(self._patterns, text)
            if alarm:
                message.set(INTENT, {"name": alarm, "confidence": 1.0}, add_to_output=True)
                message.set("outcome", "answer", add_to_output=True)
                message.set("candidates", [alarm], add_to_output=True)
                # Says who raised the alarm: in a form, what the classifier alone suspects may be an answer after all.
                message.set("alarm", "pattern", add_to_output=True)
        return messages
