"""Erases conversations, whole or in part, from Rasa's tracker store, which Rasa itself offers no way to do."""

from __future__ import annotations

from sqlalchemy import Integer, column, delete, func, inspect, select, table
from sqlalchemy.sql import Delete

from bot.database import empty_log, make_engine

# Rasa's SQL tracker store keeps every event of every conversation in this one table.
_EVENTS = table("events", column("id", Integer), column("sender_id"), column("intent_name"))


def erase_tracker(tracker_url: str, sender: str) -> int:
    """Delete all events of a conversation from the tracker store; gives how many there were.

    Raises:
        SQLAlchemyError: when the store cannot be reached.
    """
    return _erase(tracker_url, delete(_EVENTS).where(_EVENTS.c.sender_id == sender))


def forget_prescreen(tracker_url: str, sender: str) -> int:
    """Delete what was said since the pre-screen first began; gives how many events there were.

    For someone who stops: nothing of the answers stays. Rasa rebuilds its state from the events that are left, so
    the conversation goes on as if the pre-screen had not begun.

    Raises:
        SQLAlchemyError: when the store cannot be reached.
    """
    begun = (
        select(func.min(_EVENTS.c.id))
        .where(_EVENTS.c.sender_id == sender, _EVENTS.c.intent_name == "start_prescreen")
        .scalar_subquery()
    )
    return _erase(tracker_url, delete(_EVENTS).where(_EVENTS.c.sender_id == sender, _EVENTS.c.id >= begun))


def _erase(tracker_url: str, statement: Delete) -> int:
    engine = make_engine(tracker_url)
    try:
        with engine.begin() as connection:
            # No table yet: nobody has talked to Rasa so far.
            if not inspect(connection).has_table(_EVENTS.name):
                return 0
            erased = int(connection.execute(statement).rowcount)
        empty_log(engine)
        return erased
    finally:
        engine.dispose()
