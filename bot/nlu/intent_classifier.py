"""Rasa graph component around `IntentModel`: trains it, stores it, and writes its decision on to messages.

For retrieval intents (`faq/study_aim`) it predicts the full label, so that one model decides between topics and
dialogue intents, and reports it the way Rasa's response selector does.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.concepts import Lexicon
from bot.nlu.decision import Costs, Kind
from bot.nlu.features import FeatureSettings
from bot.nlu.intent_model import IntentModel, ModelSettings, Understanding
from bot.nlu.parts import halves

logger = logging.getLogger(__name__)

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n+")
_TOO_FEW_WORDS = 2
_FILE = "intent_model.joblib"
_RANKING_LENGTH = 5  # what is stored with every message of every conversation


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(GraphComponent):
    """Intent classifier on word, character and concept features with three outcomes."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The options of `config.yml` and what they are when not given."""
        return {
            "lexicon": None,
            "clarify_intent": "clarify",
            "refuse_intent": "out_of_scope",
            "alarm_intents": [],
            # Words that may join two questions in one message; without any, a message is one question.
            "joining_words": [],
            "strength": 0.5,
            "balance": 0.25,
            "folds": 10,
            "rounds": 2,
            "candidates": 3,
            "word_ngrams": [1, 2],
            "character_ngrams": [2, 4],
            "rarest": 1,
            "word_weight": 1.0,
            "character_weight": 1.0,
            "concept_weight": 0.5,
            "hint_weight": 0.3,
            "cost_of_wrong_answer": 5.0,
            "random_seed": 1,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Packages this component needs."""
        return ["sklearn"]

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: IntentModel) -> None:
        """A component around a model, trained or not."""
        self._config, self._storage, self._resource, self._model = config, storage, resource, model
        # Labels with a "/" are answers of a retrieval intent.
        self._retrieval_intents = sorted({label.split("/")[0] for label in model.labels if "/" in label})

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramIntentClassifier:
        """An untrained component."""
        lexicon = Lexicon.load(Path(config["lexicon"])) if config.get("lexicon") else None
        return cls(config, model_storage, resource, IntentModel(_model_settings(config), lexicon))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramIntentClassifier:
        """A component with the stored model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / _FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples that carry an intent, and store the result."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        texts = [example.get(TEXT) for example in examples]
        labels = [example.get(INTENT_RESPONSE_KEY) or example.get(INTENT) for example in examples]
        self._model.fit(texts, labels, _answer_sentences(training_data))
        logger.info(
            "intents_learnt",
            extra={"examples": len(texts), "labels": len(set(labels)), "thresholds": self._model.thresholds},
        )
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / _FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Write intent, ranking, outcome and candidates on to each message."""
        for message in messages:
            text = message.get(TEXT)
            # A payload of a choice ("/stop") needs no understanding: Rasa reads it itself.
            if text and not text.startswith("/"):
                whole = self._model.understand(text)
                first, second = self._two_answers(text, whole) or (whole, None)
                self._annotate(message, first)
                if second:
                    message.set("also", second, add_to_output=True)
        return messages

    def _two_answers(self, text: str, whole: Understanding) -> tuple[Understanding, str] | None:
        """What two halves of a message ask, when each is surely answered and the answers differ; else None.

        Both answers must be likely for the message as a whole too: a story with a question in it is one question.
        """
        likely = [label for label, _ in whole.ranking[: self._config["candidates"]]]
        for cut in halves(text, self._config["joining_words"]):
            found = {one.ranking[0][0]: one for one in map(self._model.understand, cut) if one.kind is Kind.ANSWER}
            if len(found) == 2 and all(label in likely and "/" in label for label in found):
                # The half that the whole message is most about comes first.
                first, second = sorted(found, key=likely.index)
                return found[first], second.split("/")[-1]
        return None

    def _annotate(self, message: Message, found: Understanding) -> None:
        best = found.ranking[0][0]
        decided = {
            Kind.ANSWER: best.split("/")[0],
            Kind.CLARIFY: self._config["clarify_intent"],
            Kind.REFUSE: self._config["refuse_intent"],
        }[found.kind]
        message.set(INTENT, {"name": decided, "confidence": found.confidence}, add_to_output=True)
        message.set(
            "intent_ranking",
            [{"name": label, "confidence": share} for label, share in found.ranking[:_RANKING_LENGTH]],
            add_to_output=True,
        )
        message.set("outcome", found.kind.value, add_to_output=True)
        message.set("candidates", [label.split("/")[-1] for label in found.candidates], add_to_output=True)
        if found.kind is Kind.ANSWER and "/" in best:
            message.set("response_selector", self._selected(best, found.confidence), add_to_output=True)

    def _selected(self, label: str, confidence: float) -> dict[str, Any]:
        """The chosen answer of a retrieval intent, in the form in which Rasa's response selector reports it."""
        response = {"intent_response_key": label, "utter_action": f"utter_{label}", "confidence": confidence}
        return {
            "all_retrieval_intents": self._retrieval_intents,
            label.split("/")[0]: {"response": response, "ranking": []},
        }


def _answer_sentences(training_data: TrainingData) -> list[tuple[str, str]]:
    """The sentences of the answers of retrieval intents, each with the label it answers."""
    return [
        (sentence, name.removeprefix("utter_"))
        for name, variations in training_data.responses.items()
        for variation in variations
        for sentence in _SENTENCE_END.split(variation.get("text") or "")
        if len(sentence.split()) > _TOO_FEW_WORDS
    ]


def _model_settings(config: dict[str, Any]) -> ModelSettings:
    return ModelSettings(
        outside_label=config["refuse_intent"],
        alarm_labels=tuple(config["alarm_intents"]),
        strength=config["strength"],
        balance=config["balance"],
        hint_weight=config["hint_weight"],
        folds=config["folds"],
        rounds=config["rounds"],
        candidates=config["candidates"],
        seed=config["random_seed"],
        features=FeatureSettings(
            word_ngrams=tuple(config["word_ngrams"]),
            character_ngrams=tuple(config["character_ngrams"]),
            rarest=config["rarest"],
            word_weight=config["word_weight"],
            character_weight=config["character_weight"],
            concept_weight=config["concept_weight"],
        ),
        costs=Costs(wrong_answer=config["cost_of_wrong_answer"]),
    )
