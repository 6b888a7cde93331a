"""Rasa graph component: somebody asks for another language, and the conversation goes on in that.

Which language a message is in, the classifier tells; "Kunnen we Engels praten?" is Dutch and still asks for English.
Runs after the classifier.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.conversation import LANGUAGE
from bot.nlu.wishes import LanguageWishes


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class LanguageWish(GraphComponent):
    """Sets the language of messages that ask for one."""

    def __init__(self, wishes: LanguageWishes, intent: str) -> None:
        """Take what tells the language that is wished, and the intent of messages that wish one."""
        self._wishes, self._intent = wishes, intent

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageWish:
        """Read the names of languages from the file that the configuration gives as `languages`."""
        return cls(LanguageWishes.load(Path(config["languages"])), config["intent"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the language that is asked for on messages of the intent; the others keep theirs."""
        for message in messages:
            if (message.get(INTENT) or {}).get("name") == self._intent:
                wished = self._wishes.wished(message.get(TEXT) or "")
                if wished:
                    message.set(LANGUAGE, wished, add_to_output=True)
        return messages
