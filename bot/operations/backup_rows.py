"""Rows of tables as lines of JSON in an archive, and back into tables; the same for SQLite and PostgreSQL."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import DateTime, MetaData, Table, func, select, text
from sqlalchemy.engine import Connection

_BATCH = 1000
_OWN_FUNCTIONS = """
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


def _tables(connection: Connection) -> list[Table]:
    """The tables that are there, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def dump(archive: tarfile.TarFile, files: dict[str, Any], database: str, connection: Connection) -> None:
    """Write every table of a database to an archive, as JSON lines.

    Args:
        archive: where to.
        files: gets the number of rows and the hash of each file.
        database: folder in the archive.
        connection: in one transaction, so that the tables belong together.
    """
    for table in _tables(connection):
        with tempfile.TemporaryFile() as content:
            # Without name and time, so that the same rows give the same file.
            with gzip.GzipFile(filename="", mode="wb", fileobj=content, mtime=0) as lines:
                rows_in_order = select(table).order_by(*table.primary_key.columns)
                # A batch at a time, also from PostgreSQL: a large table need not fit in memory.
                for row in connection.execute(rows_in_order, execution_options={"yield_per": _BATCH}):
                    plain = {str(name): _written(value) for name, value in row._mapping.items()}
                    lines.write(json.dumps(plain, ensure_ascii=False).encode("utf-8") + b"\n")
            content.seek(0)
            digest, rows = digest_of(content)
            name = f"{database}/{table.name}.jsonl.gz"
            files[name] = {"rows": rows, "sha256": digest}
            content.seek(0)
            add(archive, name, content)


def add(archive: tarfile.TarFile, name: str, content: Any) -> None:
    """Put a file into an archive, readable by its owner only."""
    entry = tarfile.TarInfo(name)
    entry.mode = 0o600
    entry.size = content.seek(0, io.SEEK_END)
    content.seek(0)
    archive.addfile(entry, content)


def digest_of(content: Any) -> tuple[str, int]:
    """Hash of the lines of a file, and how many there are."""
    digest, rows = hashlib.sha256(), 0
    with gzip.open(content) as lines:
        for line in lines:
            digest.update(line)
            rows += 1
    return digest.hexdigest(), rows


def drop_all(connection: Connection) -> None:
    """Drop every table, and on PostgreSQL the functions of their triggers."""
    there = MetaData()
    there.reflect(connection)
    there.drop_all(connection)
    if connection.dialect.name == "postgresql":
        # The triggers went with their tables; the functions they called did not.
        for signature in connection.execute(text(_OWN_FUNCTIONS)).scalars().all():
            connection.execute(text(f"DROP FUNCTION {signature}"))


def load(archive: tarfile.TarFile, database: str, connection: Connection, names: Collection[str]) -> None:
    """Fill the tables of a database from the files of an archive that are among `names`."""
    for table in _tables(connection):
        # A migration may have put rows there of its own; the audit trail refuses any deletion, even of nothing.
        if connection.execute(select(table).limit(1)).first() is not None:
            connection.execute(table.delete())
        if f"{database}/{table.name}" not in names:
            continue
        content = archive.extractfile(f"{database}/{table.name}.jsonl.gz")
        with gzip.open(content) as lines:  # type: ignore[arg-type]
            batch: list[dict[str, Any]] = []
            for line in lines:
                batch.append({name: _read(table, name, value) for name, value in json.loads(line).items()})
                if len(batch) == _BATCH:
                    connection.execute(table.insert(), batch)
                    batch = []
            if batch:
                connection.execute(table.insert(), batch)
        _continue_numbers(connection, table)


def _continue_numbers(connection: Connection, table: Table) -> None:
    """Let PostgreSQL go on counting after the highest number that came back; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
        ).scalar_one()
        highest = connection.execute(select(func.max(column))).scalar_one() if sequence else None
        if highest is not None:
            connection.execute(text("SELECT setval(:sequence, :highest)"), {"sequence": sequence, "highest": highest})


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        # SQLite keeps no zone: everything stored is UTC.
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return {"$at": moment.isoformat()}
    if isinstance(value, date):
        return {"$on": value.isoformat()}
    if isinstance(value, bytes):
        # The file of a trained model.
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    return value


def _read(table: Table, name: str, value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"$at"}:
        moment = datetime.fromisoformat(value["$at"])
        kind = table.c[name].type
        return moment if isinstance(kind, DateTime) and kind.timezone else moment.replace(tzinfo=None)
    if isinstance(value, dict) and set(value) == {"$on"}:
        return date.fromisoformat(value["$on"])
    if isinstance(value, dict) and set(value) == {"$bytes"}:
        return base64.b64decode(value["$bytes"])
    return value
