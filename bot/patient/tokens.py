"""Conversation tokens: unguessable, recognisable as our own, and of no use to who only reads a database.

A token is random text with a seal. The name under which the conversation is stored, and which Rasa sees as sender,
is derived from the token with a secret key, so neither database holds anything that opens a conversation.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from bot.signups.encryption import KeyRing

_RANDOM_BYTES = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}\.[0-9a-f]{32}", re.ASCII)
_SEAL, _NAME = "conversation-token", "conversation-sender"


@dataclass(frozen=True)
class Conversation:
    """A conversation someone has the token of.

    Attributes:
        token: what the browser keeps.
        sender: the name under which it is stored and known to Rasa.
    """

    token: str
    sender: str


class ConversationTokens:
    """Issues conversation tokens and recognises them, also those issued under an older key."""

    def __init__(self, ring: KeyRing) -> None:
        """Take the project's keys."""
        self._secrets = list(zip(ring.secrets(_SEAL), ring.secrets(_NAME), strict=True))

    def issue(self) -> Conversation:
        """A new conversation."""
        body = secrets.token_urlsafe(_RANDOM_BYTES)
        seal, name = self._secrets[0]
        token = f"{body}.{_keyed_hash(seal, body)[:32]}"
        return Conversation(token, _keyed_hash(name, token)[:40])

    def recognise(self, token: str | None) -> Conversation | None:
        """The conversation of a token, or None when we never issued that token."""
        if not token or not _TOKEN.fullmatch(token):
            return None
        body, _, given = token.partition(".")
        for seal, name in self._secrets:
            # The key that sealed the token also names the conversation, so a new key changes nothing for old ones.
            if hmac.compare_digest(given, _keyed_hash(seal, body)[:32]):
                return Conversation(token, _keyed_hash(name, token)[:40])
        return None


def _keyed_hash(secret: bytes, text: str) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
