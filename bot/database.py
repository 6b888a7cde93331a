"""The relational database: one declarative base, engines and short-lived sessions. Nothing connects at import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, declarative_base

Base: Any = declarative_base()


def make_engine(url: str) -> Engine:
    """An engine for a database URL (SQLite or PostgreSQL), with the settings the project relies on."""
    if url.startswith("sqlite"):
        engine = create_engine(url, future=True, connect_args={"timeout": 15})
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    return create_engine(url, future=True, pool_pre_ping=True)


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
