"""Back-ups: everything in both databases in one file, with a manifest to check it by; and putting one back.

One format for SQLite and PostgreSQL: a tar archive with a file of JSON lines per table, read in one transaction, so
that what belongs together stays together while people chat. Sealed values stay sealed, and the encryption keys are not
in it: whoever finds a back-up cannot read it. A back-up of the one kind of database can be put back into the other.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection, Engine

from bot import migrations
from bot.database import make_engine, session_scope
from bot.operations import backup_rows
from bot.operations import keys as key_files
from bot.operations.errors import OperatorError
from bot.privacy.person import TRACKER
from bot.settings import Settings
from bot.signups import audit, audit_kept
from bot.signups.encryption import KeyRing, use_keys

SUFFIX = ".backup"
_FORMAT = 1
_MANIFEST = "manifest.json"
_SEAL = "backup"
# Between two batches a back-up writes to its file for as long as it takes.
_NOT_CUT_OFF = "-c idle_in_transaction_session_timeout=0"


@dataclass(frozen=True)
class Summary:
    """What is in a back-up: when it was made, rows per table (`main/signups`), and the end of the audit trail."""

    made_at: datetime
    rows: dict[str, int]
    revision: str
    audit_end: audit.Anchor


def create(settings: Settings, folder: Path, now: datetime) -> Path:
    """Write a back-up, readable by its owner only; gives its path. Processes may go on working.

    Raises:
        OperatorError: when the audit trail is not sound: a back-up of it would hide that.
        SQLAlchemyError: when a database cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"stamcelwijzer-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"
    part = target.with_suffix(".part")
    try:
        _write(settings, part, now)
    except BaseException:
        # On a disk that was too small for it, it would leave no room for anything else either.
        part.unlink(missing_ok=True)
        raise
    # Under its own name only when whole.
    part.replace(target)
    return target


def _write(settings: Settings, part: Path, now: datetime) -> None:
    manifest: dict[str, Any] = {"format": _FORMAT, "made_at": now.isoformat(), "files": {}}
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            with _snapshot(settings.database_url) as connection:
                manifest["revision"] = _revision(connection)
                backup_rows.dump(archive, manifest["files"], "main", connection)
                manifest["audit"] = _end_of_audit(connection)
            with _snapshot(settings.tracker_url) as connection:
                backup_rows.dump(archive, manifest["files"], "tracker", connection)
            manifest["seal"] = _seal(settings.keys[:1], manifest)[0]
            backup_rows.add(archive, _MANIFEST, io.BytesIO(json.dumps(manifest, indent=1).encode("utf-8")))
        file.flush()
        os.fsync(file.fileno())


def verify(file: Path, keys: tuple[str, ...]) -> Summary:
    """Check a back-up: every file against the manifest, and the manifest against the keys.

    Raises:
        OperatorError: when something is missing, changed, or made with other keys.
    """
    try:
        with tarfile.open(file) as archive:
            manifest = _read_manifest(archive)
            if not any(hmac.compare_digest(manifest["seal"], seal) for seal in _seal(keys, manifest)):
                raise OperatorError(
                    f"{file} was made with other keys, or changed since: give the keys it was made with."
                )
            rows = {}
            for name, told in manifest["files"].items():
                content = archive.extractfile(name)
                digest, count = backup_rows.digest_of(content) if content else ("", 0)
                if (digest, count) != (told["sha256"], told["rows"]):
                    raise OperatorError(f"{file} is damaged: {name} is not as it was written.")
                rows[name.removesuffix(".jsonl.gz")] = count
    except (tarfile.TarError, KeyError, ValueError, EOFError, OSError) as error:
        raise OperatorError(f"{file} is not a whole back-up: {type(error).__name__}.") from error
    end = audit.Anchor(manifest["audit"]["sequence"], manifest["audit"]["hash"])
    return Summary(datetime.fromisoformat(manifest["made_at"]), rows, manifest["revision"], end)


def restore(settings: Settings, file: Path, replace: bool = False) -> Summary:
    """Put a back-up back, check the audit trail and open sealed values; all or nothing per database.

    Args:
        settings: of the installation that gets the data, with the keys of the back-up. Its processes must not run.
        file: the back-up.
        replace: whether data that is there may be thrown away.

    Raises:
        OperatorError: when the back-up is damaged, the databases are not empty, or what came back is not sound.
    """
    summary = verify(file, settings.keys)
    database, tracker = make_engine(settings.database_url), make_engine(settings.tracker_url)
    try:
        for engine in (database, tracker):
            if inspect(engine).get_table_names() and not replace:
                raise OperatorError(
                    "There is data in the database already. Give --replace to throw it away and put the back-up there."
                )
        use_keys(database, settings.keys)
        use_keys(tracker, settings.keys)
        with tarfile.open(file) as archive:
            with database.begin() as connection:
                backup_rows.drop_all(connection)
            migrations.upgrade(database, summary.revision)
            with database.begin() as connection:
                backup_rows.load(archive, "main", connection, summary.rows)
            with tracker.begin() as connection:
                backup_rows.drop_all(connection)
                if any(name.startswith("tracker/") for name in summary.rows):
                    TRACKER.create_all(connection)
                    backup_rows.load(archive, "tracker", connection, summary.rows)
        _check(database, settings, summary)
        migrations.upgrade(database)
    finally:
        database.dispose()
        tracker.dispose()
    return summary


def newest(folder: Path) -> datetime | None:
    """When the newest back-up in a folder was made, or None when there is none."""
    moments = [path.stat().st_mtime for path in folder.glob(f"*{SUFFIX}")]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None


def _check(database: Engine, settings: Settings, summary: Summary) -> None:
    key_files.check_against(database, settings.keys, migrations.metadata())
    with session_scope(database) as session:
        report = audit.verify(session, summary.audit_end)
    if not report.sound or report.end != summary.audit_end:
        raise OperatorError("The audit trail that came back is not the one of the back-up: run `audit verify`.")
    # The end that was kept is of the trail that was replaced, on purpose.
    audit_kept.keep(settings.var, report.end)


@contextmanager
def _snapshot(url: str) -> Iterator[Connection]:
    """A connection that sees the database as it is at this moment, whatever is written meanwhile."""
    engine = make_engine(url, _NOT_CUT_OFF)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            else:
                # The driver itself would begin a transaction at the first change only.
                connection.exec_driver_sql("BEGIN")
            yield connection
    finally:
        engine.dispose()


def _revision(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _end_of_audit(connection: Connection) -> dict[str, Any]:
    row = connection.execute(text("SELECT sequence, hash FROM audit_head")).one_or_none()
    return {"sequence": row.sequence, "hash": row.hash} if row else {"sequence": 0, "hash": "0" * 64}


def _read_manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    content = archive.extractfile(_MANIFEST)
    manifest: dict[str, Any] = json.loads(content.read() if content else b"{}")
    if manifest.get("format") != _FORMAT:
        raise ValueError("unknown format")
    return manifest


def _seal(keys: Iterable[str], manifest: dict[str, Any]) -> list[str]:
    """Keyed hash of the manifest, for each key."""
    plain = json.dumps({name: value for name, value in manifest.items() if name != "seal"}, sort_keys=True)
    secrets = KeyRing(tuple(keys)).secrets(_SEAL)
    return [hmac.new(secret, plain.encode("utf-8"), hashlib.sha256).hexdigest() for secret in secrets]
