"""The encryption keys of an installation: made once, readable by the owner only, never overwritten."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import MetaData, inspect, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.operations.errors import OperatorError
from bot.settings import PREFIX, Settings
from bot.signups.encryption import EncryptedText, KeyRing, generate_key, use_keys


def key_file(settings: Settings) -> Path:
    """Where the keys are kept when the environment does not give them, newest first, one a line."""
    return settings.var / "keys"


def in_file(settings: Settings) -> tuple[str, ...]:
    """The keys in the key file, newest first; none when there is no file."""
    path = key_file(settings)
    return tuple(path.read_text(encoding="ascii").split()) if path.is_file() else ()


def ensure(settings: Settings, has_data: bool) -> bool:
    """Make a key file when there are no keys yet.

    Args:
        settings: those of this installation.
        has_data: whether the database already exists. What it holds sealed could never be opened with a new key.

    Returns:
        Whether a key was made; the settings must be loaded again then.

    Raises:
        OperatorError: when the database exists without its keys.
        EncryptionError: when a given key cannot be used.
    """
    path = key_file(settings)
    if settings.keys:
        KeyRing(settings.keys)
        if path.is_file() and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return False
    if has_data:
        raise OperatorError(
            f"The database is there but its encryption keys are not: put {path} back, or set {PREFIX}KEYS. "
            "Without them nobody can read the sign-ups."
        )
    _write(path, [generate_key()], os.O_EXCL)
    return True


def add(settings: Settings) -> int:
    """Put a new key before the others in the key file; returns how many there are now."""
    keys = [generate_key(), *in_file(settings)]
    _replace(key_file(settings), keys)
    return len(keys)


def keep_newest(settings: Settings) -> None:
    """Drop all keys but the newest from the key file, once everything is sealed with that one."""
    _replace(key_file(settings), list(in_file(settings)[:1]))


def check_against(engine: Engine, keys: tuple[str, ...], metadata: MetaData) -> None:
    """Open one sealed value of every encrypted column.

    Raises:
        EncryptionError: when a key cannot be used, or a value does not open with these keys.
    """
    use_keys(engine, keys)
    existing = set(inspect(engine).get_table_names())
    with Session(engine, future=True) as session:
        for table in metadata.sorted_tables:
            if table.name not in existing:
                continue
            for column in table.columns:
                if isinstance(column.type, EncryptedText):
                    session.execute(select(column).where(column.is_not(None)).limit(1)).all()


def _replace(path: Path, keys: list[str]) -> None:
    """Write the file beside the old one first: at no moment are there no keys."""
    fresh = path.with_suffix(".new")
    _write(fresh, keys, os.O_TRUNC)
    fresh.replace(path)


def _write(path: Path, keys: list[str], flag: int) -> None:
    # The mode is given at creation: at no moment can others read the file.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
