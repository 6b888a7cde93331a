"""Call-backs and ratings as stored: sealed, audited, erased once they served."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Engine

from bot.contact import callbacks, ratings
from bot.contact.callbacks import Gone
from bot.contact.tables import RatingRow
from bot.database import session_scope
from bot.signups.audit import Actor
from bot.signups.tables import AuditRow

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NURSE = Actor("anna", "nurse", "127.0.0.1")
TYPED = {"name": "Voorbeeld Beller", "phone": "06 12345678", "call_when": " na \n de lunch "}


def asked(database: Engine, at: datetime = NOW) -> None:
    with session_scope(database) as session:
        callbacks.ask(session, callbacks.check(TYPED, "nl"), at)


def test_what_is_typed_is_checked_and_told() -> None:
    assert callbacks.check(TYPED, "nl") == callbacks.Asked("Voorbeeld Beller", "+31612345678", "na de lunch", "nl")
    wrong = callbacks.check({"name": " ", "phone": "12"}, "nl")
    assert [error.field for error in wrong.errors] == ["name", "phone"] and not wrong.phone


def test_the_one_who_waits_longest_comes_first_and_each_look_is_recorded(database: Engine) -> None:
    asked(database)
    asked(database, NOW - timedelta(days=1))
    with session_scope(database) as session:
        assert [one.id for one in callbacks.waiting(session, NURSE, NOW)] == [2, 1]
    with session_scope(database) as session:
        trail = session.execute(select(AuditRow.action, AuditRow.record)).all()
    assert ("callback.ask", "callback:1") in trail and ("callback.look", "callback:2") in trail


def test_name_and_number_are_sealed_and_go_once_somebody_called(database: Engine) -> None:
    asked(database)
    with database.connect() as connection:
        stored = connection.execute(text("SELECT name, phone, call_when FROM callbacks")).one()
    assert not any(word in column for column in stored for word in ("Voorbeeld", "12345678", "lunch"))
    with session_scope(database) as session:
        callbacks.done(session, 1, NURSE, NOW)
    with session_scope(database) as session:
        assert callbacks.waiting(session, NURSE, NOW) == []
    with pytest.raises(Gone), session_scope(database) as session:
        callbacks.done(session, 1, NURSE, NOW)


def test_ratings_are_counted_per_topic_and_reasons_are_masked(database: Engine) -> None:
    with session_scope(database) as session:
        number = ratings.rate(session, "hair_loss", 3, False, NOW)
        ratings.add_reason(session, number, "bel mij op 06 12345678, het is onduidelijk", NOW)
        ratings.rate(session, "study_aim", 3, True, NOW)
        ratings.add_reason(session, 999, "van een oordeel dat er niet meer is", NOW)
    with session_scope(database) as session:
        found = [(one.topic, one.helped, one.not_helped) for one in ratings.by_topic(session)]
        [reason] = session.execute(select(RatingRow.reason).where(RatingRow.reason.is_not(None))).scalars()
    assert found == [("hair_loss", 0, 1), ("study_aim", 1, 0)]
    assert "12345678" not in reason and "onduidelijk" in reason


def test_ratings_count_per_version_and_few_of_them_are_hidden(database: Engine) -> None:
    versions = [(2, NOW), (1, NOW - timedelta(days=9))]
    with session_scope(database) as session:
        for number in range(5):
            ratings.rate(session, "hair_loss", 3, number > 0, NOW - timedelta(days=8 - number))
        ratings.rate(session, "hair_loss", 4, False, NOW + timedelta(hours=1))
        ratings.rate(session, "study_aim", 4, False, NOW)
        found = [
            (one.version, one.helped, one.not_helped) for one in ratings.by_version(session, "hair_loss", versions)
        ]
        assert found == [(2, None, None), (1, 4, 1)]
        assert ratings.by_version(session, "study_where", versions) == []


def test_reasons_stand_with_their_topic(database: Engine) -> None:
    with session_scope(database) as session:
        ratings.add_reason(session, ratings.rate(session, "hair_loss", 3, False, NOW), "te lang", NOW)
        ratings.rate(session, "hair_loss", 3, True, NOW)
        assert ratings.reasons(session, "hair_loss") == [ratings.Reason("te lang", False)]
        assert ratings.reasons(session, "study_aim") == []
