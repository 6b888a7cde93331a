"""The production profile for tests: PostgreSQL, Redis and several chat processes, where the services are named.

`STAMCELWIJZER_TEST_POSTGRES` is the SQLAlchemy URL of a database whose user may make others, `STAMCELWIJZER_TEST_REDIS`
that of a Redis.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

POSTGRES = os.environ.get("STAMCELWIJZER_TEST_POSTGRES", "")
REDIS = os.environ.get("STAMCELWIJZER_TEST_REDIS", "")
CHAT_PROCESSES = 2


@contextlib.contextmanager
def new_database(purpose: str) -> Iterator[str]:
    """An empty PostgreSQL database of its own; gives its URL, and drops it afterwards with all its connections."""
    name = f"stamcelwijzer_{purpose}_{uuid.uuid4().hex[:12]}"
    admin = create_engine(POSTGRES, future=True, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()


@contextlib.contextmanager
def production() -> Iterator[dict[str, str]]:
    """Settings of an installation on PostgreSQL and Redis with several chat processes, without their prefix."""
    with new_database("content") as database, new_database("trackers") as trackers:
        yield {
            "DATABASE_URL": database,
            "TRACKER_URL": trackers,
            "REDIS_URL": REDIS,
            "CHAT_PROCESSES": str(CHAT_PROCESSES),
        }
