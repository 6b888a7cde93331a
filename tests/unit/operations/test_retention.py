"""Deleting conversations past their term, on Rasa's own tracker store and the site's own table."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.engine import Engine

from bot.database import make_engine, session_scope
from bot.operations import retention
from bot.patient.tables import ConversationMessage
from bot.signups import audit_search, service, triage
from bot.signups.audit import SYSTEM, Purpose
from bot.signups.tables import DraftRow, SignUpRow
from bot.signups.workflow import State
from tests.databases import postgres_schema
from tests.unit.signups.builders import details, handover

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAYS = 30


@pytest.fixture(scope="module")
def tracker_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty tracker store, its tables made by Rasa."""
    from rasa.core.tracker_store import SQLTrackerStore

    url = f"sqlite:///{tmp_path_factory.mktemp('tracker') / 'conversations.db'}"
    SQLTrackerStore(None, host=url).engine.dispose()
    return url


@pytest.fixture
def tracker(tracker_url: str) -> Iterator[Engine]:
    engine = make_engine(tracker_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM events"))
    yield engine
    engine.dispose()


def add_event(engine: Engine, sender: str, days_ago: float, type_name: str = "user") -> None:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (:sender, :type, :at, :data)"),
            {
                "sender": sender,
                "type": type_name,
                "at": (NOW - timedelta(days=days_ago)).timestamp(),
                "data": "geheim bericht",
            },
        )


def left(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        return [
            (row[0], row[1]) for row in connection.execute(text("SELECT sender_id, type_name FROM events ORDER BY id"))
        ]


def test_conversations_that_ended_before_the_term_go_and_others_stay_whole(tracker: Engine) -> None:
    for days_ago in (40, 31):
        add_event(tracker, "old", days_ago)
    for days_ago in (40, 29):
        add_event(tracker, "running", days_ago)
    assert retention.delete_old_events(tracker, NOW, DAYS) == 2
    assert left(tracker) == [("running", "user")] * 2


def test_earlier_sessions_of_someone_who_came_back_go(tracker: Engine) -> None:
    add_event(tracker, "back", 50, "session_started")
    add_event(tracker, "back", 50)
    add_event(tracker, "back", 35, "session_started")
    add_event(tracker, "back", 35)
    add_event(tracker, "back", 1)
    assert retention.delete_old_events(tracker, NOW, DAYS) == 2
    assert left(tracker) == [("back", "session_started"), ("back", "user"), ("back", "user")]


def test_what_rasa_still_reads_of_a_kept_conversation_is_unchanged(tracker: Engine, tracker_url: str) -> None:
    from rasa.core.tracker_store import SQLTrackerStore
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import SessionStarted, SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    async def save_and_read() -> tuple[DialogueStateTracker, DialogueStateTracker]:
        store = SQLTrackerStore(Domain.empty(), host=tracker_url)
        made = DialogueStateTracker("person", [])
        long_ago, recently = (NOW - timedelta(days=60)).timestamp(), (NOW - timedelta(days=2)).timestamp()
        made.update(SessionStarted(timestamp=long_ago))
        made.update(UserUttered("oud bericht", timestamp=long_ago))
        made.update(SessionStarted(timestamp=recently))
        made.update(SlotSet("ms_type", "rrms", timestamp=recently))
        await store.save(made)
        before = await store.retrieve("person")
        retention.delete_old_events(tracker, NOW, DAYS)
        return before, await store.retrieve("person")

    before, after = asyncio.run(save_and_read())
    assert [event.as_dict() for event in after.events] == [event.as_dict() for event in before.events]
    assert left(tracker) == [("person", "session_started"), ("person", "slot")]


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 60), st.sampled_from(["user", "session_started"]))),
    st.integers(1, 7),
)
def test_nothing_newer_than_the_term_ever_goes(tracker: Engine, events: list[tuple[str, int, str]], batch: int) -> None:
    with tracker.begin() as connection:
        connection.execute(text("DELETE FROM events"))
    # Rasa writes events in the order of time.
    for sender, days_ago, type_name in sorted(events, key=lambda event: -event[1]):
        add_event(tracker, sender, days_ago, type_name)
    retention.delete_old_events(tracker, NOW, DAYS, batch)
    with tracker.connect() as connection:
        kept = connection.execute(
            text("SELECT count(*) FROM events WHERE timestamp >= :limit"),
            {"limit": (NOW - timedelta(days=DAYS)).timestamp()},
        ).scalar_one()
    assert kept == sum(days_ago <= DAYS for _, days_ago, _ in events)
    assert {sender for sender, _ in left(tracker)} == {sender for sender, days_ago, _ in events if days_ago <= DAYS}


def in_use(engine: Engine, conversations: int) -> None:
    """Conversations of long ago of which each is still in use: all is read, and nothing may go."""
    for number in range(conversations):
        for days_ago in (50, 45, 40, 1):
            add_event(engine, f"person{number}", days_ago)


