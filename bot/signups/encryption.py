"""Encryption of personal columns: a key ring, sealed column types, blind indexes for look-ups, and key rotation.

The operator gives a list of Fernet keys, newest first. They are master keys: every purpose (columns, hand-over
links, each blind index) works with its own key derived from them, so that a value sealed for one purpose is
worthless for another. The first key seals; all keys open, until `rotate` has sealed everything anew.

The ring belongs to an engine (`use_keys`), not to the process: nothing is read at import and two databases with
different keys can be open at once.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import MetaData, Table, Text, and_, select, type_coerce, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

COLUMNS = "columns"
_RING = "stamcelwijzer_key_ring"
_BATCH = 500


class EncryptionError(Exception):
    """Keys are missing or wrong. The message tells the operator what to do and never holds a key."""


def generate_key() -> str:
    """A new random master key, as text for the settings."""
    return Fernet.generate_key().decode("ascii")


class KeyRing:
    """The keys of one installation, newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Check the keys.

        Raises:
            EncryptionError: when there is no key, or one is not 32 random bytes in URL-safe base64.
        """
        if not keys:
            raise EncryptionError("There is no encryption key: set STAMCELWIJZER_KEYS or run `make run` once.")
        self._masters = tuple(_decoded(key, place) for place, key in enumerate(keys, start=1))
        self._derived: dict[str, tuple[bytes, ...]] = {}
        self._fernets: dict[str, MultiFernet] = {}

    def secrets(self, purpose: str) -> tuple[bytes, ...]:
        """For each master key, newest first, the 32-byte key derived for this purpose."""
        if purpose not in self._derived:
            self._derived[purpose] = tuple(_derive(master, purpose) for master in self._masters)
        return self._derived[purpose]

    def fernet(self, purpose: str) -> MultiFernet:
        """Authenticated encryption for this purpose: seals with the newest key, opens with any."""
        if purpose not in self._fernets:
            keys = (base64.urlsafe_b64encode(secret) for secret in self.secrets(purpose))
            self._fernets[purpose] = MultiFernet([Fernet(key) for key in keys])
        return self._fernets[purpose]

    def index(self, purpose: str, value: str) -> str:
        """The blind index to store for a value: equal values give equal indexes, the value cannot be read back."""
        return _keyed_hash(self.secrets(purpose)[0], value)

    def indexes(self, purpose: str, value: str) -> list[str]:
        """The blind indexes to look for: one for every key, as rows may still carry an index of an older one."""
        return [_keyed_hash(secret, value) for secret in self.secrets(purpose)]


def _decoded(key: str, place: int) -> bytes:
    try:
        master = base64.urlsafe_b64decode(key.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        master = b""
    if len(master) != 32:
        raise EncryptionError(
            f"Encryption key {place} cannot be used: give 32 random bytes in URL-safe base64 (44 characters)."
        )
    return master


def _derive(master: bytes, purpose: str) -> bytes:
    info = b"stamcelwijzer/" + purpose.encode("utf-8")
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(master)


def _keyed_hash(secret: bytes, value: str) -> str:
    return hmac.new(secret, value.encode("utf-8"), sha256).hexdigest()


def use_keys(engine: Engine, keys: Sequence[str]) -> KeyRing:
    """Give an engine its keys; encrypted columns work on this engine from now on.

    Raises:
        EncryptionError: when a key cannot be used.
    """
    ring = KeyRing(keys)
    # Column types see only the dialect, of which each engine has its own.
    setattr(engine.dialect, _RING, ring)
    return ring


def ring_of(database: Session | Engine) -> KeyRing:
    """The key ring of an engine, or of a session's engine. Raises EncryptionError when it has none."""
    return _ring(database.get_bind().dialect if isinstance(database, Session) else database.dialect)


def _ring(dialect: Any) -> KeyRing:
    ring: KeyRing | None = getattr(dialect, _RING, None)
    if ring is None:
        raise EncryptionError("This database engine has no keys: call bot.signups.encryption.use_keys(engine, keys).")
    return ring


class EncryptedText(TypeDecorator):
    """A text that is stored sealed. Cannot be compared in SQL: use a blind index for that."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        """Seal on the way in."""
        if value is None:
            return None
        return _ring(dialect).fernet(COLUMNS).encrypt(self._to_bytes(value)).decode("ascii")

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """Open on the way out. Raises EncryptionError when no key fits."""
        if value is None:
            return None
        try:
            return self._from_bytes(_ring(dialect).fernet(COLUMNS).decrypt(value))
        except InvalidToken:
            raise EncryptionError(
                "A stored value cannot be opened with these keys: add the key it was sealed with to STAMCELWIJZER_KEYS."
            ) from None

    def _to_bytes(self, value: Any) -> bytes:
        return str(value).encode("utf-8")

    def _from_bytes(self, value: bytes) -> Any:
        return value.decode("utf-8")


class EncryptedJson(EncryptedText):
    """A JSON value that is stored sealed. Assign a new value to change it; changes inside are not seen."""

    cache_ok = True

    def _to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

    def _from_bytes(self, value: bytes) -> Any:
        return json.loads(value)


def rotate(session: Session, metadata: MetaData) -> int:
    """Seal every encrypted value anew with the newest key; the caller commits.

    Blind indexes need the values themselves and are renewed by the module that owns them.

    Args:
        session: on an engine that has the new key first and the old keys after it.
        metadata: all its tables are searched for encrypted columns.

    Returns:
        How many values were sealed anew.

    Raises:
        EncryptionError: when a value was sealed with a key that is not in the ring; nothing may be committed then.
    """
    return sum(_rotate_table(session, table) for table in metadata.sorted_tables)


def _rotate_table(session: Session, table: Table) -> int:
    columns = [column for column in table.columns if isinstance(column.type, EncryptedText)]
    if not columns:
        return 0
    fernet = ring_of(session).fernet(COLUMNS)
    keys = list(table.primary_key.columns)
    sealed = [type_coerce(column, Text).label(column.name) for column in columns]
    count = 0
    rows = session.execute(select(*keys, *sealed)).all()
    for start in range(0, len(rows), _BATCH):
        for row in rows[start : start + _BATCH]:
            found = row._mapping
            for column in columns:
                old = found[column.name]
                if old is None:
                    continue
                try:
                    new = fernet.rotate(old.encode("ascii")).decode("ascii")
                except InvalidToken:
                    raise EncryptionError(
                        f"A value in {table.name}.{column.name} was sealed with a key that STAMCELWIJZER_KEYS lacks."
                    ) from None
                # A value that changed since it was read is left alone: its writer used the newest key already.
                unchanged = type_coerce(column, Text) == old
                this_row = and_(*(key == found[key.name] for key in keys))
                session.execute(update(table).where(this_row, unchanged).values({column: type_coerce(new, Text)}))
                count += 1
    return count
