"""What the site says when Rasa does not answer: safety first, then plain text search in the published content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from bot.knowledge.replies import topic_button, topic_message
from bot.knowledge.schema import Content, Topic
from bot.patient import texts
from bot.patient.library import Alarm
from bot.patient.messages import BotMessage, from_rasa
from bot.patient.payloads import payload_of


class Shelf(Protocol):
    """The content as far as it is needed here; each method copes with content that cannot be read."""

    def content(self) -> Content | None:
        """The published content, or None."""

    def find(self, message: str, language: str) -> list[Topic]:
        """The topics that look most like a message, best first."""

    def recruitment(self, language: str) -> str:
        """Whether the trial takes participants, in words."""

    def alarm(self, message: str, language: str) -> Alarm | None:
        """What to tell someone who may be in danger, or None."""


def answer_without_rasa(message: str, shelf: Shelf, language: str, intake_url: str | None) -> list[BotMessage]:
    """Messages for someone whose question could not go to Rasa.

    Args:
        message: masked text or a known payload.
        shelf: where the published content is found.
        language: the language of the texts.
        intake_url: the hand-over link this person already has, or None.
    """
    payload = payload_of(message)
    danger = None if payload else shelf.alarm(message, language)
    if danger:
        return [BotMessage(text=danger.text, kind="safety", language=danger.language)]
    replies = [_found(message, payload, shelf, language)]
    if intake_url:
        text = texts.text("fallback.intake", language)
        replies.append(BotMessage(text=text, kind="handover", intake_url=intake_url, language=language))
    return replies


def _found(message: str, payload: tuple[str, Mapping[str, str]] | None, shelf: Shelf, language: str) -> BotMessage:
    intent, values = payload or ("", {})
    content = shelf.content()
    if content and intent == "ask_topic" and values["topic"] in content.topics:
        return _topic(content, values["topic"], shelf, language)
    topics = shelf.find(message, language) if content and not payload else []
    if content and len(topics) == 1:
        return _topic(content, topics[0].id, shelf, language)
    if topics:
        buttons = [topic_button(topic, language) for topic in topics]
        text = texts.text("fallback.clarify", language)
        return from_rasa([{"text": text, "buttons": buttons, "custom": {"kind": "clarify", "language": language}}])[0]
    name = "fallback.prescreen" if payload and intent != "ask_topic" else "fallback.nothing"
    return BotMessage(text=texts.text(name, language), kind="refusal", language=language)


def _topic(content: Content, topic: str, shelf: Shelf, language: str) -> BotMessage:
    reply = from_rasa([topic_message(content, topic, language, shelf.recruitment(language))])[0]
    return replace(reply, language=language, text=f"{texts.text('fallback.notice', language)}\n\n{reply.text}")
