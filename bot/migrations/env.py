"""Alembic's entry: uses the connection handed over by `bot.migrations.upgrade`, else the database of the settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection

from bot import settings
from bot.database import make_engine
from bot.migrations import metadata


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata(), compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


def _print_sql(url: str) -> None:
    context.configure(url=url, target_metadata=metadata(), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    _print_sql(settings.load().database_url)
elif "connection" in context.config.attributes:
    _migrate(context.config.attributes["connection"])
else:
    with make_engine(settings.load().database_url).connect() as own_connection:
        _migrate(own_connection)
        own_connection.commit()
