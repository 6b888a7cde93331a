"""One person's data as a whole: find all of it, export it, erase it, and show that nothing is left.

What belongs to a person is read from the tables themselves: every row that refers to their sign-up or carries the name
of their conversation. A table that somebody adds later is exported without a change here, and searched after erasure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, delete, inspect, or_, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.contact.tables import CallbackRow
from bot.database import empty_log, session_scope
from bot.migrations import metadata
from bot.patient.tables import ConversationMessage
from bot.patient.tokens import ConversationTokens
from bot.patient.tracker import erase_tracker
from bot.signups import audit, codes, service
from bot.signups.audit import Actor, Purpose
from bot.signups.encryption import EncryptedText, ring_of
from bot.signups.tables import AuditRow, SignUpRow

# Rasa's tracker store, as `bot.dialogue.tracker_store` keeps it. Named here too, as that module loads all of Rasa.
TRACKER = MetaData()
Table(
    "events",
    TRACKER,
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255), nullable=False, index=True),
    Column("type_name", String(255), nullable=False),
    Column("timestamp", Float),
    Column("intent_name", String(255)),
    Column("action_name", String(255)),
    Column("data", EncryptedText),
)
_CONVERSATION_COLUMNS = frozenset({"conversation", "sender_id"})
# Keyed hashes, which mean nothing to anybody: not worth handing over.
_INTERNAL = frozenset({"handover_digest", "lookup", "token", "hash", "previous"})


class Unknown(Exception):
    """There is nobody with this code or conversation."""


@dataclass(frozen=True)
class Person:
    """Whose data: the numbers of their sign-ups, the names of their conversations, their phone numbers.

    A call-back is tied to nothing: it is theirs when it has their phone number.
    """

    signups: tuple[int, ...]
    conversations: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where something was found: a table and a column, `events.data` for example."""

    table: str
    column: str


def by_code(database: Engine, code: str) -> Person:
    """The person with this code of a sign-up, as typed.

    Raises:
        Unknown: when there is no sign-up with this code, or it was erased.
    """
    stored = codes.normalise(code)
    with session_scope(database) as session:
        row = session.execute(select(SignUpRow).where(SignUpRow.code == stored)).scalar_one_or_none()
        if stored is None or row is None:
            raise Unknown(code)
        return of_signup(row.id, row.conversation, row.phone)


def of_signup(signup_id: int, conversation: str | None, phone: str) -> Person:
    """The person of one sign-up, the conversation it came from, and its phone number."""
    return Person((signup_id,), (conversation,) if conversation else (), (phone,))


def by_phone(database: Engine, phone: str) -> Person:
    """The person who asked to be called back on this number, in international form.

    Raises:
        Unknown: when nobody did.
    """
    with session_scope(database) as session:
        if not _callbacks(session, (phone,)):
            raise Unknown(phone)
    return Person((), (), (phone,))


def by_conversation(database: Engine, conversation: str) -> Person:
    """The person of a conversation and of every sign-up that came from it.

    Args:
        database: with its keys.
        conversation: the token the browser has (cookie `gesprek`, `conversation` of the API), or the stored name.

    Raises:
        Unknown: when nothing is stored under it.
    """
    known = ConversationTokens(ring_of(database)).recognise(conversation)
    name = known.sender if known else conversation
    with session_scope(database) as session:
        # The column is sealed, so every sign-up has to be opened to know where it came from.
        living = select(SignUpRow.id, SignUpRow.conversation, SignUpRow.phone).where(SignUpRow.erased_at.is_(None))
        found = [row for row in session.execute(living) if row.conversation == name]
        signups, phones = tuple(row.id for row in found), tuple(row.phone for row in found)
        own = select(ConversationMessage.id).where(ConversationMessage.conversation == name).limit(1)
        if not signups and session.execute(own).first() is None:
            raise Unknown(conversation)
    return Person(signups, (name,), phones)


def export(
    database: Engine, tracker: Engine, person: Person, actor: Actor, leave_out: Iterable[str] = ()
) -> dict[str, Any]:
    """Everything stored about a person, opened, per table; fit for JSON. The look is audited.

    Args:
        database: with its keys.
        tracker: Rasa's store, with its keys.
        person: whose data.
        actor: who asks for it.
        leave_out: tables that are not handed over.
    """
    now = datetime.now(UTC)
    skipped = set(leave_out)
    with session_scope(database) as session:
        for number in person.signups:
            audit.record(session, actor, "signup.export", service.subject_of(number), Purpose.PATIENT_REQUEST, now)
    found = {**_rows_about(database, metadata(), person), **_rows_about(tracker, TRACKER, person)}
    return {
        "made_at": now.isoformat(),
        "tables": {name: rows for name, rows in found.items() if rows and name not in skipped},
    }


