"""The table of the patient site: conversations, one sealed row per turn."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String

from bot.database import Base, UtcDateTime
from bot.signups.encryption import EncryptedJson


class ConversationMessage(Base):  # type: ignore[misc]  # the declarative base is untyped in SQLAlchemy 1.4
    """One turn: what a person sent and every answer to it, sealed together."""

    __tablename__ = "conversation_messages"
    __table_args__ = (
        Index("ix_conversation_messages_conversation", "conversation", "id"),
        Index("ix_conversation_messages_created_at", "created_at"),
    )

    id = Column(Integer, primary_key=True, autoincrement=True)
    conversation = Column(String(64), nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
    turn = Column(EncryptedJson, nullable=False)
