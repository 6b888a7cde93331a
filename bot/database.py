"""The relational database: one declarative base, engines and short-lived sessions. Nothing connects at import."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, create_engine, event, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, declarative_base
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

from bot.settings import Settings

log = logging.getLogger(__name__)

_POSTGRES_LIMITS = "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=60000"
# A machine that is gone without a word is found out within half a minute.
_POSTGRES_LOST = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
Base: Any = declarative_base()
_SQLITE_WAIT_SECONDS = 15
# Waiting for one of this process's own connections: a page has kind words for an error, none for silence.
_POOL_SECONDS = 5


class UtcDateTime(TypeDecorator):
    """A moment, always with time zone and in UTC: SQLite keeps no zone and PostgreSQL gives back the server's."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To UTC on the way in. Raises ValueError for a moment without time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """In UTC on the way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def make_engine(url: str, postgres_options: str = "") -> Engine:
    """An engine for a database URL (SQLite or PostgreSQL), with the settings the project relies on.

    Args:
        url: where the database is.
        postgres_options: for its sessions at PostgreSQL; they take precedence over those of the project and the URL.
    """
    # Error messages end up in logs: they must not show the values of a statement.
    if url.startswith("sqlite"):
        engine = create_engine(url, future=True, hide_parameters=True, **_sqlite_pool(url))
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    # A database that hangs must not hold a page for ever: the site has kind words for an error, none for silence.
    own = make_url(url).query.get("options", "")
    limits = {"options": f"{_POSTGRES_LIMITS} {own} {postgres_options}", **_POSTGRES_LOST}
    engine = create_engine(
        url,
        future=True,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=_POOL_SECONDS,
        connect_args=limits,
    )
    # Here and not at the top: an installation on SQLite needs no driver for PostgreSQL.
    from bot.postgres import be_patient

    be_patient(engine)
    return engine


def _sqlite_pool(url: str) -> dict[str, Any]:
    """Connections to a file stay open, also from one thread to another: opening and closing one takes a millisecond."""
    wait = {"timeout": _SQLITE_WAIT_SECONDS}
    if make_url(url).database in {None, "", ":memory:"}:
        return {"connect_args": wait}
    return {"poolclass": QueuePool, "pool_timeout": _POOL_SECONDS, "connect_args": {**wait, "check_same_thread": False}}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # Readers never wait for the writer, which lets several processes share the file.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # An erased sign-up must not stay behind in free pages of the file.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


@contextmanager
def session_scope(engine: Engine) -> Iterator[Session]:
    """A session that commits at the end, rolls back on an exception, and is always closed."""
    with Session(engine, future=True) as session:
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


def outlive_power_cut(engine: Engine) -> None:
    """After a commit that somebody relies on from now on: let it be on the disk itself before they are told.

    PostgreSQL does so by itself. SQLite, as it is set up here, leaves to the system when its log reaches the disk: a
    commit outlives a process that is killed but maybe not a power cut.

    Raises:
        OSError: when the disk does not take it.
    """
    file = engine.url.database
    if engine.dialect.name != "sqlite" or file in {None, "", ":memory:"}:
        return
    try:
        descriptor = os.open(f"{file}-wal", os.O_RDONLY)
    except FileNotFoundError:
        # Whoever closed the database last wrote the log into it, and that does reach the disk.
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def empty_log(engine: Engine) -> None:
    """After a deletion: write SQLite's log into the file, where deleted rows are overwritten, and empty it.

    Does as much as it can while others read; what is left goes with the next one.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            # Whoever is reading for long is not waited for as long as usual: a person waits for this page.
            connection.execute(text("PRAGMA busy_timeout=1000"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            connection.execute(text(f"PRAGMA busy_timeout={_SQLITE_WAIT_SECONDS * 1000}"))


def open_database(settings: Settings, must_answer: bool = True) -> Engine:
    """The engine of the settings' database, migrated to the newest revision and with its encryption keys.

    Args:
        settings: where the database is, and the keys.
        must_answer: False for a web site, which starts without its database too: its pages say kindly that there is a
            problem, and `/health` says which.

    Raises:
        EncryptionError: when there are no usable keys, with what to do about it.
        SQLAlchemyError: when the database must answer and does not.
    """
    # Here and not at the top: both modules need this one.
    from bot.migrations import upgrade
    from bot.signups.encryption import use_keys

    engine = make_engine(settings.database_url)
    use_keys(engine, settings.keys)
    try:
        upgrade(engine)
    except SQLAlchemyError:
        if must_answer:
            raise
        log.exception("the database cannot be prepared")
    return engine