def erase(database: Engine, tracker_url: str, person: Person, actor: Actor) -> None:
    """Erase a person's sign-ups and conversations for good. The bare row of a sign-up stays, for the counts.

    Raises:
        SQLAlchemyError: when a database cannot be reached; repeat it then, it goes on with what is left.
    """
    now = datetime.now(UTC)
    # Conversations first: the sign-up is what leads to them.
    for conversation in person.conversations:
        erase_conversation(database, tracker_url, conversation)
    with session_scope(database) as session:
        for number in person.signups:
            service.erase(session, number, now, actor=actor)
    erase_callbacks(database, person.phones)
    empty_log(database)


def erase_callbacks(database: Engine, phones: Sequence[str]) -> None:
    """Delete the call-backs on these numbers."""
    with session_scope(database) as session:
        session.execute(delete(CallbackRow).where(CallbackRow.id.in_(_callbacks(session, phones))))


def _callbacks(session: Session, phones: Sequence[str]) -> list[int]:
    """Numbers of the call-backs on these phones. They are sealed and few: each is opened."""
    rows = session.execute(select(CallbackRow.id, CallbackRow.phone))
    return [row.id for row in rows if row.phone in phones]


def erase_conversation(database: Engine, tracker_url: str, conversation: str) -> None:
    """Delete a conversation here and in Rasa's store, and every other row that carries its name."""
    erase_tracker(tracker_url, conversation)
    with session_scope(database) as session:
        for table in metadata().sorted_tables:
            for column in _names_of_conversations(table):
                session.execute(table.delete().where(column == conversation))
    empty_log(database)


def search(engine: Engine, tables: MetaData, words: Sequence[str]) -> list[Place]:
    """Where any of these words occurs, sealed values opened first. Reads every row of every table."""
    found: dict[Place, None] = {}
    existing = set(inspect(engine).get_table_names())
    with Session(engine, future=True) as session:
        for table in tables.sorted_tables:
            if table.name not in existing:
                continue
            for row in session.execute(select(table)).yield_per(500):
                for name, value in row._mapping.items():
                    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
                    if any(word in text for word in words):
                        found[Place(table.name, str(name))] = None
    return list(found)


def _rows_about(engine: Engine, tables: MetaData, person: Person) -> dict[str, list[dict[str, Any]]]:
    existing = set(inspect(engine).get_table_names())
    found: dict[str, list[dict[str, Any]]] = {}
    with Session(engine, future=True) as session:
        for table in tables.sorted_tables:
            conditions = list(_conditions(table, person))
            if table.name == CallbackRow.__tablename__ and person.phones:
                conditions.append(table.c.id.in_(_callbacks(session, person.phones)))
            if not conditions or table.name not in existing:
                continue
            query = select(table).where(or_(*conditions)).order_by(*table.primary_key.columns)
            rows = [_plain(row._mapping) for row in session.execute(query)]
            # A row of which nothing but a number is left was an index.
            found[table.name] = [row for row in rows if len(row) > 1]
    return found


def _conditions(table: Table, person: Person) -> Iterator[Any]:
    """What makes a row of this table one about the person."""
    if table.name == SignUpRow.__tablename__:
        yield table.c.id.in_(person.signups)
    for column in table.columns:
        if any(key.column.table.name == SignUpRow.__tablename__ for key in column.foreign_keys):
            yield column.in_(person.signups)
    for column in _names_of_conversations(table):
        yield column.in_(person.conversations)
    if table.name == AuditRow.__tablename__:
        yield table.c.record.in_([service.subject_of(number) for number in person.signups])


def _names_of_conversations(table: Table) -> list[Any]:
    return [
        column
        for column in table.columns
        if column.name in _CONVERSATION_COLUMNS and not isinstance(column.type, EncryptedText)
    ]


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    opened = {str(name): value for name, value in row.items() if str(name) not in _INTERNAL}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in opened.items()}
