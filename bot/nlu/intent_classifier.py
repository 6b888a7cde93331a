"""Rasa graph component around `IntentModel`: trains it, stores it, and writes its decision on to messages.

For retrieval intents (`faq/study_aim`) it predicts the full label, so that one model decides between topics and
dialogue intents, and reports it the way Rasa's response selector does.

Examples may name their `language` in the metadata of their intent; each language gets a model of its own.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.concepts import Lexicon
from bot.nlu.context import FollowUps, load_follow_ups
from bot.nlu.conversation import LANGUAGE, language_so_far, last_answered
from bot.nlu.decision import Costs, Kind
from bot.nlu.detection import LanguageDetector
from bot.nlu.features import FeatureSettings
from bot.nlu.intent_model import IntentModel, ModelSettings, Understanding
from bot.nlu.learnt import Learnt, digest_of, taken_over
from bot.nlu.parts import halves
from bot.nlu.side_by_side import Piece, side_by_side

logger = logging.getLogger(__name__)

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n+")
_TOO_FEW_WORDS = 2
_FILE = "intent_model.joblib"
# Options that name a file.
_FILES = ("lexicon", "follow_ups")
_DETECTOR_SIZE = 2000  # telling languages apart takes as long as learning from so many examples
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
            # Examples of messages that lean on the answer before them; without any, each message stands by itself.
            "follow_ups": None,
            # The language of examples that name none, and options that differ for other languages.
            "language": None,
            "languages": {},
            "strength": 0.5,
            "second_share": 0.05,
            "balance": 0.25,
            "folds": 5,
            "held_out": 4000,
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

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, learnt: Learnt) -> None:
        """A component around what was learnt, if anything."""
        self._config, self._storage, self._resource, self._learnt = config, storage, resource, learnt

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramIntentClassifier:
        """An untrained component."""
        return cls(config, model_storage, resource, Learnt(default=config["language"] or ""))

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
        with model_storage.read_from(resource) as folder, (folder / _FILE).open("rb") as file:
            return cls(config, model_storage, resource, Learnt.read(file))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples that carry an intent, and store the result."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        groups: dict[str, list[Message]] = {}
        for example in examples:
            groups.setdefault(_metadata(example).get(LANGUAGE) or self._learnt.default, []).append(example)
        for language, group in groups.items():
            self._learnt.made_from[language] = self._digest(language, group, training_data)
        known = {language: taken_over(language, digest) for language, digest in self._learnt.made_from.items()}
        texts = {language: [example.get(TEXT) for example in group] for language, group in groups.items()}
        new = [language for language in groups if known[language] is None]
        pieces = [Piece(partial(self._train, one, groups[one], training_data), len(groups[one])) for one in new]
        pieces.append(Piece(partial(LanguageDetector().fit, texts), _DETECTOR_SIZE))
        *models, self._learnt.detector = side_by_side(pieces)
        learnt = known | dict(zip(new, models, strict=True))
        self._learnt.models = {language: learnt[language] for language in groups}
        with self._storage.write_to(self._resource) as folder, (folder / _FILE).open("wb") as file:
            self._learnt.write(file)
        return self._resource

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        """Write intent, ranking, outcome and candidates on to each message.

        Args:
            messages: what people say.
            tracker: the conversation, for messages that lean on the answer before them. Rasa gives None where a
                message stands by itself, but cannot read that in a type.
        """
        after = last_answered(tracker, self._config["alarm_intents"]) if tracker else None
        for message in messages:
            text = message.get(TEXT)
            language = language_so_far(tracker, message.get(METADATA) or {}) or self._learnt.default
            # A payload of a choice ("/stop") needs no understanding: Rasa reads it itself.
            if text and not text.startswith("/"):
                language = self._learnt.language_of(text, language)
                self._understand(message, text, after, language)
            if language:
                message.set(LANGUAGE, language, add_to_output=True)
        return messages

    def _options(self, language: str) -> dict[str, Any]:
        """The configuration for one language."""
        return {**self._config, **(self._config["languages"].get(language) or {})}

    def _digest(self, language: str, examples: list[Message], training_data: TrainingData) -> str:
        """A digest of what a language is learnt from: options, examples, sentences of answers, lexicon, follow-ups."""
        options = self._options(language)
        said = [(example.get(TEXT), _label(example), _metadata(example).get("related")) for example in examples]
        files = [Path(options[name]).read_text(encoding="utf-8") for name in _FILES if options[name]]
        return digest_of(options, said, _answer_sentences(training_data, language, self._learnt.default), files)

    def _train(self, language: str, examples: list[Message], training_data: TrainingData) -> IntentModel:
        options = self._options(language)
        texts = [example.get(TEXT) for example in examples]
        labels = [_label(example) for example in examples]
        lexicon = Lexicon.load(Path(options["lexicon"])) if options["lexicon"] else None
        hints = _answer_sentences(training_data, language, self._learnt.default)
        model = IntentModel(_model_settings(options), lexicon)
        model.fit(texts, labels, hints, _follow_ups(options["follow_ups"], set(labels)), _related(examples))
        logger.info(
            "intents_learnt",
            extra={
                "language_learnt": language,
                "examples": len(texts),
                "labels": len(model.labels),
                "thresholds": model.thresholds,
            },
        )
        return model

    def _understand(self, message: Message, text: str, after: str | None, language: str) -> None:
        model = self._learnt.model(language)
        whole = model.understand(text, _named(model, after))
        joining_words = self._options(language)["joining_words"]
        first, second = self._two_answers(model, joining_words, text, whole) or (whole, None)
        self._annotate(message, first, model)
        if second:
            message.set("also", second, add_to_output=True)

    def _two_answers(
        self, model: IntentModel, joining_words: list[str], text: str, whole: Understanding
    ) -> tuple[Understanding, str] | None:
        """What two halves of a message ask, when each is surely answered and the answers differ; else None.

        Both answers must be likely for the message as a whole too: a story with a question in it is one question.
        """
        likely = [label for label, _ in whole.ranking[: self._config["candidates"]]]
        for cut in halves(text, joining_words):
            found = {one.ranking[0][0]: one for one in map(model.understand, cut) if one.kind is Kind.ANSWER}
            if len(found) == 2 and all(label in likely and "/" in label for label in found):
                # The half that the whole message is most about comes first.
                first, second = sorted(found, key=likely.index)
                return found[first], second.split("/")[-1]
        return None

    def _annotate(self, message: Message, found: Understanding, model: IntentModel) -> None:
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
            message.set("response_selector", _selected(best, found.confidence, model), add_to_output=True)


def _selected(label: str, confidence: float, model: IntentModel) -> dict[str, Any]:
    """The chosen answer of a retrieval intent, in the form in which Rasa's response selector reports it."""
    response = {"intent_response_key": label, "utter_action": f"utter_{label}", "confidence": confidence}
    return {
        # Labels with a "/" are answers of a retrieval intent.
        "all_retrieval_intents": sorted({name.split("/")[0] for name in model.labels if "/" in name}),
        label.split("/")[0]: {"response": response, "ranking": []},
    }


