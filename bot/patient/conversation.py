"""One turn of a conversation: clean, mask, ask Rasa or fall back, store. Used by the page and by the API alike."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy.exc import SQLAlchemyError

from bot.funnel.counters import Counters
from bot.patient import payloads, texts
from bot.patient.counting import happenings, needs_all
from bot.patient.fallback import answer_without_rasa
from bot.patient.library import Library
from bot.patient.messages import BotMessage
from bot.patient.parts import Parts
from bot.patient.rasa_client import ChatUnavailable, RasaClient
from bot.patient.tokens import Conversation
from bot.patient.tracker import forget_prescreen
from bot.patient.transcript import Transcript, Turn
from bot.privacy import person
from bot.privacy.masking import mask
from bot.watching import metrics

log = logging.getLogger(__name__)

_REMEMBERED_TICKETS = 5
_RECENT_TURNS = 8


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
    most_turns: int
    tracker_url: str
    counters: Counters


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
    earlier = _Earlier(office.transcript, conversation)
    for turn in earlier.recent[-_REMEMBERED_TICKETS:]:
        if ticket and turn.ticket == ticket:
            return turn
    spoken = _spoken(earlier.recent, language)
    sent, said = _understood(cleaned, earlier, spoken, office.library)
    if earlier.has(office.most_turns):
        return Turn(said, (_enough(sent, office.library, spoken),), ticket)
    # What goes to Rasa is the value of a choice; the page shows its label.
    typed = sent == said
    turn = Turn(said, tuple(_ask(office, conversation, sent, (language, spoken), earlier)), ticket, typed=typed)
    _count(turn, sent, office.library)
    # Before this turn is stored, and is itself an earlier one.
    happened = happenings(earlier.all if needs_all(earlier.recent, turn) else earlier.recent, turn)
    if forgets(turn):
        _forget_at_rasa(office, conversation)
    try:
        office.transcript.add(conversation.sender, turn, prescreen_turns(earlier.all) if forgets(turn) else ())
    except SQLAlchemyError:
        # The person gets the answer all the same; only the page cannot show it again later. Nor is it counted: a
        # database that is locked would let the person wait a second time.
        log.exception("a turn could not be stored")
    else:
        office.counters.add(happened)
    return turn


def _spoken(recent: Sequence[Turn], page: str) -> str:
    """The language in which the site itself speaks: somebody may write another one on a Dutch page."""
    last = recent[-1].language if recent else None
    return last if last in texts.PAGE_LANGUAGES and page == texts.DEFAULT_LANGUAGE else page


def _count(turn: Turn, sent: str, library: Library) -> None:
    """Count what kind of answer was given, and whether somebody in danger was answered with help."""
    kinds = [reply.kind for reply in turn.replies]
    metrics.TURNS.labels(kinds[0] if kinds else "none").inc()
    if payloads.payload_of(sent) is None and library.alarm(sent, texts.DEFAULT_LANGUAGE):
        metrics.ALARMS.labels(metrics.ANSWERED if "safety" in kinds else metrics.MISSED).inc()


class _Earlier:
    """The turns so far. A message needs the last ones only; a long conversation is not opened as a whole each time."""

    def __init__(self, transcript: Transcript, conversation: Conversation) -> None:
        """Read the last turns."""
        self._transcript = transcript
        self._conversation = conversation
        self.recent = earlier_turns(transcript, conversation, _RECENT_TURNS) or []

    def has(self, turns: int) -> bool:
        """Whether there are this many; a database that cannot be read stops nobody."""
        if len(self.recent) < min(turns, _RECENT_TURNS):
            return False
        try:
            return self._transcript.length(self._conversation.sender) >= turns
        except SQLAlchemyError:
            return False

    @cached_property
    def all(self) -> list[Turn]:
        """All turns, read when they are asked for."""
        return earlier_turns(self._transcript, self._conversation) or self.recent


def earlier_turns(transcript: Transcript, conversation: Conversation, last: int | None = None) -> list[Turn] | None:
    """The stored turns, or the last few of them; None when the database cannot be read."""
    try:
        return transcript.turns(conversation.sender, last)
    except SQLAlchemyError:
        log.exception("the conversation could not be read")
        return None


def _understood(cleaned: str, earlier: _Earlier, language: str, library: Library) -> tuple[str, str]:
    """What goes to Rasa, and what the page shows as said."""
    label = _label_of(cleaned, earlier.recent)
    payload = payloads.payload_of(cleaned) if label is None else None
    if payload:
        label = _label_of(cleaned, earlier.all)
        if label is None:
            return payloads.canonical(*payload), _in_words(*payload, language, library)
    if label is not None:
        return cleaned, label
    masked = mask(payloads.without_slash(cleaned), datetime.now(UTC).date()) or "?"
    return masked, masked


def _label_of(value: str, turns: Sequence[Turn]) -> str | None:
    """The words on the choice with this value that was offered last."""
    offered = {choice.value: choice.label for turn in turns for reply in turn.replies for choice in reply.choices}
    return offered.get(value)


def _in_words(intent: str, values: Mapping[str, str], language: str, library: Library) -> str:
    """How the page shows a choice that it did not offer in this conversation itself."""
    content = library.content()
    topic = content.topics.get(values.get("topic", "")) if content else None
    if topic:
        return topic.question.get(language) or topic.question["nl"]
    return texts.text(f"payloads.{intent}", language)


def _ask(
    office: Office, conversation: Conversation, sent: str, languages: tuple[str, str], earlier: _Earlier
) -> list[BotMessage]:
    """The answers to a message; `languages` are that of the page and the one that was spoken last."""
    language, spoken = languages
    try:
        return office.rasa.send(conversation.sender, sent, language)
    except ChatUnavailable:
        metrics.FALLBACKS.inc()
        links = [reply.intake_url for turn in earlier.all for reply in turn.replies if reply.intake_url]
        return answer_without_rasa(sent, office.library, spoken, links[-1] if links else None)


def _enough(sent: str, library: Library, language: str) -> BotMessage:
    """What somebody hears whose conversation is as long as one may be: what to do, or in danger where to get help."""
    danger = None if payloads.payload_of(sent) else library.alarm(sent, language)
    if danger:
        return BotMessage(text=danger.text, kind="safety", language=danger.language)
    return BotMessage(text=texts.text("chat.too_many_turns", language), kind="refusal", language=language)


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
    person.erase_conversation(parts.engine, parts.settings.tracker_url, conversation.sender)
