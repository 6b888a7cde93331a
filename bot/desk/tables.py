"""The table of staff accounts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Integer, String

from bot.database import Base, UtcDateTime
from bot.signups.encryption import EncryptedText


class StaffRow(Base):
    """One account. `epoch` goes up when all sessions of the account must end."""

    __tablename__ = "staff"

    id: Any = Column(Integer, primary_key=True)
    name: Any = Column(String(64), nullable=False, unique=True)
    role: Any = Column(String(32), nullable=False)
    active: Any = Column(Boolean, nullable=False)
    password_hash: Any = Column(String(255), nullable=False)
    must_change_password: Any = Column(Boolean, nullable=False)
    totp_secret: Any = Column(EncryptedText)
    totp_confirmed: Any = Column(Boolean, nullable=False)
    totp_last_step: Any = Column(Integer, nullable=False)
    failures: Any = Column(Integer, nullable=False)
    locked_until: Any = Column(UtcDateTime)
    epoch: Any = Column(Integer, nullable=False)
    created_at: Any = Column(UtcDateTime, nullable=False)
