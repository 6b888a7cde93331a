"""Deletes what is past its term, following the table of `bot.privacy.terms`: conversations, drafts of staff, logs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Integer, Table, and_, case, column, delete, func, inspect, or_, select, table
from sqlalchemy.engine import Engine
from sqlalchemy.sql import Select

from bot.contact.tables import AskedRow, CallbackRow, RatingRow
from bot.database import empty_log, session_scope
from bot.privacy.terms import DRAFT_DAYS, KINDS
from bot.settings import Settings

BATCH = 500
# Events are looked at in pieces of so many batches: of a large table no single statement takes long, and none of them
# comes past what was deleted before.
_LOOKS = 10

# Rasa's SQLTrackerStore keeps every event of every conversation in this one table.
_EVENTS = table("events", column("id", Integer), column("sender_id"), column("type_name"), column("timestamp"))


@dataclass(frozen=True)
class Stores:
    """Where data is kept: the database, Rasa's tracker store, the folder with logs."""

    database: Engine
    tracker: Engine
    logs: Path


def delete_old_events(engine: Engine, now: datetime, days: int, batch: int = BATCH) -> int:
    """Delete what Rasa remembers of earlier than `days` ago; returns how many events.

    The running session of a conversation stays whole as long as it is in use, because Rasa rebuilds its state
    from all its events.
    """
    limit = (now - timedelta(days=days)).timestamp()
    if not inspect(engine).has_table(_EVENTS.name):
        return 0
    total, after = 0, 0
    while True:
        with engine.begin() as connection:
            piece = select(_EVENTS.c.id).where(_EVENTS.c.id > after).order_by(_EVENTS.c.id).limit(_LOOKS * batch)
            until = connection.execute(select(func.max(piece.subquery().c.id))).scalar()
            old = [] if until is None else list(connection.execute(_old_events(after, until, limit)).scalars())
        for first in range(0, len(old), batch):
            with engine.begin() as connection:
                connection.execute(delete(_EVENTS).where(_EVENTS.c.id.in_(old[first : first + batch])))
        total += len(old)
        if until is None:
            break
        after = until
    if total:
        empty_log(engine)
    return total


def _old_events(after: int, until: int, limit: float) -> Select:
    """Which events after one id, up to another, are earlier than the limit and not of a session that is in use."""
    here = and_(_EVENTS.c.id > after, _EVENTS.c.id <= until, _EVENTS.c.timestamp < limit)
    other = _EVENTS.alias("other")
    conversations = (
        select(
            other.c.sender_id,
            func.max(other.c.timestamp).label("last_event"),
            func.max(case((other.c.type_name == "session_started", other.c.id))).label("session_start"),
        )
        .where(other.c.sender_id.in_(select(_EVENTS.c.sender_id).where(here)))
        .group_by(other.c.sender_id)
        .subquery()
    )
    return (
        select(_EVENTS.c.id)
        .join(conversations, conversations.c.sender_id == _EVENTS.c.sender_id)
        .where(here, or_(conversations.c.last_event < limit, _EVENTS.c.id < conversations.c.session_start))
        .order_by(_EVENTS.c.id)
    )


def delete_old_turns(engine: Engine, now: datetime, days: int, batch: int = BATCH) -> int:
    """Delete turns of conversations on the patient site of earlier than `days` ago; returns how many."""
    from bot.patient.tables import ConversationMessage

    row = ConversationMessage.__table__
    old = select(row.c.id).where(row.c.created_at < now - timedelta(days=days)).limit(batch)
    return _delete_in_batches(engine, row.name, old, lambda ids: delete(row).where(row.c.id.in_(ids)))


def delete_old_drafts(engine: Engine, now: datetime, days: int = DRAFT_DAYS, batch: int = BATCH) -> int:
    """Delete what staff typed, never saved and never came back for; returns how many forms."""
    from bot.signups.tables import DraftRow

    row = DraftRow.__table__
    old = select(row.c.id).where(row.c.at < now - timedelta(days=days)).limit(batch)
    return _delete_in_batches(engine, row.name, old, lambda ids: delete(row).where(row.c.id.in_(ids)))


