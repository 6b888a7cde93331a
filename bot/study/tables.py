"""The tables of study settings: every version of every setting, and who confirmed that a status is right."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, Float, Integer, String, Text, UniqueConstraint

from bot.database import Base, UtcDateTime


class StudySettingRow(Base):
    """One version of one setting. Versions are only added; the highest is the one that counts."""

    __tablename__ = "study_settings"
    __table_args__ = (UniqueConstraint("trial", "name", "version", name="uq_study_settings_version"),)

    id: Any = Column(Integer, primary_key=True)
    trial: Any = Column(String(64), nullable=False)
    name: Any = Column(String(32), nullable=False)
    version: Any = Column(Integer, nullable=False)
    data: Any = Column(JSON, nullable=False)
    author: Any = Column(String(64), nullable=False)
    at: Any = Column(UtcDateTime, nullable=False)
    note: Any = Column(Text, nullable=False)


class StudyConfirmationRow(Base):
    """Somebody confirmed that the recruitment status is right though the register says otherwise."""

    __tablename__ = "study_confirmations"

    id: Any = Column(Integer, primary_key=True)
    trial: Any = Column(String(64), nullable=False)
    # Which version of the setting, 0 for the file's own, and what stood against it.
    version: Any = Column(Integer, nullable=False)
    status: Any = Column(String(16), nullable=False)
    register_status: Any = Column(String(16), nullable=False)
    register_as_of: Any = Column(String(10), nullable=False)
    author: Any = Column(String(64), nullable=False)
    at: Any = Column(UtcDateTime, nullable=False)
    reason: Any = Column(Text, nullable=False)


class WaitingExpectationRow(Base):
    """What somebody who signs up now may expect to wait, as it was last worked out. One row a trial."""

    __tablename__ = "waiting_expectations"

    trial: Any = Column(String(64), primary_key=True)
    at: Any = Column(UtcDateTime, nullable=False)
    # Months; empty where the places that are entered do not reach that far.
    low: Any = Column(Float)
    median: Any = Column(Float)
    high: Any = Column(Float)