def most_steps(engine: Engine) -> int:
    """Steps of SQLite, in tens, that its longest statement takes when what is old is deleted."""
    steps, longest = [0], [0]

    def begins(connection: Any, *_: object) -> None:
        steps[0] = 0
        connection.connection.dbapi_connection.set_progress_handler(step, 10)

    def step() -> int:
        steps[0] += 1
        longest[0] = max(longest[0], steps[0])
        return 0

    event.listen(engine, "before_cursor_execute", begins)
    assert retention.delete_old_events(engine, NOW, DAYS, batch=2) == 0
    event.remove(engine, "before_cursor_execute", begins)
    return longest[0]


def test_no_statement_takes_longer_in_a_larger_table(tracker: Engine) -> None:
    in_use(tracker, 30)
    few = most_steps(tracker)
    in_use(tracker, 300)
    assert few < most_steps(tracker) < 2 * few


def test_on_postgresql_the_same_goes_and_stays(tracker: Engine) -> None:
    random = Random(1)
    for number in range(120):
        add_event(tracker, f"person{number % 40}", 60 - number / 2, random.choice(["user", "user", "session_started"]))
    with postgres_schema() as url:
        postgres = make_engine(url)
        with tracker.connect() as read, postgres.begin() as write:
            write.execute(
                text(
                    "CREATE TABLE events (id serial PRIMARY KEY, sender_id varchar(255), type_name varchar(255),"
                    " timestamp double precision, data text)"
                )
            )
            rows = read.execute(text("SELECT sender_id, type_name, timestamp, data FROM events ORDER BY id")).mappings()
            for row in rows.all():
                write.execute(
                    text(
                        "INSERT INTO events (sender_id, type_name, timestamp, data)"
                        " VALUES (:sender_id, :type_name, :timestamp, :data)"
                    ),
                    dict(row),
                )
        gone = retention.delete_old_events(tracker, NOW, DAYS, batch=3)
        assert 0 < gone < 120
        assert retention.delete_old_events(postgres, NOW, DAYS, batch=3) == gone
        assert left(postgres) == left(tracker)
        postgres.dispose()


def test_deleted_words_are_not_left_in_the_file(tracker: Engine, tracker_url: str) -> None:
    for number in range(200):
        add_event(tracker, f"old{number}", 40)
    assert retention.delete_old_events(tracker, NOW, DAYS, batch=50) == 200
    path = Path(tracker_url.removeprefix("sqlite:///"))
    assert b"geheim bericht" not in b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


def test_a_store_that_rasa_has_not_used_yet_is_no_problem(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'new.db'}", future=True)
    assert retention.delete_old_events(engine, NOW, DAYS) == 0


def test_turns_on_the_site_go_when_their_own_time_has_come(database: Engine) -> None:
    with session_scope(database) as session:
        for days_ago in (45, 31, 29, 0):
            moment = NOW - timedelta(days=days_ago)
            session.add(ConversationMessage(conversation="c", created_at=moment, turn={"said": str(days_ago)}))
    assert retention.delete_old_turns(database, NOW, DAYS, batch=1) == 2
    with session_scope(database) as session:
        assert [row.turn["said"] for row in session.query(ConversationMessage).order_by(ConversationMessage.id)] == [
            "29",
            "0",
        ]


def test_what_staff_typed_and_never_saved_goes_after_a_week(database: Engine) -> None:
    with session_scope(database) as session:
        for days in (8, 6):
            at = NOW - timedelta(days=days)
            session.add(DraftRow(owner=1, place=f"/{days}", form="steps.note", typed={"note": "tekst"}, at=at))
    assert retention.delete_old_drafts(database, NOW) == 1
    with session_scope(database) as session:
        assert session.execute(select(DraftRow.place)).scalars().all() == ["/6"]


def test_a_finished_sign_up_is_erased_after_its_term_and_an_open_one_stays(database: Engine) -> None:
    with session_scope(database) as session:
        done, old, fresh = (service.submit(session, handover(), details(), NOW - timedelta(days=500)) for _ in range(3))
    for signup, days in ((done, 366), (fresh, 364)):
        with session_scope(database) as session:
            at = NOW - timedelta(days=days)
            triage.transition(session, SYSTEM, signup.id, State.SECOND_LINE_ADVISED, at, version=signup.version)
    assert retention.erase_finished_signups(database, NOW, 365, batch=1) == 1
    assert retention.erase_finished_signups(database, NOW, 365) == 0
    with session_scope(database) as session:
        row = session.get(SignUpRow, done.id)
        assert row.erased_at == NOW and row.name is None and row.events == []
        # What the counts need is still there.
        assert (row.state, row.verdict) == ("second_line_advised", "may_take_part")
        assert {service.get(session, one.id, SYSTEM, Purpose.RETENTION, NOW).id for one in (old, fresh)} == {
            old.id,
            fresh.id,
        }
        told = audit_search.search(session, record=f"signup:{done.id}")[0]
        assert (told.action, told.purpose, told.actor) == ("signup.erase", "retention", "system")
