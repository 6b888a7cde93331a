"""Makes an installation large for a measurement: conversations of others, sign-ups, topics. Everybody is made up."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml
from sqlalchemy import MetaData, Table, insert
from sqlalchemy.engine import Engine

from bot import settings as project_settings
from bot.database import make_engine, session_scope
from bot.eligibility.trial_file import load_trial
from bot.settings import Settings
from bot.signups import service
from bot.signups.encryption import COLUMNS, KeyRing
from bot.signups.handover import Handover
from bot.signups.records import IntakeDetails

_EVENTS_EACH = 5
_BATCH = 10_000
_QUESTIONS_EACH = 6
_SAID = "Een bericht of antwoord zoals dat in een gesprek voorkomt, met ongeveer deze lengte. " * 8


def conversations(settings: Settings, number: int) -> None:
    """Store so many conversations: some events each in Rasa's store, a turn on the site."""
    sealed = KeyRing(settings.keys).fernet(COLUMNS).encrypt(_SAID.encode()).decode("ascii")
    now = datetime.now(UTC)
    event = {"type_name": "user", "timestamp": now.timestamp(), "data": sealed}
    tracker, database = make_engine(settings.tracker_url), make_engine(settings.database_url)
    for begin in range(0, number, _BATCH):
        names = [uuid4().hex for _ in range(begin, min(begin + _BATCH, number))]
        _insert(tracker, "events", [{"sender_id": name, **event} for name in names for _ in range(_EVENTS_EACH)])
        turns = [{"conversation": name, "created_at": now, "turn": sealed} for name in names]
        _insert(database, "conversation_messages", turns)
    tracker.dispose()
    database.dispose()


def _insert(engine: Engine, name: str, rows: list[dict[str, Any]]) -> None:
    # As the database has it: what is inserted is sealed already.
    table = Table(name, MetaData(), autoload_with=engine)
    with engine.begin() as connection:
        connection.execute(insert(table), rows)


def signups(database: Engine, settings: Settings, number: int) -> None:
    """Submit so many sign-ups of example people."""
    trial = load_trial(settings.trial_file)
    now = datetime.now(UTC)
    answers = {one: {"option": "yes", "outcome": "met", "words": "ja"} for one in trial.criterion_ids}
    details = IntakeDetails(
        name="Voorbeeld Persoon",
        date_of_birth=date(1985, 4, 3),
        phone="+31612345678",
        email="voorbeeld@example.org",
        call_how="call",
        call_when="dinsdag",
        neurologist="dokter Voorbeeld",
        hospital="Ziekenhuis Voorbeeld",
        consent_call=True,
        consent_records=True,
    )
    with session_scope(database) as session:
        for _ in range(number):
            service.submit(session, Handover(uuid4().hex, trial.id, answers, "nl", None, now), details, now)


def content(folder: Path, times: int) -> None:
    """Write the content with so many times its topics to a folder."""
    shutil.copytree(project_settings.load({}).content, folder)
    for path in (folder / "faq").glob("*.yml"):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        topics = dict(document["topics"])
        for number in range(2, times + 1):
            document["topics"] |= {f"{name}_x{number}": _another(topic, number) for name, topic in topics.items()}
        path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=10_000), encoding="utf-8")


def _another(topic: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A topic like this one about something else: a made-up word stands in every question."""
    word = f"onderwerp{chr(ord('a') + number)}"
    return {
        **topic,
        "question": {language: f"{text} ({word})" for language, text in topic["question"].items()},
        "questions": {
            language: [f"{word} {text}" for text in texts[:_QUESTIONS_EACH]]
            for language, texts in topic["questions"].items()
        },
    }
