"""Deletes conversations that are past their term: from Rasa's tracker store and from the site's transcripts.

Sign-ups have their own terms; they are not touched here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Integer, column, delete, func, inspect, or_, select, table, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql import Select

BATCH = 500

# Rasa's SQLTrackerStore keeps every event of every conversation in this one table.
_EVENTS = table("events", column("id", Integer), column("sender_id"), column("type_name"), column("timestamp"))


def delete_old_events(engine: Engine, now: datetime, days: int, batch: int = BATCH) -> int:
    """Delete what Rasa remembers of earlier than `days` ago; returns how many events.

    The running session of a conversation stays whole as long as it is in use, because Rasa rebuilds its state
    from all its events.
    """
    limit = (now - timedelta(days=days)).timestamp()
    other = _EVENTS.alias("other")
    last_event = select(func.max(other.c.timestamp)).where(other.c.sender_id == _EVENTS.c.sender_id).scalar_subquery()
    session_start = (
        select(func.max(other.c.id))
        .where(other.c.sender_id == _EVENTS.c.sender_id, other.c.type_name == "session_started")
        .scalar_subquery()
    )
    old = (
        select(_EVENTS.c.id)
        .where(_EVENTS.c.timestamp < limit, or_(last_event < limit, _EVENTS.c.id < session_start))
        .limit(batch)
    )
    return _delete_in_batches(engine, "events", old, lambda ids: delete(_EVENTS).where(_EVENTS.c.id.in_(ids)))


def delete_old_turns(engine: Engine, now: datetime, days: int, batch: int = BATCH) -> int:
    """Delete turns of conversations on the patient site of earlier than `days` ago; returns how many."""
    from bot.patient.tables import ConversationMessage

    row = ConversationMessage.__table__
    old = select(row.c.id).where(row.c.created_at < now - timedelta(days=days)).limit(batch)
    return _delete_in_batches(engine, row.name, old, lambda ids: delete(row).where(row.c.id.in_(ids)))


def _delete_in_batches(engine: Engine, table_name: str, old: Select, statement: Callable[[list[int]], object]) -> int:
    """Delete in small transactions, so that nobody who is typing waits for a big one."""
    if not inspect(engine).has_table(table_name):
        return 0
    total = 0
    while True:
        with engine.begin() as connection:
            ids = list(connection.execute(old).scalars())
            if ids:
                connection.execute(statement(ids))  # type: ignore[call-overload]
        if not ids:
            break
        total += len(ids)
    if total:
        _empty_log(engine)
    return total


def _empty_log(engine: Engine) -> None:
    """Write SQLite's log into the file, where deleted rows are overwritten, and empty it."""
    if engine.dialect.name == "sqlite":
        connection: Connection
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
