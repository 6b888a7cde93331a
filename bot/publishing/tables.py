"""The tables of publishing: drafts with every save, autosaves, the content's own trail, training jobs and models."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import deferred

from bot.database import Base, UtcDateTime


class ContentDraft(Base):
    """A piece as it may become. At most one draft of a piece is open; see `drafts.Draft` for the columns."""

    __tablename__ = "content_drafts"
    __table_args__ = (
        Index(
            "ix_content_drafts_open",
            "kind",
            "name",
            unique=True,
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
    )

    id: Any = Column(Integer, primary_key=True)
    kind: Any = Column(String(16), nullable=False)
    name: Any = Column(String(128), nullable=False)
    data: Any = Column(JSON, nullable=False)
    base_version: Any = Column(Integer)
    edit: Any = Column(Integer, nullable=False)
    state: Any = Column(String(16), nullable=False)
    open: Any = Column(Boolean, nullable=False)
    authors: Any = Column(JSON, nullable=False)
    approvals: Any = Column(JSON, nullable=False)
    note: Any = Column(Text)
    publish_at: Any = Column(UtcDateTime)
    problem: Any = Column(Text)
    job: Any = Column(Integer)
    updated_at: Any = Column(UtcDateTime, nullable=False)


class ContentDraftSave(Base):
    """One save of a draft. Rows are added only: whatever somebody saved can be found back."""

    __tablename__ = "content_draft_saves"
    __table_args__ = (UniqueConstraint("draft_id", "edit", name="uq_content_draft_saves_edit"),)

    id: Any = Column(Integer, primary_key=True)
    draft_id: Any = Column(Integer, ForeignKey("content_drafts.id"), nullable=False)
    edit: Any = Column(Integer, nullable=False)
    data: Any = Column(JSON, nullable=False)
    author: Any = Column(String(128), nullable=False)
    note: Any = Column(Text)
    saved_at: Any = Column(UtcDateTime, nullable=False)


class ContentAutosave(Base):
    """What somebody is typing, as the form has it, until they save: one row for each person and piece."""

    __tablename__ = "content_autosaves"
    __table_args__ = (UniqueConstraint("kind", "name", "author", name="uq_content_autosaves_author"),)

    id: Any = Column(Integer, primary_key=True)
    kind: Any = Column(String(16), nullable=False)
    name: Any = Column(String(128), nullable=False)
    author: Any = Column(String(128), nullable=False)
    form: Any = Column(JSON, nullable=False)
    version: Any = Column(Integer)
    edit: Any = Column(Integer, nullable=False)
    saved_at: Any = Column(UtcDateTime, nullable=False)


class ContentEvent(Base):
    """Who did what to the content and when. Rows are added only."""

    __tablename__ = "content_events"
    __table_args__ = (Index("ix_content_events_piece", "kind", "name"),)

    id: Any = Column(Integer, primary_key=True)
    at: Any = Column(UtcDateTime, nullable=False)
    who: Any = Column(String(128), nullable=False)
    event: Any = Column(String(32), nullable=False)
    kind: Any = Column(String(16))
    name: Any = Column(String(128))
    draft_id: Any = Column(Integer)
    note: Any = Column(Text)


class TrainingJob(Base):
    """One training with its gate. `lease_until` passes when whoever works on it died; then it starts anew."""

    __tablename__ = "training_jobs"

    id: Any = Column(Integer, primary_key=True)
    state: Any = Column(String(16), nullable=False)
    step: Any = Column(String(16), nullable=False)
    drafts: Any = Column(JSON, nullable=False)
    pieces: Any = Column(JSON, nullable=False)
    accepted: Any = Column(JSON, nullable=False)
    publishes: Any = Column(Boolean, nullable=False)
    requested_by: Any = Column(String(128), nullable=False)
    requested_at: Any = Column(UtcDateTime, nullable=False)
    started_at: Any = Column(UtcDateTime)
    finished_at: Any = Column(UtcDateTime)
    owner: Any = Column(String(64))
    lease_until: Any = Column(UtcDateTime)
    attempts: Any = Column(Integer, nullable=False)
    model: Any = Column(String(64))
    result: Any = Column(JSON)


class ModelRecord(Base):
    """A trained model, named after its content; `signature` says that this installation made it.

    `fingerprint` is of the code and data it was trained by, `questions` of what it learnt from the content, and
    `answers` what it makes of the gate's questions. The file itself is read only when it is asked for.
    """

    __tablename__ = "models"
    __table_args__ = (
        Index("ix_models_live", "live", unique=True, sqlite_where=text("live"), postgresql_where=text("live")),
    )

    sha256: Any = Column(String(64), primary_key=True)
    signature: Any = Column(String(64), nullable=False)
    fingerprint: Any = Column(String(64), nullable=False)
    questions: Any = Column(String(64), nullable=False)
    file: Any = deferred(Column(LargeBinary, nullable=False))
    made_at: Any = Column(UtcDateTime, nullable=False)
    job: Any = Column(Integer)
    live: Any = Column(Boolean, nullable=False)
    live_since: Any = Column(UtcDateTime)
    answers: Any = Column(JSON)
