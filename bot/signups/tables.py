"""The tables of sign-ups and of the audit trail. Whatever tells something about a person is an encrypted column."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import relationship

from bot.database import Base, UtcDateTime
from bot.signups.encryption import EncryptedJson, EncryptedText


class SignUpRow(Base):
    """One sign-up. After erasure the row stays, without anything about the person, so that counts stay right."""

    __tablename__ = "signups"
    id: Any = Column(Integer, primary_key=True)
    # A digest, so that a row that was erased cannot be tied to a conversation any more, yet stays one sign-up.
    handover_digest: Any = Column(String(64), nullable=False, unique=True)
    code: Any = Column(String(16), unique=True)
    # Blind index of code and date of birth together: finding needs both.
    lookup: Any = Column(String(64), index=True)
    trial: Any = Column(String(64), nullable=False)
    language: Any = Column(String(8), nullable=False)
    state: Any = Column(String(32), nullable=False)
    verdict: Any = Column(String(32), nullable=False)
    doubts: Any = Column(Boolean, nullable=False)
    version: Any = Column(Integer, nullable=False)
    created_at: Any = Column(UtcDateTime, nullable=False)
    state_since: Any = Column(UtcDateTime, nullable=False)
    erased_at: Any = Column(UtcDateTime)
    consent_call: Any = Column(Boolean, nullable=False)
    consent_records: Any = Column(Boolean, nullable=False)
    name: Any = Column(EncryptedText)
    date_of_birth: Any = Column(EncryptedText)
    phone: Any = Column(EncryptedText)
    email: Any = Column(EncryptedText)
    call_how: Any = Column(EncryptedText)
    call_when: Any = Column(EncryptedText)
    neurologist: Any = Column(EncryptedText)
    hospital: Any = Column(EncryptedText)
    answers: Any = Column(EncryptedJson)
    first_answers: Any = Column(EncryptedJson)
    conversation: Any = Column(EncryptedText)

    events: Any = relationship("EventRow", order_by="EventRow.id", cascade="all, delete-orphan")
    notes: Any = relationship("NoteRow", order_by="NoteRow.id", cascade="all, delete-orphan")
    tokens: Any = relationship("NameTokenRow", cascade="all, delete-orphan")
    drafts: Any = relationship("DraftRow", cascade="all, delete-orphan")

    # Two people who change one sign-up at once: the second is refused instead of overwriting the first.
    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}


# In the order of the desk's list, with all that the list is chosen by, so that only the rows shown are read.
Index(
    *("ix_signups_list", SignUpRow.doubts.desc(), SignUpRow.created_at, SignUpRow.id),
    *(SignUpRow.state, SignUpRow.erased_at),
)


class EventRow(Base):
    """Something that happened to a sign-up, for its timeline."""

    __tablename__ = "signup_events"

    id: Any = Column(Integer, primary_key=True)
    signup_id: Any = Column(ForeignKey("signups.id", ondelete="CASCADE"), nullable=False, index=True)
    at: Any = Column(UtcDateTime, nullable=False)
    actor: Any = Column(String(64), nullable=False)
    role: Any = Column(String(32), nullable=False)
    kind: Any = Column(String(32), nullable=False)
    source: Any = Column(String(32))
    target: Any = Column(String(32))
    undone: Any = Column(Boolean, nullable=False, default=False)
    details: Any = Column(EncryptedJson)


class NoteRow(Base):
    """What a member of staff wrote down about a sign-up."""

    __tablename__ = "signup_notes"

    id: Any = Column(Integer, primary_key=True)
    signup_id: Any = Column(ForeignKey("signups.id", ondelete="CASCADE"), nullable=False, index=True)
    at: Any = Column(UtcDateTime, nullable=False)
    author: Any = Column(String(64), nullable=False)
    text: Any = Column(EncryptedText, nullable=False)


class DraftRow(Base):
    """What a member of staff typed and could not save, until it is saved. Here, so that it is erased with a sign-up."""

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_owner", "owner", "place", "form", unique=True),)

    id: Any = Column(Integer, primary_key=True)
    # Number of the staff account.
    owner: Any = Column(Integer, nullable=False)
    # Path of the page with the form, and the endpoint that the form is sent to.
    place: Any = Column(String(255), nullable=False)
    form: Any = Column(String(64), nullable=False)
    signup_id: Any = Column(ForeignKey("signups.id", ondelete="CASCADE"), index=True)
    typed: Any = Column(EncryptedJson, nullable=False)
    at: Any = Column(UtcDateTime, nullable=False)


class NameTokenRow(Base):
    """Blind index of one word of a name, to search by name without storing names."""

    __tablename__ = "signup_name_tokens"

    signup_id: Any = Column(ForeignKey("signups.id", ondelete="CASCADE"), primary_key=True)
    token: Any = Column(String(64), primary_key=True, index=True)


class SlotRow(Base):
    """Room for transplantations in one quarter."""

    __tablename__ = "capacity_slots"

    trial: Any = Column(String(64), primary_key=True)
    year: Any = Column(Integer, primary_key=True, autoincrement=False)
    number: Any = Column(Integer, primary_key=True, autoincrement=False)
    at_least: Any = Column(Integer, nullable=False)
    at_most: Any = Column(Integer, nullable=False)
    author: Any = Column(String(64), nullable=False)
    at: Any = Column(UtcDateTime, nullable=False)


class PlanRow(Base):
    """The quarter in which somebody has a place."""

    __tablename__ = "capacity_plans"

    signup_id: Any = Column(ForeignKey("signups.id", ondelete="CASCADE"), primary_key=True)
    year: Any = Column(Integer, nullable=False)
    number: Any = Column(Integer, nullable=False)
    author: Any = Column(String(64), nullable=False)
    at: Any = Column(UtcDateTime, nullable=False)


class AuditRow(Base):
    """One entry of the audit trail. Rows are only ever added; a trigger in the database refuses anything else."""

    __tablename__ = "audit_trail"

    sequence: Any = Column(Integer, primary_key=True, autoincrement=False)
    at: Any = Column(UtcDateTime, nullable=False)
    actor: Any = Column(String(64), nullable=False, index=True)
    role: Any = Column(String(32), nullable=False)
    action: Any = Column(String(48), nullable=False)
    record: Any = Column(String(64), nullable=False, index=True)
    purpose: Any = Column(String(32), nullable=False)
    origin: Any = Column(String(64), nullable=False)
    details: Any = Column(Text, nullable=False)
    previous: Any = Column(String(64), nullable=False)
    hash: Any = Column(String(64), nullable=False, index=True)


class AuditHeadRow(Base):
    """The end of the audit chain, with the sealed secret that chains it. One row; writers take turns on it."""

    __tablename__ = "audit_head"

    id: Any = Column(Integer, primary_key=True, autoincrement=False)
    sequence: Any = Column(Integer, nullable=False)
    hash: Any = Column(String(64), nullable=False)
    seal: Any = Column(String(64), nullable=False)
    secret: Any = Column(EncryptedText, nullable=False)
