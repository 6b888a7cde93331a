"""Erases a conversation from Rasa's tracker store, which Rasa itself offers no way to do."""

from __future__ import annotations

from sqlalchemy import column, create_engine, delete, inspect, table
from sqlalchemy.pool import NullPool

# Rasa's SQLTrackerStore keeps every event of every conversation in this one table.
_EVENTS = table("events", column("sender_id"))


def erase_tracker(tracker_url: str, sender: str) -> int:
    """Delete all events of a conversation from Rasa's SQL tracker store; gives how many there were.

    Raises:
        SQLAlchemyError: when the store cannot be reached.
    """
    engine = create_engine(tracker_url, future=True, poolclass=NullPool)
    with engine.begin() as connection:
        # No table yet: nobody has talked to Rasa so far.
        if not inspect(connection).has_table(_EVENTS.name):
            return 0
        return int(connection.execute(delete(_EVENTS).where(_EVENTS.c.sender_id == sender)).rowcount)
