"""The table of terms: complete, followed by the worker, shown on the privacy page and in the documents."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

from sqlalchemy.engine import Engine

from bot.contact.tables import AskedRow, CallbackRow, RatingRow
from bot.database import make_engine, session_scope
from bot.migrations import metadata
from bot.operations import retention
from bot.patient.app import create_app
from bot.patient.tables import ConversationMessage
from bot.privacy.person import TRACKER
from bot.privacy.terms import KINDS, as_markdown, terms
from bot.settings import ROOT, Settings, load
from bot.signups import service, triage
from bot.signups.audit import SYSTEM
from bot.signups.tables import DraftRow
from bot.signups.workflow import State
from tests.unit.signups.builders import details, handover

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DOCUMENT = ROOT / "docs" / "privacy" / "bewaartermijnen.md"


def test_every_table_belongs_to_exactly_one_kind() -> None:
    named = [table for kind in KINDS for table in kind.tables]
    assert sorted(named) == sorted({*metadata().tables, *TRACKER.tables})


def test_every_kind_with_a_term_is_deleted_by_the_worker_and_no_other(settings: Settings) -> None:
    assert set(retention.DELETIONS) == {kind.id for kind in KINDS if kind.days(settings) is not None}


def test_each_kind_goes_after_its_term_and_not_before(settings: Settings, database: Engine) -> None:
    tracker = make_engine(settings.tracker_url)
    TRACKER.create_all(tracker)
    logs = settings.var / "log"
    logs.mkdir()
    for kind in KINDS:
        days = kind.days(settings)
        if days is None:
            continue
        for age in (days - 1, days + 1):
            plant(kind.id, database, tracker, logs, NOW - timedelta(days=age))
    stores = retention.Stores(database, tracker, logs)
    assert retention.delete_what_is_past_its_term(stores, settings, NOW) == {
        "conversations": 2,
        "signups": 1,
        "drafts": 1,
        "callbacks": 1,
        "ratings": 1,
        "asked": 1,
        "logs": 1,
    }
    assert set(retention.delete_what_is_past_its_term(stores, settings, NOW).values()) == {0}
    tracker.dispose()


def plant(kind: str, database: Engine, tracker: Engine, logs: Path, at: datetime) -> None:
    """Something of this kind, last touched at this moment."""
    if kind == "logs":
        file = logs / f"processes.log.{at.date()}"
        file.touch()
        os.utime(file, (at.timestamp(), at.timestamp()))
        return
    if kind == "conversations":
        with tracker.begin() as connection:
            event = {"sender_id": at.isoformat(), "type_name": "user", "timestamp": at.timestamp()}
            connection.execute(TRACKER.tables["events"].insert(), event)
    if kind == "signups":
        with session_scope(database) as session:
            signup = service.submit(session, handover(), details(), at)
        with session_scope(database) as session:
            triage.transition(session, SYSTEM, signup.id, State.WITHDRAWN, at, version=signup.version)
        return
    rows = {
        "conversations": lambda: ConversationMessage(conversation="c", created_at=at, turn={}),
        "callbacks": lambda: CallbackRow(created_at=at, name="", phone="", call_when=""),
        "ratings": lambda: RatingRow(created_at=at, topic="t", revision=1, helpful=True),
        "asked": lambda: AskedRow(created_at=at, kind="refused", words="", form=at.isoformat()[:32]),
        "drafts": lambda: DraftRow(owner=1, place=at.isoformat(), form="f", typed={}, at=at),
    }
    with session_scope(database) as session:
        session.add(rows[kind]())


def test_the_privacy_page_shows_the_terms_of_this_installation(settings: Settings) -> None:
    page = create_app(settings).test_client().get("/privacy").text
    told = unescape(re.sub(r"\s+", " ", page))
    for term in terms(settings):
        assert (term.until in told) is term.kind.about_patients, term.kind.id
    assert f"Hooguit {settings.retention_days} dagen" in told


def test_the_document_has_the_same_table() -> None:
    assert as_markdown(load({})) in DOCUMENT.read_text(encoding="utf-8")
