"""Rasa tracker store that seals what was said: an SQL store whose event data is encrypted.

Named in `endpoints.yml`. Only what Rasa needs to find events (conversation, kind, time) is readable in the
database; the conversation id itself is a keyed hash that the site makes.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from sqlalchemy.orm import DeclarativeMeta, declarative_base

from bot import settings as project_settings
from bot.database import prepare_connections
from bot.dialogue.logs import keep_values_out
from bot.signups.encryption import EncryptedText, use_keys


class SealedTrackerStore(SQLTrackerStore):
    """Rasa's own SQL store with another column type for the events."""

    Base: DeclarativeMeta = declarative_base()

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
        super().__init__(domain=domain, host=host, event_broker=event_broker)
        prepare_connections(self.engine)
        use_keys(self.engine, project_settings.load().keys)
