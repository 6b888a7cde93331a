"""The table of daily counts. Conversations are deleted after their term; these numbers stay."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Date, Integer, String

from bot.database import Base


class DailyCountRow(Base):
    """How often something happened on a day. No row says anything about who."""

    __tablename__ = "daily_counts"

    day: Any = Column(Date, primary_key=True)
    name: Any = Column(String(64), primary_key=True)
    count: Any = Column(Integer, nullable=False)
