"""Rasa response generator: answers from the published content, questions from the trial file, the rest from the domain.

Named in `endpoints.yml`. It runs inside the chat process, so a changed answer is live without retraining.
"""

from __future__ import annotations

import copy
import logging
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot import settings as project_settings
from bot.database import make_engine
from bot.eligibility.message import is_question
from bot.eligibility.messages import question_message
from bot.eligibility.trial_file import load_trial
from bot.knowledge import files
from bot.knowledge.cache import ContentUnavailable, PublishedContent
from bot.knowledge.replies import Message, choice_buttons, in_context, topic_message, with_second
from bot.knowledge.schema import Content

logger = logging.getLogger(__name__)

TOPIC_PREFIX = "utter_faq/"
QUESTION_PREFIX = "utter_ask_prescreen_form_"
LABEL_PREFIX = "utter_label_"
LANGUAGE = "nl"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
ALARMS = {"crisis", "urgent_symptoms"}


class ContentResponses(TemplatedNaturalLanguageGenerator):
    """Generates every bot message of this assistant.

    A templated generator, because Rasa hands the domain's texts (`responses`) only to those when it loads a model.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        """Open the published content; `domain` holds the fixed texts."""
        super().__init__((domain or Domain.empty()).responses)
        settings = project_settings.load()
        self._published = PublishedContent(make_engine(settings.database_url))
        self._files = settings.content
        self._trial = load_trial(settings.trial_file)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Message | None:
        """The message for a response name, or None when there is none of that name."""
        if utter_action.startswith(TOPIC_PREFIX):
            return self._topic_and_second(utter_action.removeprefix(TOPIC_PREFIX), tracker)
        if utter_action.startswith(QUESTION_PREFIX):
            return self._question(utter_action.removeprefix(QUESTION_PREFIX), tracker)
        special = {
            "utter_topic": self._asked_topic,
            "utter_clarify": self._clarify,
            "utter_repeat": self._repeat,
            "utter_not_understood_in_prescreen": self._not_understood,
        }.get(utter_action)
        message = special(tracker, output_channel) if special else None
        if message is None:
            message = await super().generate(utter_action, tracker, output_channel, **kwargs)
        return self._with_recruitment(message)

    def _fill_response(self, response: Message, filled_slots: dict[str, Any] | None = None, **kwargs: Any) -> Message:
        """Put the words an action gives, such as `lines`, in the text.

        Rasa's own way also looks in slots and in the JSON of choices; there every brace is an error in the log, told
        with all slots, and words of a person that hold `0[` spoil the text.
        """
        if isinstance(response.get("text"), str):
            words = {name: value for name, value in kwargs.items() if isinstance(value, str)}
            response["text"] = _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), response["text"])
        return response

    def _content(self) -> Content:
        """The published content; before anything was published, the files that come with the project."""
        try:
            return self._published.get()
        except ContentUnavailable as problem:
            logger.warning("content_from_files", extra={"reason": str(problem)})
            return _content_files(self._files)

    def _topic(self, topic_id: str, short: bool = False) -> Message | None:
        content = self._content()
        if topic_id not in content.topics:
            logger.warning("topic_missing", extra={"topic": topic_id})
            return None
        return topic_message(content, topic_id, LANGUAGE, self._recruitment_text(), short)

    def _topic_and_second(self, topic_id: str, tracker: DialogueStateTracker) -> Message | None:
        """An answer, with the short answer to a second question where the message asked two."""
        message = self._topic(topic_id)
        second = (tracker.latest_message.parse_data if tracker.latest_message else {}).get("also")
        if message and second in self._content().topics and second != topic_id:
            return with_second(self._content(), message, str(second), LANGUAGE)
        return message

    def _asked_topic(self, tracker: DialogueStateTracker, _channel: str) -> Message | None:
        """The topic that a choice named: `/ask_topic{"topic": ...}`."""
        topic_id = next(tracker.get_latest_entity_values("topic"), None)
        return self._topic(str(topic_id)) if topic_id else None

    def _question(self, criterion_id: str, tracker: DialogueStateTracker) -> Message:
        """A question of the pre-screen; after an alarm it says first that the person need not go on."""
        message = question_message(self._trial, criterion_id, LANGUAGE)
        if _intent(tracker) in ALARMS:
            gently = self._fixed("utter_prescreen_after_alarm") or {"text": ""}
            message["text"] = f"{gently['text']}\n\n{message['text']}"
        return message

    def _clarify(self, tracker: DialogueStateTracker, _channel: str) -> Message | None:
        """Up to three topics to choose from. During the pre-screen only when the person really asked something."""
        if tracker.active_loop_name and not is_question(_typed(tracker)):
            return self._not_understood(tracker, _channel)
        found = (tracker.latest_message.parse_data if tracker.latest_message else {}).get("candidates", [])
        words = len(_typed(tracker).split())
        candidates = in_context(self._content(), found, last_topic(tracker), words)
        buttons = choice_buttons(self._content(), candidates, self._dialogue_labels(), LANGUAGE)
        clarify = self._fixed("utter_clarify")
        if not buttons or not clarify:
            return self._fixed("utter_out_of_scope")
        return {**clarify, "buttons": buttons, "custom": {"kind": "clarify", "candidates": list(candidates)}}

    def _not_understood(self, tracker: DialogueStateTracker, _channel: str) -> Message | None:
        """An answer was not understood: say so and explain the question, which the form then puts again."""
        if _intent(tracker) == "out_of_scope" and is_question(_typed(tracker)):
            return self._fixed("utter_out_of_scope")
        message = self._fixed("utter_not_understood_in_prescreen")
        asked = tracker.get_slot(REQUESTED_SLOT)
        if message and asked in self._trial.criterion_ids:
            message["text"] = f"{message['text']}\n\n{self._trial.criterion(asked).help[LANGUAGE]}"
        return message

    def _repeat(self, tracker: DialogueStateTracker, _channel: str) -> Message | None:
        """The last answer in its short form; a pre-screen question with its explanation is repeated by the form."""
        topic_id = last_topic(tracker)
        return self._topic(topic_id, short=True) if topic_id else None

    def _dialogue_labels(self) -> dict[str, str]:
        """The words on a choice that stands for a dialogue intent."""
        return {
            name.removeprefix(LABEL_PREFIX): variations[0]["text"]
            for name, variations in self.responses.items()
            if name.startswith(LABEL_PREFIX)
        }

    def _fixed(self, name: str) -> Message | None:
        """A text of the domain, as a copy that may be changed."""
        variations = self.responses.get(name, [])
        return copy.deepcopy(variations[0]) if variations else None

    def _recruitment_text(self) -> str:
        return self._trial.recruitment_text[self._trial.recruitment][LANGUAGE]

    def _with_recruitment(self, message: Message | None) -> Message | None:
        if message and isinstance(message.get("text"), str):
            message["text"] = message["text"].replace("[recruitment]", self._recruitment_text()).strip()
        return message


@lru_cache(maxsize=1)
def _content_files(root: Path) -> Content:
    return files.load(root)


def _intent(tracker: DialogueStateTracker) -> str | None:
    return tracker.latest_message.intent.get("name") if tracker.latest_message else None


def _typed(tracker: DialogueStateTracker) -> str:
    return (tracker.latest_message.text if tracker.latest_message else None) or ""


def last_topic(tracker: DialogueStateTracker) -> str | None:
    """The topic that was answered last in this conversation, or None."""
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            topic = (event.data.get("custom") or {}).get("topic")
            if topic:
                return str(topic)
    return None
