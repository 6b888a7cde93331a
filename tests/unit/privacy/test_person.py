"""Everything about one person is exported, and after erasure nothing of it is left in any table or file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import Boolean, Date, DateTime, Integer, MetaData, String, Table, Text, select, type_coerce
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot import settings as project_settings
from bot.cli import main
from bot.contact.tables import CallbackRow
from bot.database import make_engine, open_database, session_scope
from bot.migrations import metadata
from bot.patient.messages import BotMessage
from bot.patient.tokens import ConversationTokens
from bot.patient.transcript import Transcript, Turn
from bot.privacy import person
from bot.settings import Settings
from bot.signups import service, triage
from bot.signups.audit import Actor
from bot.signups.encryption import EncryptedText, ring_of, use_keys
from tests.unit.signups.builders import NOW, answers, details, handover

NURSE = Actor("verpleegkundige", "nurse", "test")
# After erasure a row may know the code of a sign-up, sealed, until the hospital's systems have heard of it.
MAY_KNOW_THE_CODE = {person.Place(table, "code") for table in ("delivery_outbox", "deliveries")}


@pytest.fixture
def tracker(settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings.tracker_url)
    use_keys(engine, settings.keys)
    person.TRACKER.create_all(engine)
    yield engine
    engine.dispose()


class Planted:
    """One person with a word of their own in every place where something about them can be stored."""

    def __init__(self, database: Engine, tracker: Engine) -> None:
        self.words: list[str] = []
        conversation = ConversationTokens(ring_of(database)).issue()
        self.token, self.sender = conversation.token, conversation.sender
        given = answers()
        given["ms_type"]["words"] = self.word()
        turn = Turn(self.word(), (BotMessage(text=self.word(), kind="answer"),), self.word())
        Transcript(database, ring_of(database)).add(self.sender, turn)
        with tracker.begin() as connection:
            event = {"sender_id": self.sender, "type_name": "user", "timestamp": 1.0, "data": self.word()}
            connection.execute(person.TRACKER.tables["events"].insert(), event)
        texts = ("name", "email", "call_when", "neurologist", "hospital")
        self.phone = f"+316{uuid4().int % 10**8:08d}"
        filled = details(phone=self.phone, date_of_birth=date(1971, 2, 3), **{name: self.word() for name in texts})
        self.words += [self.phone, "1971-02-03"]
        with session_scope(database) as session:
            from_chat = handover(conversation=self.sender, answers=given)
            self.signup = service.submit(session, from_chat, filled, NOW)
        with session_scope(database) as session:
            triage.add_note(session, NURSE, self.signup.id, self.word(), NOW)
        self.words += [self.signup.code, self.sender]
        with session_scope(database) as session:
            # Written with another name: only the number ties it to this person.
            session.add(CallbackRow(created_at=NOW, name=self.word(), phone=self.phone, call_when=self.word()))
        self._plant_in_other_tables(database)

    def word(self) -> str:
        """A new word that occurs nowhere else."""
        self.words.append(f"Zwaluw{uuid4().hex}")
        return self.words[-1]

    def _plant_in_other_tables(self, database: Engine) -> None:
        """A row in every table that refers to a sign-up or a conversation, whoever added that table."""
        about = person.Person((self.signup.id,), (self.sender,))
        with Session(database, future=True) as session:
            for table in metadata().sorted_tables:
                conditions = list(person._conditions(table, about))
                if not conditions or session.execute(select(table).where(conditions[0])).first():
                    continue
                session.execute(table.insert().values(self._row(table)))
            session.commit()

    def _row(self, table: Table) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for column in table.columns:
            kind = column.type.impl if hasattr(column.type, "impl") else column.type
            if column.foreign_keys:
                row[column.name] = self.signup.id
            elif column.name in ("conversation", "sender_id"):
                row[column.name] = self.sender
            elif isinstance(kind, Boolean):
                row[column.name] = False
            elif isinstance(kind, DateTime | Date):
                row[column.name] = NOW
            elif isinstance(kind, String):
                # Short columns hold states and names of things; what somebody wrote has no fixed length.
                row[column.name] = uuid4().hex[: kind.length] if kind.length else self.word()
            elif not isinstance(kind, Integer):
                row[column.name] = {"words": self.word()}
            elif not column.primary_key:
                row[column.name] = 1
        return row

    def sealed(self, engine: Engine, tables: MetaData) -> list[bytes]:
        """The stored form of every sealed value in the rows about this person."""
        about = person.Person((self.signup.id,), (self.sender,))
        found = []
        with Session(engine, future=True) as session:
            for table in tables.sorted_tables:
                columns = [
                    column
                    for column in table.columns
                    if isinstance(column.type, EncryptedText)
                    and person.Place(table.name, column.name) not in MAY_KNOW_THE_CODE
                ]
                for condition in person._conditions(table, about) if columns else ():
                    rows = session.execute(select(*(type_coerce(one, Text) for one in columns)).where(condition))
                    found += [str(value).encode() for row in rows for value in row if value]
        return found


def raw(settings: Settings) -> bytes:
    """Every byte of every file of the installation: databases, their logs, and what else lies there."""
    return b"".join(path.read_bytes() for path in sorted(settings.var.rglob("*")) if path.is_file())


def places(database: Engine, tracker: Engine, words: list[str]) -> list[person.Place]:
    return [*person.search(database, metadata(), words), *person.search(tracker, person.TRACKER, words)]


def test_an_export_holds_every_word_and_nothing_of_others(database: Engine, tracker: Engine) -> None:
    one, other = Planted(database, tracker), Planted(database, tracker)
    found = person.export(database, tracker, person.by_code(database, one.signup.code.lower()), NURSE)
    text = json.dumps(found, ensure_ascii=False)
    assert [word for word in one.words if word not in text] == []
    assert [word for word in other.words if word in text and word not in one.words] == []
    assert person.by_conversation(database, one.token) == person.by_code(database, one.signup.code)
    assert {"signups", "signup_notes", "signup_events", "conversation_messages", "events"} <= set(found["tables"])


def test_after_erasure_no_table_and_no_file_holds_anything_of_the_person(
    settings: Settings, database: Engine, tracker: Engine
) -> None:
    one, other = Planted(database, tracker), Planted(database, tracker)
    sealed = [*one.sealed(database, metadata()), *one.sealed(tracker, person.TRACKER)]
    own = [word for word in one.words if word not in other.words]
    assert len(sealed) >= 12
    assert all(value in raw(settings) for value in sealed)
    assert {place.table for place in places(database, tracker, own)} >= {"signups", "signup_notes", "events"}

    person.erase(database, settings.tracker_url, person.by_conversation(database, one.token), NURSE)

    left = places(database, tracker, own)
    assert set(left) <= MAY_KNOW_THE_CODE
    files = raw(settings)
    assert [word for word in own if word.encode() in files] == []
    assert [value for value in sealed if value in files] == []
    # Nobody else lost anything.
    kept = json.dumps(person.export(database, tracker, person.by_code(database, other.signup.code), NURSE))
    assert [word for word in other.words if word not in kept] == []
    with pytest.raises(person.Unknown):
        person.by_code(database, one.signup.code)
    with pytest.raises(person.Unknown):
        person.by_conversation(database, one.token)


def test_the_commands_export_to_a_closed_file_and_erase(
    settings: Settings, database: Engine, tracker: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(project_settings, "load", lambda: settings)
    one = Planted(database, tracker)
    file = tmp_path / "person.json"
    exported = CliRunner().invoke(main, ["person", "export", "--code", one.signup.code, "--to", str(file)])
    assert exported.exit_code == 0, exported.output
    assert file.stat().st_mode & 0o077 == 0
    assert one.words[0] in file.read_text(encoding="utf-8")
    refused = CliRunner().invoke(main, ["person", "erase", "--conversation", one.sender], input="n\n")
    assert refused.exit_code == 1
    assert places(database, tracker, one.words)
    erased = CliRunner().invoke(main, ["person", "erase", "--conversation", one.sender, "--yes"])
    assert erased.exit_code == 0, erased.output
    assert "have yet to be told" in erased.output
    again = CliRunner().invoke(main, ["person", "erase", "--code", one.signup.code, "--yes"])
    assert again.exit_code == 1
    assert "Nothing is stored" in again.output


def test_search_finds_what_was_left_behind(settings: Settings, database: Engine, tracker: Engine) -> None:
    one = Planted(database, tracker)
    service_only = open_database(settings)
    with session_scope(service_only) as session:
        service.erase(session, one.signup.id, NOW)
    service_only.dispose()
    left = {place.table for place in places(database, tracker, one.words)}
    assert {"conversation_messages", "events"} <= left


def test_a_call_back_alone_is_found_by_its_number(settings: Settings, database: Engine, tracker: Engine) -> None:
    with session_scope(database) as session:
        session.add(CallbackRow(created_at=NOW, name="Zwaluw", phone="+31612340000", call_when=""))
        session.add(CallbackRow(created_at=NOW, name="Merel", phone="+31612340001", call_when=""))
    who = person.by_phone(database, "+31612340000")
    assert [row["name"] for row in person.export(database, tracker, who, NURSE)["tables"]["callbacks"]] == ["Zwaluw"]
    person.erase(database, settings.tracker_url, who, NURSE)
    assert places(database, tracker, ["Zwaluw"]) == []
    assert [place.table for place in places(database, tracker, ["Merel"])] == ["callbacks"]
