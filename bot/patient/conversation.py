"""One turn of a conversation: clean, mask, ask Rasa or fall back, store. Used by the page and by the API alike."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from bot.patient import payloads, texts
from bot.patient.fallback import answer_without_rasa
from bot.patient.library import Library
from bot.patient.masking import mask
from bot.patient.messages import BotMessage
from bot.patient.parts import Parts
from bot.patient.rasa_client import ChatUnavailable, RasaClient
from bot.patient.tokens import Conversation
from bot.patient.tracker import erase_tracker, forget_prescreen
from bot.patient.transcript import Transcript, Turn

log = logging.getLogger(__name__)

_REMEMBERED_TICKETS = 5


class EmptyMessage(ValueError):
    """There is nothing in the message."""


class MessageTooLong(ValueError):
    """The message has more characters than the site takes."""


@dataclass(frozen=True)
class Office:
    """What a turn needs: where to ask, where to look when that fails, where to store."""

    rasa: RasaClient
    transcript: Transcript
    library: Library
    most_characters: int
    tracker_url: str


def take_turn(
    office: Office, conversation: Conversation, message: str, language: str, ticket: str | None = None
) -> Turn:
    """Handle one message of a person.

    Args:
        office: the parts to work with.
        conversation: whose turn it is.
        message: what was typed, or the value of a choice.
        language: the language to answer in.
        ticket: mark of the form that sent it; a second message with the same mark gets the first one's answer.

    Raises:
        EmptyMessage: when nothing but white space was sent.
        MessageTooLong: when it has more than `office.most_characters` characters.
    """
    cleaned = payloads.clean(message)
    if not cleaned:
        raise EmptyMessage
    if len(cleaned) > office.most_characters:
        raise MessageTooLong
    earlier = earlier_turns(office.transcript, conversation) or []
    for turn in earlier[-_REMEMBERED_TICKETS:]:
        if ticket and turn.ticket == ticket:
            return turn
    sent, said = _understood(cleaned, earlier, language, office.library)
    turn = Turn(said, tuple(_ask(office, conversation, sent, language, earlier)), ticket)
    if forgets(turn):
        _forget_at_rasa(office, conversation)
    try:
        office.transcript.add(conversation.sender, turn, prescreen_turns(earlier) if forgets(turn) else ())
    except SQLAlchemyError:
        # The person gets the answer all the same; only the page cannot show it again later.
        log.exception("a turn could not be stored")
    return turn


def earlier_turns(transcript: Transcript, conversation: Conversation) -> list[Turn] | None:
    """The stored turns, or None when the database cannot be read."""
    try:
        return transcript.turns(conversation.sender)
    except SQLAlchemyError:
        log.exception("the conversation could not be read")
        return None


def _understood(cleaned: str, earlier: Sequence[Turn], language: str, library: Library) -> tuple[str, str]:
    """What goes to Rasa, and what the page shows as said."""
    offered = {choice.value: choice.label for turn in earlier for reply in turn.replies for choice in reply.choices}
    if cleaned in offered:
        return cleaned, offered[cleaned]
    payload = payloads.payload_of(cleaned)
    if payload:
        return payloads.canonical(*payload), _in_words(*payload, language, library)
    masked = mask(payloads.without_slash(cleaned)) or "?"
    return masked, masked


def _in_words(intent: str, values: Mapping[str, str], language: str, library: Library) -> str:
    """How the page shows a choice that it did not offer in this conversation itself."""
    content = library.content()
    topic = content.topics.get(values.get("topic", "")) if content else None
    if topic:
        return topic.question.get(language) or topic.question["nl"]
    return texts.text(f"payloads.{intent}", language)


def _ask(
    office: Office, conversation: Conversation, sent: str, language: str, earlier: Sequence[Turn]
) -> list[BotMessage]:
    try:
        return office.rasa.send(conversation.sender, sent, language)
    except ChatUnavailable:
        links = [reply.intake_url for turn in earlier for reply in turn.replies if reply.intake_url]
        return answer_without_rasa(sent, office.library, language, links[-1] if links else None)


def _forget_at_rasa(office: Office, conversation: Conversation) -> None:
    try:
        forget_prescreen(office.tracker_url, conversation.sender)
    except SQLAlchemyError:
        # The site's own copy goes all the same; what is left here the retention rule deletes.
        log.exception("Rasa could not be made to forget a pre-screen")


def forgets(turn: Turn) -> bool:
    """Whether the bot promised in this turn to keep nothing of the pre-screen."""
    return any(reply.forget == "prescreen" for reply in turn.replies)


def prescreen_turns(turns: Sequence[Turn]) -> list[int]:
    """Numbers of the turns that belong to a pre-screen: those that ask, answer a question, or give a verdict."""
    found, asked = [], False
    for turn in turns:
        asks = any(reply.asks or reply.verdict for reply in turn.replies)
        if turn.id is not None and (asks or asked):
            found.append(turn.id)
        asked = any(reply.asks for reply in turn.replies)
    return found


def erase_conversation(parts: Parts, conversation: Conversation) -> None:
    """Delete a conversation for good, here and in Rasa's own store. Raises SQLAlchemyError when that fails."""
    erase_tracker(parts.settings.tracker_url, conversation.sender)
    parts.transcript.erase(conversation.sender)
