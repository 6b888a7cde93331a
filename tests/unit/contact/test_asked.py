"""Questions that people let us keep: masked, sealed, tied to nobody, grouped by likeness."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from bot.contact import asked
from bot.contact.asked import Became, Kind
from bot.contact.grouping import groups
from bot.contact.tables import AskedRow
from bot.database import session_scope

NOW = datetime(2026, 6, 1, 12, 34, tzinfo=UTC)


def test_a_question_is_kept_masked_and_sealed_with_the_day_alone(database: Engine) -> None:
    with session_scope(database) as session:
        assert asked.keep(session, Kind.REFUSED, "mag mijn hond mee? bel 06 12345678", "f1", NOW)
        assert not asked.keep(session, Kind.REFUSED, "mag mijn hond mee?", "f1", NOW)
        assert not asked.keep(session, Kind.REFUSED, "  ", "f2", NOW)
    with database.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM asked_questions")).one())
    assert "hond" not in stored and "12345678" not in stored
    with session_scope(database) as session:
        [one] = asked.waiting(session)
    assert "hond" in one.words and "12345678" not in one.words
    assert (one.day.hour, one.day.minute) == (0, 0)


def test_no_column_can_lead_to_a_conversation() -> None:
    columns = {column.name for column in inspect(AskedRow).columns}
    assert columns == {"id", "created_at", "kind", "topic", "words", "form", "became", "done_by", "done_at"}


def test_what_is_dealt_with_leaves_the_list_and_can_come_back(database: Engine) -> None:
    with session_scope(database) as session:
        asked.keep(session, Kind.REFUSED, "parkeren", "f1", NOW)
        asked.keep(session, Kind.NOT_HELPED, "haaruitval", "f2", NOW, "hair_loss")
        assert asked.counts(session) == {Kind.REFUSED: 1, Kind.CLARIFIED: 0, Kind.NOT_HELPED: 1}
        assert [one.words for one in asked.waiting(session, Kind.NOT_HELPED)] == ["haaruitval"]
        assert asked.finish(session, [1], Became.OUTSIDE, "els", NOW) == 1
        assert asked.finish(session, [1], Became.DISMISSED, "bob", NOW) == 0
        assert [one.words for one in asked.waiting(session)] == ["haaruitval"]
        [handled] = asked.done(session)
        assert (handled.became, handled.done_by) == (Became.OUTSIDE, "els")
        assert asked.take_back(session, 1) and not asked.take_back(session, 1) and not asked.take_back(session, 99)
        assert len(asked.waiting(session)) == 2 and asked.done(session) == []


BACKGROUND = (
    "wat is het",
    "kan ik meedoen",
    "mag ik weer werken",
    "hoe lang duurt het",
    "wat kost dat",
    "is het veilig",
)


def test_questions_alike_find_each_other_misspelt_too_and_the_largest_group_comes_first() -> None:
    texts = ["helpt vitamine d", "wat kost parkeren", "parkeren amc", "hoe duur is parkeeren", "Parkeren AMC", "???"]
    assert groups(texts, BACKGROUND) == [[1, 2, 3, 4], [0], [5]]


@settings(max_examples=25, deadline=None)
@given(some.lists(some.text(max_size=12), max_size=8))
def test_every_text_is_in_exactly_one_group_and_equal_texts_in_the_same(texts: list[str]) -> None:
    found = groups(texts)
    assert sorted(place for group in found for place in group) == list(range(len(texts)))
    assert [len(group) for group in found] == sorted((len(group) for group in found), reverse=True)
    for one, first in enumerate(texts):
        for other in range(one):
            if texts[other] == first:
                assert any(one in group and other in group for group in found)
