"""The tables of delivery. They name sign-ups by number only; the one thing about a person is a sealed code."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, String

from bot.database import Base, UtcDateTime
from bot.signups.encryption import EncryptedText


class OutboxRow(Base):
    """A change of a sign-up that the targets have to hear of, written in the transaction of the change itself."""

    __tablename__ = "delivery_outbox"

    id: Any = Column(Integer, primary_key=True)
    signup_id: Any = Column(ForeignKey("signups.id", ondelete="CASCADE"), nullable=False, index=True)
    kind: Any = Column(String(16), nullable=False)
    at: Any = Column(UtcDateTime, nullable=False)
    # Of an erased sign-up: the code under which the targets know it, as the sign-up itself has none any more.
    code: Any = Column(EncryptedText)


class DeliveryRow(Base):
    """One delivery of one sign-up to one target."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "state", "target", "due_at"),
        Index("ix_deliveries_signup", "signup_id", "target"),
    )

    id: Any = Column(Integer, primary_key=True)
    # Goes along with every attempt, so that the target recognises a repeat.
    key: Any = Column(String(36), nullable=False, unique=True)
    target: Any = Column(String(16), nullable=False)
    signup_id: Any = Column(ForeignKey("signups.id", ondelete="CASCADE"), nullable=False)
    kind: Any = Column(String(16), nullable=False)
    state: Any = Column(String(16), nullable=False)
    attempts: Any = Column(Integer, nullable=False)
    # Counts on over a retry by hand, which begins `attempts` anew: whether the target may know the sign-up.
    sent: Any = Column(Integer, nullable=False)
    at: Any = Column(UtcDateTime, nullable=False)
    due_at: Any = Column(UtcDateTime, nullable=False)
    leased_until: Any = Column(UtcDateTime)
    claim: Any = Column(String(36))
    finished_at: Any = Column(UtcDateTime)
    problem: Any = Column(String(32))
    status: Any = Column(Integer)
    code: Any = Column(EncryptedText)
