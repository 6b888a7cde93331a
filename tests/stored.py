"""Everything an installation has stored, as bytes that can be searched: its files, and the rows of a PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.engine import make_url

from tests.running import Stack


def stored(stack: Stack) -> dict[str, bytes]:
    """What stands in each file of `var/` and each table of the databases, in lower case, by name."""
    files = {str(path): path.read_bytes().lower() for path in stack.settings.var.rglob("*") if path.is_file()}
    urls = (stack.settings.database_url, stack.settings.tracker_url)
    return {**files, **{name: data for url in urls if not url.startswith("sqlite") for name, data in _tables(url)}}


def _tables(url: str) -> Iterator[tuple[str, bytes]]:
    engine = create_engine(url, future=True)
    found = MetaData()
    with engine.connect() as connection:
        found.reflect(connection)
        for table in found.sorted_tables:
            rows = connection.execute(select(table)).all()
            yield f"{make_url(url).database}: {table.name}", repr(rows).lower().encode()
    engine.dispose()
