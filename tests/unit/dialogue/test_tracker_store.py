"""The tracker store keeps a conversation, and its file tells nobody what was said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from sqlalchemy import create_engine, event, text

from bot.dialogue.tracker_store import SealedTrackerStore, StoredTracker
from bot.patient.tracker import erase_tracker, forget_prescreen
from bot.signups.encryption import EncryptionError, generate_key
from tests.databases import postgres_schema

pytestmark = pytest.mark.anyio
WORDS = "ik heb sinds 2016 een zeldzame schub"
DOMAIN = Domain.from_dict({"intents": ["greet", "start_prescreen", "stop"], "slots": {}})


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("STAMCELWIJZER_KEYS", generate_key())
    yield f"sqlite:///{tmp_path / 'conversations.db'}"


def said(*intents: str) -> DialogueStateTracker:
    events = [UserUttered(f"{WORDS} {intent}", intent={"name": intent}) for intent in intents]
    return DialogueStateTracker.from_events("someone", [*events, SlotSet("requested_slot", None)])


async def test_a_conversation_is_still_there_in_a_new_process(url: str) -> None:
    await SealedTrackerStore(domain=DOMAIN, host=url).save(said("greet", "stop"))
    kept = await SealedTrackerStore(domain=DOMAIN, host=url).retrieve("someone")
    assert kept is not None
    assert [event.text for event in kept.events if isinstance(event, UserUttered)] == [
        f"{WORDS} greet",
        f"{WORDS} stop",
    ]


async def test_the_file_does_not_hold_what_was_said(url: str, tmp_path: Path) -> None:
    await SealedTrackerStore(domain=DOMAIN, host=url).save(said("greet"))
    files = list(tmp_path.glob("conversations.db*"))
    assert files
    for file in files:
        assert b"zeldzame" not in file.read_bytes()


async def test_another_key_does_not_open_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await SealedTrackerStore(domain=DOMAIN, host=url).save(said("greet"))
    monkeypatch.setenv("STAMCELWIJZER_KEYS", generate_key())
    with pytest.raises(EncryptionError):
        await SealedTrackerStore(domain=DOMAIN, host=url).retrieve("someone")


async def test_stopping_deletes_everything_since_the_prescreen_began(url: str) -> None:
    store = SealedTrackerStore(domain=DOMAIN, host=url)
    await store.save(said("greet", "start_prescreen", "stop"))
    assert forget_prescreen(url, "someone") == 3
    kept = await store.retrieve("someone")
    assert kept is not None
    assert [event.text for event in kept.events if isinstance(event, UserUttered)] == [f"{WORDS} greet"]


async def test_erasing_deletes_the_whole_conversation_and_no_other(url: str) -> None:
    store = SealedTrackerStore(domain=DOMAIN, host=url)
    await store.save(said("greet"))
    other = DialogueStateTracker.from_events("other", [UserUttered("hallo", intent={"name": "greet"})])
    await store.save(other)
    assert erase_tracker(url, "someone") == 2
    with create_engine(url).connect() as connection:
        assert connection.execute(text("select distinct sender_id from events")).scalars().all() == ["other"]


async def test_only_the_newest_events_are_written_and_all_are_there(url: str) -> None:
    store = SealedTrackerStore(domain=DOMAIN, host=url)
    for number in range(3):
        tracker = await store.get_or_create_tracker("someone", append_action_listen=False)
        tracker.update(UserUttered(f"bericht {number}", intent={"name": "greet"}))
        await store.save(tracker)
    kept = await SealedTrackerStore(domain=DOMAIN, host=url).retrieve("someone")
    assert kept is not None
    assert [event.text for event in kept.events] == ["bericht 0", "bericht 1", "bericht 2"]


async def test_what_another_process_wrote_is_read(url: str) -> None:
    ours, other = SealedTrackerStore(domain=DOMAIN, host=url), SealedTrackerStore(domain=DOMAIN, host=url)
    for store, words in ((ours, "een"), (other, "twee"), (ours, "drie")):
        tracker = await store.get_or_create_tracker("someone", append_action_listen=False)
        tracker.update(UserUttered(words, intent={"name": "greet"}))
        await store.save(tracker)
    kept = await other.retrieve("someone")
    assert kept is not None
    assert [event.text for event in kept.events] == ["een", "twee", "drie"]


async def test_a_turn_that_failed_halfway_leaves_nothing_behind(url: str) -> None:
    store = SealedTrackerStore(domain=DOMAIN, host=url)
    await store.save(said("greet"))
    tracker = await store.retrieve("someone")
    assert tracker is not None
    await store.save(tracker)
    lost = await store.retrieve("someone")
    assert lost is not None
    lost.update(UserUttered("nooit opgeslagen", intent={"name": "stop"}))
    kept = await store.retrieve("someone")
    assert kept is not None
    assert kept.latest_message is not None
    assert kept.latest_message.text == f"{WORDS} greet"


async def test_an_erased_conversation_is_not_remembered(url: str) -> None:
    store = SealedTrackerStore(domain=DOMAIN, host=url)
    tracker = await store.get_or_create_tracker("someone")
    tracker.update(UserUttered(WORDS, intent={"name": "greet"}))
    await store.save(tracker)
    erase_tracker(url, "someone")
    assert await store.retrieve("someone") is None


async def test_a_turn_asks_the_database_for_little(url: str) -> None:
    store, statements = SealedTrackerStore(domain=DOMAIN, host=url), []
    event.listen(store.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    tracker = await store.retrieve("someone")
    assert (tracker, len(statements)) == (None, 1)
    tracker = await store.get_or_create_tracker("someone")
    await store.save(tracker)
    for _ in range(2):
        statements.clear()
        tracker = await store.retrieve("someone")
        assert tracker is not None
        tracker.update(UserUttered("hallo", intent={"name": "greet"}))
        await store.save(tracker)
        assert [one.split()[0] for one in statements] == ["SELECT", "INSERT"]


async def test_the_memory_forgets_who_has_not_spoken_for_longest(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.dialogue.tracker_store.KEPT", 2)
    store = SealedTrackerStore(domain=DOMAIN, host=url)
    for sender in "abc":
        await store.save(DialogueStateTracker.from_events(sender, [UserUttered("hallo", intent={"name": "greet"})]))
    assert list(store._memory) == ["b", "c"]
    assert await store.retrieve("a") is not None


async def test_a_copy_is_what_rasa_would_replay_and_changes_by_itself(url: str) -> None:
    slots = {
        "age": {"type": "any", "mappings": [{"type": "custom"}]},
        "mood": {"type": "text", "mappings": [{"type": "custom"}], "initial_value": "goed"},
    }
    domain = Domain.from_dict({"slots": slots, "forms": {"form": {"required_slots": ["age"]}}})
    events = [
        ActionExecuted("form"),
        ActiveLoop("form"),
        SlotSet("requested_slot", "age"),
        ActionExecuted("action_listen"),
        UserUttered("38", {"name": "answer"}),
        SlotSet("age", {"option": "yes"}),
        BotUttered("Dank u."),
    ]
    store = SealedTrackerStore(domain=domain, host=url)
    await store.save(DialogueStateTracker.from_events("someone", events, domain.slots))
    tracker = await store.retrieve("someone")
    assert isinstance(tracker, StoredTracker)
    copy, replayed = tracker.copy(), DialogueStateTracker.copy(tracker)
    assert copy.events == replayed.events
    assert copy.current_state(EventVerbosity.ALL) == replayed.current_state(EventVerbosity.ALL)
    assert copy.past_states(domain) == replayed.past_states(domain)
    begun = DialogueStateTracker.init_copy(tracker)
    assert tracker.init_copy().current_state(EventVerbosity.ALL) == begun.current_state(EventVerbosity.ALL)
    assert begun.get_slot("mood") == "goed"
    copy.update_with_events([SlotSet("age", None), ActiveLoop(None), UserUttered("stop")], domain)
    assert tracker.get_slot("age") == {"option": "yes"}
    assert tracker.active_loop_name == "form"
    assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == ["38"]


@pytest.mark.parametrize("analysed", [False, True])
async def test_on_postgresql_a_new_conversation_is_not_looked_for_in_those_of_all_others(
    url: str, analysed: bool
) -> None:
    with postgres_schema() as postgres:
        store = SealedTrackerStore(domain=DOMAIN, host=postgres)
        with store.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO events (sender_id, type_name, timestamp, data)"
                    " SELECT 'person' || number / 50, 'user', number, 'x' FROM generate_series(1, 50000) AS number"
                )
            )
            if analysed:
                connection.execute(text("ANALYZE events"))
        asked: list[tuple[str, object]] = []

        def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
            asked.append((statement, parameters))

        event.listen(store.engine, "before_cursor_execute", note)
        assert await store.retrieve("somebody new") is None
        event.remove(store.engine, "before_cursor_execute", note)
        assert asked
        with store.engine.connect() as connection:
            for statement, parameters in asked:
                plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
                assert any("ix_events_sender_id" in line for line in plan), plan
        store.engine.dispose()
