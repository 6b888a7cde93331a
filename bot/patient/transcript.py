"""The conversation as the page shows it, stored turn by turn, encrypted.

A turn is what the person sent together with every answer to it, in one row: either both are stored or neither.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import Text, bindparam, delete, func, insert, select, type_coerce
from sqlalchemy.engine import Engine

from bot.patient.messages import BotMessage, from_json
from bot.patient.tables import ConversationMessage
from bot.signups.encryption import COLUMNS, KeyRing

log = logging.getLogger(__name__)

# Turns kept open in memory between two messages: those of conversations that go on at the same time.
_KEPT_OPEN = 1_000
_TABLE = ConversationMessage.__table__
# Made once: putting a statement together takes longer than running it.
_ALL = (
    # Read sealed: one row that cannot be opened must not hide the others.
    select(_TABLE.c.id, type_coerce(_TABLE.c.turn, Text))
    .where(_TABLE.c.conversation == bindparam("of"))
    .order_by(_TABLE.c.id.desc())
)
_LAST = _ALL.limit(bindparam("last"))
_LENGTH = select(func.count()).where(_TABLE.c.conversation == bindparam("of"))
_ADD = insert(_TABLE)


@dataclass(frozen=True)
class Turn:
    """One exchange.

    Attributes:
        said: what the person sent, masked, in the words the page shows.
        replies: the answers, in order.
        ticket: random mark of the form that sent it; the same mark again is the same message again.
        id: its number in the database, or None when it is not stored.
        typed: whether the person typed it; otherwise it was a choice.
    """

    said: str
    replies: tuple[BotMessage, ...]
    ticket: str | None = None
    id: int | None = None
    typed: bool = False

    @property
    def language(self) -> str | None:
        """The language of the answers, if any tells it."""
        return next((reply.language for reply in self.replies if reply.language), None)


class Transcript:
    """Reads and writes turns. The database says what there is, so any process can continue any conversation.

    What was opened a moment ago is remembered with how it was sealed: a conversation's last turns are read at every
    message, and opening them takes longer than reading them.
    """

    def __init__(self, engine: Engine, ring: KeyRing) -> None:
        """Take the database, whose engine has its keys, and those keys."""
        self._engine = engine
        self._ring = ring
        self._opened = lru_cache(_KEPT_OPEN)(self._open)

    def turns(self, conversation: str, last: int | None = None) -> list[Turn]:
        """The turns of a conversation, oldest first. Turns that no key opens any more are left out.

        Args:
            conversation: whose turns.
            last: how many of the newest; all when absent.

        Raises:
            SQLAlchemyError: when the database cannot be read.
        """
        with self._engine.connect() as connection:
            if last is None:
                rows = connection.execute(_ALL, {"of": conversation}).all()
            else:
                rows = connection.execute(_LAST, {"of": conversation, "last": last}).all()
        # All turns at once are read seldom, and would push out those that are read often.
        open_one = self._open if last is None else self._opened
        opened = (open_one(number, sealed, conversation) for number, sealed in reversed(rows))
        return [turn for turn in opened if turn is not None]

    def length(self, conversation: str) -> int:
        """How many turns are stored of a conversation. Raises SQLAlchemyError when the database cannot be read."""
        with self._engine.connect() as connection:
            return int(connection.execute(_LENGTH, {"of": conversation}).scalar_one())

    def add(self, conversation: str, turn: Turn, forget: Collection[int] = ()) -> None:
        """Store a turn and delete others, in one transaction.

        Args:
            conversation: whose turn it is.
            turn: what to store.
            forget: numbers of earlier turns that the person does not want to be kept.

        Raises:
            SQLAlchemyError: when the database cannot.
        """
        plain = {
            # Sealed with the conversation's name inside, so that no row can be moved to another conversation.
            "conversation": conversation,
            "said": turn.said,
            "ticket": turn.ticket,
            "typed": turn.typed,
            "replies": [reply.as_json() for reply in turn.replies],
        }
        row = {"conversation": conversation, "created_at": datetime.now(UTC), "turn": plain}
        with self._engine.begin() as connection:
            if forget:
                connection.execute(delete(_TABLE).where(_TABLE.c.conversation == conversation, _TABLE.c.id.in_(forget)))
            connection.execute(_ADD, row)

    def _open(self, number: int, sealed: str, conversation: str) -> Turn | None:
        try:
            plain: dict[str, Any] = json.loads(self._ring.fernet(COLUMNS).decrypt(sealed))
        except (InvalidToken, ValueError):
            log.error("a stored turn cannot be opened with the present keys; it is left out")
            return None
        if plain.get("conversation") != conversation:
            log.error("a stored turn belongs to another conversation; it is left out")
            return None
        replies = tuple(from_json(reply) for reply in plain["replies"])
        return Turn(plain["said"], replies, plain.get("ticket"), number, plain.get("typed", False))
