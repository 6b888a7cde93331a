"""The hand-over from chat to intake form: answers sealed in an expiring, URL-safe token."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from cryptography.fernet import InvalidToken

from bot.languages import in_language
from bot.signups.encryption import KeyRing

Answers = Mapping[str, Mapping[str, str]]
"""Criterion id -> `{"option": option id, "outcome": met/not_met/unknown, "words": what the person said}`."""

_PURPOSE = "handover"
# Where the patients' site has the form in each language.
_FORM = {"nl": "/aanmelden", "en": "/en/sign-up"}
# Web servers accept request lines of some 4,000 characters; the rest of the address has to fit as well.
MAX_TOKEN_LENGTH = 3_000
_WORD_LIMITS = (400, 200, 100, 50, 0)
_CLOCK_SKEW = timedelta(minutes=5)


class HandoverInvalid(Exception):
    """The token was not made by us, was changed on the way, or was made with a key we no longer have."""


class HandoverExpired(Exception):
    """The token is ours but too old."""


@dataclass(frozen=True)
class Handover:
    """What the chat hands over.

    Attributes:
        id: unique; a second submit with the same id is the same sign-up.
        trial: trial id, for example `ram-ms`.
        answers: per criterion the option, its outcome and the person's words.
        language: language of the conversation, for example `nl`.
        conversation: id of the conversation, or None when the person does not want it linked.
        created_at: when the token was made, with time zone.
    """

    id: str
    trial: str
    answers: Answers
    language: str
    conversation: str | None
    created_at: datetime


def make_token(keys: Sequence[str], handover: Handover) -> str:
    """Seal a hand-over. Very long words of the person are cut so that the token always fits in an address.

    Raises:
        EncryptionError: when there are no usable keys.
        ValueError: when `created_at` has no time zone.
    """
    if handover.created_at.tzinfo is None:
        raise ValueError("a hand-over needs a time with time zone")
    fernet = KeyRing(keys).fernet(_PURPOSE)
    token = ""
    for limit in _WORD_LIMITS:
        token = fernet.encrypt(zlib.compress(_pack(handover, limit), 9)).decode("ascii").rstrip("=")
        if len(token) <= MAX_TOKEN_LENGTH:
            break
    return token


def intake_link(
    site_url: str,
    keys: Sequence[str],
    trial: str,
    answers: Answers,
    language: str,
    conversation: str | None,
    now: datetime,
) -> str:
    """The address of the intake form with these answers sealed in it; each is good for one sign-up.

    Raises:
        EncryptionError: when there are no usable keys.
    """
    kept = {criterion: dict(value) for criterion, value in answers.items()}
    handover = Handover(uuid4().hex, trial, kept, language, conversation, now)
    return f"{site_url}{in_language(_FORM, language)}/{make_token(keys, handover)}"


def read_token(keys: Sequence[str], token: str, max_age_hours: float, now: datetime) -> Handover:
    """Open a token.

    Raises:
        HandoverExpired: when it is older than `max_age_hours`.
        HandoverInvalid: when it cannot be trusted or read.
    """
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        handover = _unpack(zlib.decompress(KeyRing(keys).fernet(_PURPOSE).decrypt(padded)))
    except (InvalidToken, UnicodeEncodeError, zlib.error, ValueError, KeyError, TypeError, AttributeError):
        raise HandoverInvalid("this token cannot be opened") from None
    if handover.created_at > now + _CLOCK_SKEW:
        raise HandoverInvalid("this token comes from the future")
    if now - handover.created_at > timedelta(hours=max_age_hours):
        raise HandoverExpired("this token is too old")
    return handover


def _pack(handover: Handover, word_limit: int) -> bytes:
    answers = {
        criterion: [answer["option"], answer["outcome"], answer.get("words", "")[:word_limit]]
        for criterion, answer in handover.answers.items()
    }
    made = handover.created_at.astimezone(UTC).isoformat()
    content = [handover.id, handover.trial, answers, handover.language, handover.conversation, made]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _unpack(content: bytes) -> Handover:
    identity, trial, answers, language, conversation, made = json.loads(content)
    return Handover(
        id=identity,
        trial=trial,
        answers={criterion: _answer(*values) for criterion, values in answers.items()},
        language=language,
        conversation=conversation,
        created_at=datetime.fromisoformat(made),
    )


def _answer(option: str, outcome: str, words: str) -> dict[str, Any]:
    return {"option": option, "outcome": outcome, "words": words}
