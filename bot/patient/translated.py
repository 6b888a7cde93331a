"""Which topics exist in a language: those that have everything a reader sees in it. Pure."""

from __future__ import annotations

from bot import languages
from bot.knowledge.schema import Content, Topic
from bot.patient.payloads import payload_of
from bot.patient.texts import DEFAULT_LANGUAGE


def is_in(content: Content, topic_id: str, language: str) -> bool:
    """Whether a topic can be read in a language. In Dutch all can; in another one those whose words are all there."""
    topic = content.topics.get(topic_id)
    return topic is not None and (language == DEFAULT_LANGUAGE or _whole(topic, language))


def on_a_page(content: Content, topic_id: str, language: str) -> bool:
    """Whether a topic has a page in a language: it can be read, and no notice stands before it."""
    return topic_id not in content.notices and is_in(content, topic_id, language)


def choice_in(content: Content, value: str, language: str) -> str:
    """The language of the words on a choice below an answer in `language`: a question may be there in another only."""
    intent, values = payload_of(value) or ("", {})
    topic = content.topics.get(values.get("topic", "")) if intent == "ask_topic" else None
    return languages.found_in(topic.question, language) if topic else language


def _whole(topic: Topic, language: str) -> bool:
    return all(words.get(language) for words in (topic.question, topic.answer, topic.short))
