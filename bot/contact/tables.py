"""The tables of call-backs and ratings. Whatever tells something about a person is an encrypted column."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, String

from bot.database import Base, UtcDateTime
from bot.signups.encryption import EncryptedText


class CallbackRow(Base):
    """Somebody who asked to be called back. Not tied to a conversation or a sign-up."""

    __tablename__ = "callbacks"
    id: Any = Column(Integer, primary_key=True)
    created_at: Any = Column(UtcDateTime, nullable=False, index=True)
    name: Any = Column(EncryptedText, nullable=False)
    phone: Any = Column(EncryptedText, nullable=False)
    call_when: Any = Column(EncryptedText, nullable=False)
    # Of the page it was asked on; empty when that was before this was kept.
    language: Any = Column(String(8))
    done_at: Any = Column(UtcDateTime)


class RatingRow(Base):
    """Whether an answer helped somebody, of whom nothing is known."""

    __tablename__ = "answer_ratings"
    __table_args__ = (Index("ix_answer_ratings_topic", "topic", "revision"),)
    id: Any = Column(Integer, primary_key=True)
    created_at: Any = Column(UtcDateTime, nullable=False, index=True)
    topic: Any = Column(String(64), nullable=False)
    # The revision of the published content that the answer came from.
    revision: Any = Column(Integer, nullable=False)
    helpful: Any = Column(Boolean, nullable=False)
    # In the person's own words, masked, only when they agree.
    reason: Any = Column(EncryptedText)


class AskedRow(Base):
    """A question that was not answered well, kept because whoever asked it agreed. Tied to nobody.

    The time is that of the day, not of the moment: it must not lead to a conversation.
    """

    __tablename__ = "asked_questions"
    id: Any = Column(Integer, primary_key=True)
    created_at: Any = Column(UtcDateTime, nullable=False, index=True)
    # `refused`, `clarified` or `not_helped`.
    kind: Any = Column(String(16), nullable=False)
    # The topic whose answer did not help.
    topic: Any = Column(String(64))
    words: Any = Column(EncryptedText, nullable=False)
    # Drawn by chance for the form that it came from, so that one press counts once.
    form: Any = Column(String(32), nullable=False, unique=True)
    # What staff made of it, or None while it waits: `question`, `topic`, `outside` or `dismissed`.
    became: Any = Column(String(16), index=True)
    done_by: Any = Column(String(64))
    done_at: Any = Column(UtcDateTime)
