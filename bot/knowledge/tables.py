"""The tables of published content: every version of every piece, and the number that tells that something changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Text, UniqueConstraint, false, text

from bot.database import Base, UtcDateTime


class ContentVersion(Base):
    """One version of one piece of content. Versions are added; only `active` moves from one to the next.

    `kind` is subject, topic, passage, source or notice; `name` its id; `data` what `store_format` makes of it.
    `approved_by` are the names of those who approved it; `in_files` that the content files held exactly this once.
    """

    __tablename__ = "content_versions"
    __table_args__ = (
        UniqueConstraint("kind", "name", "version", name="uq_content_versions_version"),
        # At most one version of a piece is the published one, whoever writes.
        Index(
            "ix_content_versions_active",
            "kind",
            "name",
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
    )

    id: Any = Column(Integer, primary_key=True)
    kind: Any = Column(String(16), nullable=False)
    name: Any = Column(String(128), nullable=False)
    version: Any = Column(Integer, nullable=False)
    data: Any = Column(JSON, nullable=False)
    author: Any = Column(String(128), nullable=False)
    published_at: Any = Column(UtcDateTime, nullable=False)
    active: Any = Column(Boolean, nullable=False)
    note: Any = Column(Text)
    approved_by: Any = Column(JSON)
    in_files: Any = Column(Boolean, nullable=False, default=False, server_default=false())


class ContentState(Base):
    """One row: the revision, which goes up by one with every publication. Running processes poll it."""

    __tablename__ = "content_state"

    id: Any = Column(Integer, primary_key=True, autoincrement=False)
    revision: Any = Column(Integer, nullable=False)
