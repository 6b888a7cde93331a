"""Rasa training-data importer: topics become training phrases, a trial's criteria become a form.

Editors and nurses write content; this adapter tells Rasa about it, so that neither has to know Rasa. Adding a
topic or a criterion is a change in `data/faq/` or `data/trials/` and nowhere else.
"""

from __future__ import annotations

import copy
import hashlib
import json
from functools import cached_property
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import settings as project_settings
from bot.eligibility.criteria import Trial
from bot.eligibility.trial_file import load_trial
from bot.knowledge import files
from bot.knowledge import snapshot as snapshots
from bot.knowledge.schema import Content, Topic

RETRIEVAL_INTENT = "faq"
FORM = "prescreen_form"
LANGUAGE = "nl"


class Example(Message):  # type: ignore[misc]
    """An example of the training data, of which nothing is changed once it is made; only new properties come.

    Rasa copies, cleans and compares all examples a dozen times before a training. With tens of thousands that takes
    longer than learning from them, unless copies share what they hold and what does not change is compared once.
    """

    data: dict[str, Any]
    features: list[Any]
    output_properties: set[str]
    _cached_fingerprint: str | None

    def set(self, prop: str, info: Any, add_to_output: bool = False) -> None:
        """Set a property; words that it has already change nothing."""
        if add_to_output or not isinstance(info, str) or self.data.get(prop) != info:
            self._hold_alone()
            super().set(prop, info, add_to_output)

    def add_features(self, features: Any) -> None:
        """Add features."""
        self._hold_alone()
        super().add_features(features)

    def add_diagnostic_data(self, origin: str, data: dict[str, Any]) -> None:
        """Add what a component tells of itself."""
        self._hold_alone()
        super().add_diagnostic_data(origin, data)

    def fingerprint(self) -> str:
        """What examples are compared by: all values at once, where Rasa takes a digest of each."""
        if self._cached_fingerprint is None and not self.features:
            try:
                values = json.dumps(self.data, sort_keys=True)
            except TypeError:  # what components add
                return str(super().fingerprint())
            self._cached_fingerprint = hashlib.sha256(values.encode()).hexdigest()
        return str(super().fingerprint())

    def __hash__(self) -> int:
        """As of the fingerprint, which keeps its own. Asked for a dozen times for every example of a training."""
        return hash(self._cached_fingerprint or self.fingerprint())

    def __deepcopy__(self, memo: dict[int, Any]) -> Example:
        """An example that shares what this one holds, until one of them is changed."""
        copied = Example.__new__(Example)
        copied.__dict__.update(self.__dict__)
        return copied

    def _hold_alone(self) -> None:
        self.data, self.features = self.data.copy(), self.features.copy()
        self.output_properties = self.output_properties.copy()


class FileImporter(RasaFileImporter):  # type: ignore[misc]
    """Rasa's own importer of files, which reads each of them once; Rasa asks three times."""

    @cached_property
    def _domain(self) -> Domain:
        return super().get_domain()

    @cached_property
    def _nlu_data(self) -> TrainingData:
        data = super().get_nlu_data(LANGUAGE)
        data.training_examples = data.sanitize_examples([_as_example(message) for message in data.training_examples])
        return data

    def get_domain(self) -> Domain:
        """The domain of the files."""
        return copy.deepcopy(self._domain)

    def get_nlu_data(self, language: str | None = LANGUAGE) -> TrainingData:
        """The examples of the files, in whatever language they are."""
        return self._nlu_data


class ContentImporter(TrainingDataImporter):
    """Training phrases from the topics; entities, slots, form and questions from the trial file."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        **kwargs: Any,
    ) -> None:
        """Read the content that the settings name. The arguments are Rasa's; none is needed here."""
        self._settings = project_settings.load()

    def get_domain(self) -> Domain:
        """The part of the domain that follows from the trial file."""
        return Domain.from_dict(trial_domain(load_trial(self._settings.trial_file)))

    def get_nlu_data(self, language: str | None = LANGUAGE) -> TrainingData:
        """The topics as examples of one retrieval intent, with their answers as responses."""
        return self._nlu_data

    @cached_property
    def _nlu_data(self) -> TrainingData:
        snapshot = self._settings.snapshot
        return topic_training_data(snapshots.read(snapshot) if snapshot else files.load(self._settings.content))

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """None: the rules stand in `data/rules/`."""
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        """None: the conversation tests stand in `tests/conversations/`."""
        return StoryGraph([])

    def get_config(self) -> dict[str, Any]:
        """Nothing to add to `config.yml`."""
        return {}

    def get_config_file_for_auto_config(self) -> str | None:
        """None: the configuration is complete."""
        return None


def topic_training_data(content: Content) -> TrainingData:
    """All questions of all topics, and what was published of other intents, as Rasa training data.

    The responses are the answers at training time. They make the domain complete and bring words to learn from; what
    a patient reads is generated from the published content (see `rasa_nlg`).
    """
    examples = []
    for topic in content.topics.values():
        label = {INTENT: RETRIEVAL_INTENT, INTENT_RESPONSE_KEY: f"{RETRIEVAL_INTENT}/{topic.id}"}
        related = [f"{RETRIEVAL_INTENT}/{name}" for name in near_topics(content, topic)]
        # Asked in a language in which it has no answer, a topic is understood; another language stands in.
        for language in dict.fromkeys((*topic.answer, *topic.questions)):
            # Which topics a question after this answer is likely about: once a topic is enough.
            told = {"language": language, "related": related}
            title = topic.question.get(language)
            if title:
                examples.append(Example({TEXT: title, **label, METADATA: {METADATA_INTENT: told}}))
            metadata = {METADATA: {METADATA_INTENT: {"language": language}}}
            examples += [Example({TEXT: text, **label, **metadata}) for text in topic.questions.get(language, ())]
    for phrases in content.phrases.values():
        for language, texts in phrases.examples.items():
            metadata = {METADATA: {METADATA_INTENT: {"language": language}}}
            examples += [Example({TEXT: text, INTENT: phrases.id, **metadata}) for text in texts]
    responses = {
        f"utter_{RETRIEVAL_INTENT}/{topic.id}": [
            {"text": text, METADATA: {"language": language}} for language, text in topic.answer.items()
        ]
        for topic in content.topics.values()
    }
    return TrainingData(training_examples=examples, responses=responses)


def _as_example(message: Message) -> Example:
    return Example(message.data, set(message.output_properties), message.time, list(message.features))


def near_topics(content: Content, topic: Topic) -> list[str]:
    """The topics that belong to one: its follow-ups, and those that it follows up."""
    return [
        other.id for other in content.topics.values() if other.id in topic.follow_ups or topic.id in other.follow_ups
    ]


def trial_domain(trial: Trial) -> dict[str, Any]:
    """Entities, slots, form and questions for a trial's criteria, in Rasa's domain format."""
    filled_by_form = {"type": "custom", "conditions": [{"active_loop": FORM}]}
    return {
        "version": "3.1",
        "entities": list(trial.criterion_ids),
        "slots": {
            criterion_id: {"type": "any", "influence_conversation": False, "mappings": [filled_by_form]}
            for criterion_id in trial.criterion_ids
        },
        "forms": {FORM: {"required_slots": list(trial.criterion_ids)}},
        "responses": {
            f"utter_ask_{FORM}_{criterion.id}": [{"text": criterion.question[LANGUAGE]}] for criterion in trial.criteria
        },
    }