def _label(example: Message) -> str:
    return str(example.get(INTENT_RESPONSE_KEY) or example.get(INTENT))


def _metadata(example: Message) -> Mapping[str, Any]:
    """What the training data says beside the intent of an example."""
    return (example.get(METADATA) or {}).get(METADATA_INTENT) or {}


def _named(model: IntentModel, name: str | None) -> str | None:
    """The label with this name or, for an answer of a retrieval intent, with this name behind the "/"."""
    return next((label for label in model.labels if name and label.split("/")[-1] == name), None)


def _follow_ups(file: str | None, labels: set[str]) -> FollowUps | None:
    """The examples in a file, with whole labels; those of labels that are not there go."""
    return load_follow_ups(Path(file)).named({label.split("/")[-1]: label for label in labels}) if file else None


def _answer_sentences(training_data: TrainingData, language: str, default: str) -> list[tuple[str, str]]:
    """The sentences of the answers of retrieval intents in a language, each with the label it answers."""
    return [
        (sentence, name.removeprefix("utter_"))
        for name, variations in training_data.responses.items()
        for variation in variations
        if ((variation.get(METADATA) or {}).get(LANGUAGE) or default) == language
        for sentence in _SENTENCE_END.split(variation.get("text") or "")
        if len(sentence.split()) > _TOO_FEW_WORDS
    ]


def _related(examples: list[Message]) -> dict[str, list[str]]:
    """Which labels belong together: examples may name them as `related` in the metadata of their intent."""
    found: dict[str, list[str]] = {}
    for example in examples:
        found.setdefault(_label(example), []).extend(_metadata(example).get("related") or ())
    return found


def _model_settings(config: dict[str, Any]) -> ModelSettings:
    return ModelSettings(
        outside_label=config["refuse_intent"],
        alarm_labels=tuple(config["alarm_intents"]),
        strength=config["strength"],
        second_share=config["second_share"],
        balance=config["balance"],
        hint_weight=config["hint_weight"],
        folds=config["folds"],
        held_out=config["held_out"],
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
