"""Rasa response generator: answers from the published content, questions from the trial file, the rest from the domain.

Named in `endpoints.yml`. It runs inside the chat process, so a changed answer is live without retraining.
"""

from __future__ import annotations

import copy
import logging
import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot import languages
from bot import settings as project_settings
from bot.database import make_engine
from bot.eligibility.message import is_question
from bot.eligibility.messages import question_message
from bot.knowledge import files, fixed_texts
from bot.knowledge.cache import ContentUnavailable, PublishedContent
from bot.knowledge.history import History, Said, pick
from bot.knowledge.replies import (
    Message,
    again,
    choice_buttons,
    in_context,
    reworded,
    topic_button,
    topic_message,
    with_second,
)
from bot.knowledge.schema import Content
from bot.languages import in_language
from bot.study import expectation
from bot.study.current import CurrentStudy

logger = logging.getLogger(__name__)

TOPIC_PREFIX = "utter_faq/"
QUESTION_PREFIX = "utter_ask_prescreen_form_"
LABEL_PREFIX = "utter_label_"
# The answer that tells how long people wait at present, where staff want that.
WAITING_TOPIC = "join_waiting_time"
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
        engine = make_engine(settings.database_url)
        self._published = PublishedContent(engine)
        self._files = settings.content
        self._study = CurrentStudy(settings.trial_file, engine, words=self._published.words)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Message | None:
        """The message for a response name, or None when there is none of that name."""
        message = self._message(utter_action, tracker, **kwargs)
        if message and isinstance(message.get("custom"), dict):
            # For the page, which says what stands around a message in the same language.
            message = {**message, "custom": {"language": language_of(tracker), **message["custom"]}}
        return message

    def _message(self, utter_action: str, tracker: DialogueStateTracker, **kwargs: Any) -> Message | None:
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
        message = special(tracker) if special else None
        if message is None:
            message = self._fixed(utter_action, tracker)
            message = self._fill_response(message, **kwargs) if message else None
        return self._with_recruitment(message, language_of(tracker))

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

    def _topic(self, topic_id: str, tracker: DialogueStateTracker, short: bool = False) -> Message | None:
        content, language = self._content(), language_of(tracker)
        if not content.answers(topic_id):
            # A new model may know a topic a moment before the content is looked at again.
            self._published.look_again()
            content = self._content()
        if not content.answers(topic_id):
            logger.warning("topic_missing", extra={"topic": topic_id})
            return None
        message = topic_message(content, topic_id, language, self._recruitment_text(language), short)
        if topic_id not in content.notices:
            topic = content.topics[topic_id]
            stands_in = languages.found_in(topic.short if short else topic.answer, language)
            if stands_in != language:
                message["text"] = f"{self._stands_in(stands_in, tracker)}\n\n{message['text']}"
                message["custom"]["language"] = stands_in
        if topic_id == WAITING_TOPIC and topic_id not in content.notices:
            message["text"] = f"{message['text']}\n\n{self._waiting_text(tracker)}".strip()
        return message

    def _stands_in(self, other: str, tracker: DialogueStateTracker) -> str:
        """The sentence that an answer is not there in the language of the conversation, but in another one."""
        called = languages.declared()[language_of(tracker)].called[other]
        message = self._fixed("utter_stands_in", tracker, 0) or {"text": ""}
        return str(self._fill_response(message, None, language=called)["text"])

    def _topic_and_second(self, topic_id: str, tracker: DialogueStateTracker) -> Message | None:
        """An answer, with the short answer to a second question where the message asked two.

        What was answered before is told in short, with another word each time; the third time with a person to ask.
        """
        content = self._content()
        # A notice stands in for an answer as it is: it has no short form.
        has_forms = topic_id in content.topics and topic_id not in content.notices
        times = history_of(tracker).times_answered(topic_id) if has_forms else 0
        message = self._topic(topic_id, tracker, short=times > 0)
        second = (tracker.latest_message.parse_data if tracker.latest_message else {}).get("also")
        if message and second in content.topics and second != topic_id:
            return with_second(content, message, str(second), language_of(tracker))
        if message and times:
            whole = {
                **topic_button(content.topics[topic_id], language_of(tracker)),
                **self._words("whole", tracker),
            }
            name = "utter_again" if times == 1 else "utter_again_often"
            return again(message, self._fixed(name, tracker, times - 1), whole)
        return message

    def _asked_topic(self, tracker: DialogueStateTracker) -> Message | None:
        """The topic that a choice named: `/ask_topic{"topic": ...}`. A choice gets the whole answer, also again."""
        topic_id = str(next(tracker.get_latest_entity_values("topic"), ""))
        message = self._topic(topic_id, tracker) if topic_id else None
        history = history_of(tracker)
        repeated = topic_id in self._content().topics and history.times_answered(topic_id)
        if message and repeated and not history.last_was_short(topic_id):
            return again(message, self._fixed("utter_again_whole", tracker))
        return message

    def _question(self, criterion_id: str, tracker: DialogueStateTracker) -> Message:
        """A question of the pre-screen; after an alarm it says first that the person need not go on."""
        message = question_message(self._study.trial(), criterion_id, language_of(tracker))
        if _intent(tracker) in ALARMS:
            gently = self._fixed("utter_prescreen_after_alarm", tracker) or {"text": ""}
            message["text"] = f"{gently['text']}\n\n{message['text']}"
        return message

    def _clarify(self, tracker: DialogueStateTracker) -> Message | None:
        """Up to three topics to choose from. During the pre-screen only when the person really asked something."""
        if tracker.active_loop_name and not is_question(_typed(tracker)):
            return self._not_understood(tracker)
        found = (tracker.latest_message.parse_data if tracker.latest_message else {}).get("candidates", [])
        words = len(_typed(tracker).split())
        candidates = in_context(self._content(), found, history_of(tracker).last_topic(), words)
        buttons = choice_buttons(self._content(), candidates, self._dialogue_labels(tracker), language_of(tracker))
        clarify = self._fixed("utter_clarify", tracker)
        if not buttons or not clarify:
            return self._fixed("utter_out_of_scope", tracker)
        custom = {**(clarify.get("custom") or {}), "kind": "clarify", "candidates": list(candidates)}
        return {**clarify, "buttons": buttons, "custom": custom}

    def _not_understood(self, tracker: DialogueStateTracker) -> Message | None:
        """An answer was not understood: say so and explain the question, which the form then puts again."""
        if _intent(tracker) == "out_of_scope" and is_question(_typed(tracker)):
            return self._fixed("utter_out_of_scope", tracker)
        message = self._fixed("utter_not_understood_in_prescreen", tracker)
        asked, trial = tracker.get_slot(REQUESTED_SLOT), self._study.trial()
        if message and asked in trial.criterion_ids:
            message["text"] = f"{message['text']}\n\n{in_language(trial.criterion(asked).help, language_of(tracker))}"
        return message

    def _repeat(self, tracker: DialogueStateTracker) -> Message | None:
        """The last answer in its short form, and after that a person to ask.

        A pre-screen question with its explanation is repeated by the form.
        """
        topic_id = history_of(tracker).last_topic()
        if topic_id and history_of(tracker).last_was_short(topic_id):
            return self._fixed("utter_repeat_again", tracker)
        return self._topic(topic_id, tracker, short=True) if topic_id else None

    def _dialogue_labels(self, tracker: DialogueStateTracker) -> dict[str, str]:
        """The words on a choice that stands for a dialogue intent."""
        names = [
            name.removeprefix(LABEL_PREFIX)
            for name in self.responses
            if name.startswith(LABEL_PREFIX) and fixed_texts.language_of(name) == languages.first()
        ]
        return {name: self._words(name, tracker)["title"] for name in names}

    def _words(self, name: str, tracker: DialogueStateTracker) -> dict[str, str]:
        """The words on a choice, as part of a button."""
        return {"title": (self._fixed(f"{LABEL_PREFIX}{name}", tracker) or {})["text"]}

    def _waiting_text(self, tracker: DialogueStateTracker) -> str:
        """How long somebody who signs up now may expect to wait; empty unless staff want it told."""
        study = self._study
        told = expectation.told(
            study.trial(), study.state().waiting, study.expectation(), datetime.now(UTC), language_of(tracker)
        )
        if told is None:
            return ""
        name, words = told
        message = self._fixed(name, tracker)
        return str(self._fill_response(message, None, **words)["text"]) if message else ""

    def _fixed(self, name: str, tracker: DialogueStateTracker, times: int | None = None) -> Message | None:
        """A text of the domain in the language of the conversation, as a copy that may be changed.

        Of several variations the next one in turn: never by chance, so that nobody hears the same twice in a row.

        Args:
            name: of the response; its form in another language has the code behind it, such as `_en`.
            tracker: the conversation.
            times: how often it was given before, when that does not follow from the conversation.
        """
        others = [code for code in languages.in_turn(language_of(tracker)) if code != languages.first()]
        names = [fixed_texts.named(name, code) for code in others]
        name_there = next((one for one in names if self.responses.get(one)), name)
        variations = reworded(self.responses.get(name_there, []), self._content().texts.get(name_there))
        before = history_of(tracker).times_said(name) if times is None else times
        message = copy.deepcopy(pick(variations, before)) if variations else None
        if message and isinstance(message.get("custom"), dict):
            message["custom"]["language"] = fixed_texts.language_of(name_there)
        return message

    def _recruitment_text(self, language: str) -> str:
        trial = self._study.trial()
        return in_language(trial.recruitment_text[trial.recruitment], language)

    def _with_recruitment(self, message: Message | None, language: str) -> Message | None:
        if message and isinstance(message.get("text"), str):
            if "[recruitment]" in message["text"]:
                message["text"] = message["text"].replace("[recruitment]", self._recruitment_text(language))
            message["text"] = message["text"].strip()
        return message


@lru_cache(maxsize=1)
def _content_files(root: Path) -> Content:
    return files.load(root)


def _intent(tracker: DialogueStateTracker) -> str | None:
    return tracker.latest_message.intent.get("name") if tracker.latest_message else None


def _typed(tracker: DialogueStateTracker) -> str:
    return (tracker.latest_message.text if tracker.latest_message else None) or ""


def language_of(tracker: DialogueStateTracker) -> str:
    """The language of the latest message that tells one; the first language when none does."""
    for event in reversed(tracker.events):
        language = event.parse_data.get("language") if isinstance(event, UserUttered) else None
        if language in languages.codes():
            return str(language)
    return languages.first()


def history_of(tracker: DialogueStateTracker) -> History:
    """What the assistant said in this conversation."""
    return History(
        [
            Said((event.metadata or {}).get("utter_action"), event.data.get("custom") or {})
            for event in tracker.events
            if isinstance(event, BotUttered)
        ]
    )
