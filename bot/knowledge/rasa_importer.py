"""Rasa training-data importer: topics become training phrases, a trial's criteria become a form.

Editors and nurses write content; this adapter tells Rasa about it, so that neither has to know Rasa. Adding a
topic or a criterion is a change in `data/faq/` or `data/trials/` and nowhere else.
"""

from __future__ import annotations

from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
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

    Rasa copies, cleans and compares all examples several times before a training. With tens of thousands that takes
    longer than learning from them, unless copies share what they hold and what does not change is compared once.
    """

    def set(self, prop: str, info: Any, add_to_output: bool = False) -> None:
        """Set a property; words that it has already change nothing."""
        if add_to_output or not isinstance(info, str) or self.data.get(prop) != info:
            super().set(prop, info, add_to_output)

    def __deepcopy__(self, memo: dict[int, Any]) -> Example:
        """An example with the same values: they are not changed in place."""
        copied = Example(self.data, set(self.output_properties), self.time, list(self.features))
        copied._cached_fingerprint = self._cached_fingerprint
        return copied


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
