"""Database migrations: `upgrade` brings a database to the newest revision."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text
from sqlalchemy.engine import Connection, Engine

import bot
from bot.database import Base

_FOLDER = Path(__file__).resolve().parent
# Any fixed number will do: processes of this project that migrate at once wait for each other on it.
_LOCK = 5_113_000_817


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision, the newest if none is given, in one transaction.

    Safe to call twice and from many processes.
    """
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    newest = {one.revision for one in ScriptDirectory.from_config(config).get_revisions(revision)}
    with engine.connect() as connection:
        if set(MigrationContext.configure(connection).get_current_heads()) == newest:
            return
    with engine.connect() as connection:
        _wait_for_turn(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
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
