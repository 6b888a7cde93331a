"""Rasa tracker store that seals what was said: an SQL store whose event data is encrypted.

Named in `endpoints.yml`. Only what Rasa needs to find events (conversation, kind, time) is readable in the
database; the conversation id itself is a keyed hash that the site makes.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeMeta, declarative_base, sessionmaker

from bot import settings as project_settings
from bot.database import make_engine
from bot.dialogue import model_switch
from bot.dialogue.logs import keep_values_out
from bot.dialogue.recent import recent_events
from bot.signups.encryption import EncryptedText, use_keys
from bot.watching import endpoint
from bot.watching.metrics import SAVE_SECONDS, SAVES

# Conversations kept in memory between two messages: those that go on at the same time.
KEPT = 200


class StoredTracker(DialogueStateTracker):  # type: ignore[misc]
    """A tracker that knows how many of its events the store has, and copies its state.

    Rasa copies a tracker for every action, by replaying all its events on new slots.
    """

    stored: int = 0

    def init_copy(self) -> StoredTracker:
        """A tracker of the same conversation at its very beginning."""
        made = self._without_slots()
        made.slots = {name: _copied(slot) for name, slot in self.slots.items()}
        made._reset_slots()
        return made

    def copy(self) -> StoredTracker:
        """A tracker in the same state, that changes by itself from now on."""
        made = self._without_slots()
        made.slots = {name: _copied(slot) for name, slot in self.slots.items()}
        made.events = self.events.copy()
        made.stored = self.stored
        made._paused = self._paused
        made.followup_action = self.followup_action
        made.latest_action = self.latest_action
        made.latest_message = self.latest_message
        made.latest_bot_utterance = self.latest_bot_utterance
        made.active_loop = replace(self.active_loop) if self.active_loop else None
        return made

    def _without_slots(self) -> StoredTracker:
        return StoredTracker(self.sender_id, (), self._max_event_history, is_rule_tracker=self.is_rule_tracker)


class SealedTrackerStore(SQLTrackerStore):
    """Rasa's own SQL store with another column type for the events, and a memory.

    The memory saves reading and opening what this process wrote a moment ago. The database decides: a conversation
    whose last event there is not the last one in memory is read anew.
    """

    Base: DeclarativeMeta = declarative_base()
    engine: Engine

    class SQLEvent(Base):  # type: ignore[misc, valid-type]
        """One event of a conversation, with the columns that Rasa's store expects."""

        __tablename__ = "events"

        id = sa.Column(sa.Integer, primary_key=True)
        sender_id = sa.Column(sa.String(255), nullable=False, index=True)
        type_name = sa.Column(sa.String(255), nullable=False)
        timestamp = sa.Column(sa.Float)
        intent_name = sa.Column(sa.String(255))
        action_name = sa.Column(sa.String(255))
        data = sa.Column(EncryptedText)

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        """Open the store at the database URL `host`.

        Raises:
            EncryptionError: when the installation has no keys.
        """
        # Rasa opens its tracker store before it handles any message.
        keep_values_out()
        settings = project_settings.load()
        endpoint.begin(settings)
        model_switch.begin()
        super().__init__(domain=domain, host=host, event_broker=event_broker)
        # Rasa has waited for the database and made the table; the project's engine keeps its connections open.
        self.engine.dispose()
        self.engine = make_engine(str(host))
        self.sessionmaker = sessionmaker(bind=self.engine, future=True)
        use_keys(self.engine, settings.keys)
        self._memory: OrderedDict[str, StoredTracker] = OrderedDict()
        table = self.SQLEvent.__table__
        self._last_event = (
            sa.select(table.c.timestamp)
            .where(table.c.sender_id == sa.bindparam("sender"))
            # Not plainly by id: PostgreSQL could then look for the conversation from the newest event of all backwards,
            # which for a new one is through the whole table.
            .order_by((table.c.id + 0).desc())
            .limit(1)
        )

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The recent part of a conversation, or None when there is none of that name."""
        # Taken out: a turn that fails halfway leaves nothing behind, and the next one reads the database.
        known, last = self._memory.pop(sender_id, None), self._last(sender_id)
        if last is None:
            # Rasa's way of reading takes long to find out that there is nothing.
            return None
        if known is not None and last == known.events[-1].timestamp:
            return self._recent(known)
        found = await super().retrieve(sender_id)
        return None if found is None else self._recent(found)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the events that are new, all in one statement; counted and timed."""
        with SAVE_SECONDS.time():
            await self._save(tracker)
        SAVES.inc()

    async def _save(self, tracker: DialogueStateTracker) -> None:
        if not isinstance(tracker, StoredTracker):
            # One that Rasa made. That of a new conversation is remembered as well, others are added to what there is.
            if self._last(tracker.sender_id) is not None:
                await super().save(tracker)
                return
            tracker = self._remembered(tracker.sender_id, list(tracker.events), stored=0)
        await self.stream_events(tracker)
        new = list(tracker.events)[tracker.stored :]
        if new:
            with self.engine.begin() as connection:
                connection.execute(sa.insert(self.SQLEvent.__table__), [_row(tracker.sender_id, one) for one in new])
        tracker.stored = len(tracker.events)
        if tracker.events:
            self._memory[tracker.sender_id] = tracker
        while len(self._memory) > KEPT:
            self._memory.popitem(last=False)

    def _last(self, sender_id: str) -> float | None:
        """When the last stored event of a conversation was, or None without any."""
        with self.engine.connect() as connection:
            found: float | None = connection.execute(self._last_event, {"sender": sender_id}).scalar()
            return found

    def _recent(self, tracker: DialogueStateTracker) -> StoredTracker:
        """The tracker itself as long as it is short, else one of its recent events."""
        events = list(tracker.events)
        left = recent_events(events, self.domain.slots)
        if isinstance(tracker, StoredTracker) and len(left) == len(events):
            return tracker
        return self._remembered(tracker.sender_id, left, stored=len(left))

    def _remembered(self, sender_id: str, events: list[Event], stored: int) -> StoredTracker:
        made: StoredTracker = StoredTracker.from_events(sender_id, events, self.domain.slots)
        made.stored = stored
        return made


def _copied(slot: Slot) -> Slot:
    """As `copy.copy` does, several times as quick; a slot has nothing but its attributes."""
    made: Slot = object.__new__(type(slot))
    made.__dict__.update(slot.__dict__)
    return made


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    """The columns of an event, as Rasa's store fills them."""
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }
