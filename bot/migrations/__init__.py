"""Database migrations: `upgrade` brings a database to the newest revision."""

from __future__ import annotations

import importlib
import logging
import pkgutil
import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

import bot
from bot.database import Base

log = logging.getLogger(__name__)

_FOLDER = Path(__file__).resolve().parent
# Any fixed number will do: processes of this project that migrate at once wait for each other on it.
_LOCK = 5_113_000_817
# How often a migration asks for a table that somebody else is busy with, and the seconds in between, in which those
# who came after it have their turn.
ATTEMPTS = 12
PAUSE = 5.0


def upgrade(engine: Engine, revision: str = "head", pause: Callable[[float], None] = time.sleep) -> None:
    """Bring the database to a revision, the newest if none is given, in one transaction.

    Safe to call twice and from many processes. At PostgreSQL a migration takes as long as it needs, but nobody waits
    long behind it for a table that somebody else is busy with, such as a back-up: it lets go and tries again.

    Args:
        engine: of the database.
        revision: which one.
        pause: waits this many seconds before the next attempt.

    Raises:
        OperationalError: when the database cannot be used, or somebody kept a table busy all the time.
    """
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    newest = {one.revision for one in ScriptDirectory.from_config(config).get_revisions(revision)}
    with engine.connect() as connection:
        if set(MigrationContext.configure(connection).get_current_heads()) == newest:
            return
    for left in reversed(range(ATTEMPTS)):
        try:
            _migrate(engine, config, revision)
            return
        except OperationalError as error:
            if not (left and engine.dialect.name == "postgresql" and _is_lock_refused(error)):
                raise
        log.warning("a migration waits for a table that somebody else is busy with")
        pause(PAUSE)


def _migrate(engine: Engine, config: Config, revision: str) -> None:
    with engine.connect() as connection:
        _wait_for_turn(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def _is_lock_refused(error: OperationalError) -> bool:
    # Here and not at the top: an installation on SQLite needs no driver for PostgreSQL.
    from bot.postgres import is_lock_refused

    return is_lock_refused(error)


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        from bot.postgres import take_time

        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        take_time(connection)
    else:
        # The driver would begin a transaction at the first change only, and none for a change of the schema.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def metadata() -> MetaData:
    """The tables of all parts: every module named `tables` under `bot` is loaded."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)
    tables: MetaData = Base.metadata
    return tables
