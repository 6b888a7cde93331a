"""Rasa graph component: things named in a message (drugs, MS types, ages) as entities with normalised values.

Rasa's own spaCy extractor passes on the typed words only; here the entity carries the identity that the fuzzy
patterns found ("okrevus" -> `ocrelizumab`).
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.mentions import mentions_in


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MentionExtractor(GraphComponent):
    """Writes the mentions that the spaCy pipeline found on to messages."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MentionExtractor:
        """Nothing to set up."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add entities to messages that the spaCy pipeline has read."""
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            if doc is not None and not message.get(TEXT, "").startswith("/"):
                found = [{**mention, "extractor": type(self).__name__} for mention in mentions_in(doc)]
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