def erase_finished_signups(engine: Engine, now: datetime, days: int, batch: int = BATCH) -> int:
    """Erase sign-ups that came in a final state more than `days` ago, as the person could; returns how many.

    The bare row stays for the counts, and the audit trail tells that it was the term that erased it.
    """
    from bot.signups import service
    from bot.signups.audit import SYSTEM, Purpose
    from bot.signups.tables import SignUpRow
    from bot.signups.workflow import FINAL

    done = SignUpRow.state.in_([state.value for state in FINAL])
    old = select(SignUpRow.id).where(done, SignUpRow.erased_at.is_(None), SignUpRow.state_since < now - timedelta(days))
    erased, after = 0, 0
    while True:
        with session_scope(engine) as session:
            ids = session.execute(old.where(SignUpRow.id > after).order_by(SignUpRow.id).limit(batch)).scalars().all()
        for signup_id in ids:
            try:
                with session_scope(engine) as session:
                    service.erase(session, signup_id, now, actor=SYSTEM, purpose=Purpose.RETENTION)
                erased += 1
            except (service.NotFound, service.Conflict):
                # Somebody is at it at this moment: the next turn sees what became of it.
                continue
        if not ids:
            break
        after = ids[-1]
    if erased:
        empty_log(engine)
    return erased


def delete_old_callbacks(engine: Engine, now: datetime, days: int, batch: int = BATCH) -> int:
    """Delete requests to be called back, done or not, of earlier than `days` ago; returns how many."""
    return _delete_older(engine, CallbackRow.__table__, now, days, batch)


def delete_old_ratings(engine: Engine, now: datetime, days: int, batch: int = BATCH) -> int:
    """Delete what people said about answers earlier than `days` ago; returns how many ratings."""
    return _delete_older(engine, RatingRow.__table__, now, days, batch)


def delete_old_questions(engine: Engine, now: datetime, days: int, batch: int = BATCH) -> int:
    """Delete questions that people let us keep earlier than `days` ago, dealt with or not; returns how many."""
    return _delete_older(engine, AskedRow.__table__, now, days, batch)


def _delete_older(engine: Engine, row: Table, now: datetime, days: int, batch: int) -> int:
    old = select(row.c.id).where(row.c.created_at < now - timedelta(days=days)).limit(batch)
    return _delete_in_batches(engine, row.name, old, lambda ids: delete(row).where(row.c.id.in_(ids)))


def delete_old_logs(folder: Path, now: datetime, days: int) -> int:
    """Delete log files in which nothing was written for `days` days; returns how many."""
    old = [path for path in folder.glob("*.log*") if path.stat().st_mtime < (now - timedelta(days=days)).timestamp()]
    for path in old:
        path.unlink()
    return len(old)


# What deletes each kind of data of `bot.privacy.terms` that has a term; gives how many rows or files it deleted.
DELETIONS: Mapping[str, Callable[[Stores, datetime, int], int]] = {
    "conversations": lambda stores, now, days: (
        delete_old_events(stores.tracker, now, days) + delete_old_turns(stores.database, now, days)
    ),
    "signups": lambda stores, now, days: erase_finished_signups(stores.database, now, days),
    "drafts": lambda stores, now, days: delete_old_drafts(stores.database, now, days),
    "callbacks": lambda stores, now, days: delete_old_callbacks(stores.database, now, days),
    "ratings": lambda stores, now, days: delete_old_ratings(stores.database, now, days),
    "asked": lambda stores, now, days: delete_old_questions(stores.database, now, days),
    "logs": lambda stores, now, days: delete_old_logs(stores.logs, now, days),
}


def delete_what_is_past_its_term(stores: Stores, settings: Settings, now: datetime) -> dict[str, int]:
    """Follow the table of terms: per kind of data with a term, how many rows or files were deleted."""
    deleted = {}
    for kind in KINDS:
        days = kind.days(settings)
        if days is not None:
            deleted[kind.id] = DELETIONS[kind.id](stores, now, days)
    return deleted


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
        empty_log(engine)
    return total
