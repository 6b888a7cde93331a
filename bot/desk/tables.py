"""The tables of staff accounts and of the letters they changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Integer, String, Text

from bot.database import Base, UtcDateTime
from bot.signups.encryption import EncryptedText


class StaffRow(Base):
    """One account. `epoch` goes up when all sessions of the account must end."""

    __tablename__ = "staff"

    id: Any = Column(Integer, primary_key=True)
    name: Any = Column(String(64), nullable=False, unique=True)
    # For who logs in through the hospital: a digest of the provider and its number for this person.
    subject: Any = Column(String(64), unique=True, index=True)
    role: Any = Column(String(32), nullable=False)
    active: Any = Column(Boolean, nullable=False)
    password_hash: Any = Column(String(255), nullable=False)
    must_change_password: Any = Column(Boolean, nullable=False)
    # Until when a first password works; empty once another was chosen.
    first_password_until: Any = Column(UtcDateTime)
    totp_secret: Any = Column(EncryptedText)
    totp_confirmed: Any = Column(Boolean, nullable=False)
    totp_last_step: Any = Column(Integer, nullable=False)
    failures: Any = Column(Integer, nullable=False)
    locked_until: Any = Column(UtcDateTime)
    # The same for browsers in which this account logged in before.
    known_failures: Any = Column(Integer, nullable=False, default=0, server_default="0")
    known_locked_until: Any = Column(UtcDateTime)
    epoch: Any = Column(Integer, nullable=False)
    created_at: Any = Column(UtcDateTime, nullable=False)


class LetterRow(Base):
    """One version of the text of a letter. It holds placeholders, nothing about any patient."""

    __tablename__ = "letter_versions"

    letter: Any = Column(String(64), primary_key=True)
    number: Any = Column(Integer, primary_key=True, autoincrement=False)
    body: Any = Column(Text, nullable=False)
    author: Any = Column(String(64), nullable=False)
    at: Any = Column(UtcDateTime, nullable=False)
