"""Empty databases for tests: a file of SQLite, or a schema of its own in PostgreSQL where one is given."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.database import make_engine

POSTGRES = os.environ.get("STAMCELWIJZER_TEST_POSTGRES", "")
KINDS = ("sqlite", "postgresql")
on_both = pytest.mark.parametrize("office", KINDS, indirect=True)
"""Marks tests of the desk that run on both kinds of database."""


@contextmanager
def postgres_schema() -> Iterator[str]:
    """The URL of an empty schema, which is dropped afterwards; skips the test where there is no PostgreSQL."""
    if not POSTGRES:
        pytest.skip("no PostgreSQL: set STAMCELWIJZER_TEST_POSTGRES to an SQLAlchemy URL")
    schema = f"test_{secrets.token_hex(6)}"
    admin = make_engine(POSTGRES)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    url = make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={schema}"})
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        with admin.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        admin.dispose()
