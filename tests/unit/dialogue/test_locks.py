"""Locks on conversations: within one process, and between processes that share a Redis."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Callable

import pytest
import redis
from rasa.core.lock_store import LockError

from bot.dialogue.locks import ConversationLocks

REDIS = os.environ.get("STAMCELWIJZER_TEST_REDIS", "")
needs_redis = pytest.mark.skipif(not REDIS, reason="STAMCELWIJZER_TEST_REDIS names no Redis")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ConversationLocks]:
    def make(url: str) -> ConversationLocks:
        monkeypatch.setenv("STAMCELWIJZER_REDIS_URL", url)
        return ConversationLocks()

    return make


async def turns_at_once(stores: list[ConversationLocks], conversation: str) -> int:
    """The most turns of one conversation that ran at the same time, when each store handles five."""
    running = most = 0

    async def turn(store: ConversationLocks) -> None:
        nonlocal running, most
        async with store.lock(conversation):
            running += 1
            most = max(most, running)
            # Others get their chance to come in between.
            for _ in range(20):
                await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(turn(store) for store in stores for _ in range(5)))
    return most


def test_one_turn_at_a_time_in_one_process(store: Callable[[str], ConversationLocks]) -> None:
    assert asyncio.run(turns_at_once([store("")], "a")) == 1


def test_conversations_do_not_wait_for_each_other(store: Callable[[str], ConversationLocks]) -> None:
    here = store("")

    async def both() -> bool:
        async with here.lock("a"), here.lock("b"):
            return True

    assert asyncio.run(both())


@needs_redis
def test_one_turn_at_a_time_over_processes_that_share_a_redis(store: Callable[[str], ConversationLocks]) -> None:
    conversation = uuid.uuid4().hex
    assert asyncio.run(turns_at_once([store(REDIS), store(REDIS), store(REDIS)], conversation)) == 1


@needs_redis
def test_nothing_is_left_in_redis_after_a_turn(store: Callable[[str], ConversationLocks]) -> None:
    conversation = uuid.uuid4().hex
    asyncio.run(turns_at_once([store(REDIS)], conversation))
    with redis.Redis.from_url(REDIS) as client:
        assert not client.keys(f"*{conversation}*")


@needs_redis
def test_a_lock_that_another_process_keeps_is_an_error_in_the_end(
    store: Callable[[str], ConversationLocks], monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = uuid.uuid4().hex
    monkeypatch.setenv("STAMCELWIJZER_CHAT_TIMEOUT_SECONDS", "1")
    ours = store(REDIS)
    with redis.Redis.from_url(REDIS) as client:
        client.set(f"stamcelwijzer:conversation:{conversation}", "somebody else", px=60_000)
        try:
            with pytest.raises((LockError, TimeoutError)):
                asyncio.run(turns_at_once([ours], conversation))
        finally:
            client.delete(f"stamcelwijzer:conversation:{conversation}")


def test_without_the_redis_that_is_set_a_turn_still_runs(
    store: Callable[[str], ConversationLocks], caplog: pytest.LogCaptureFixture
) -> None:
    # Port 9 is the discard service, which nobody runs.
    assert asyncio.run(turns_at_once([store("redis://127.0.0.1:9/0")], "a")) == 1
    assert "locks only within this process" in caplog.text


def test_a_turn_that_hangs_is_ended_and_lets_the_next_one_in(
    store: Callable[[str], ConversationLocks], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAMCELWIJZER_CHAT_TIMEOUT_SECONDS", "1")
    here = store("")

    async def hang() -> bool:
        with pytest.raises(TimeoutError):
            async with here.lock("a"):
                await asyncio.Event().wait()
        async with here.lock("a"):
            return True

    assert asyncio.run(hang())


def test_a_redis_that_hangs_holds_up_one_turn_and_not_every_one(store: Callable[[str], ConversationLocks]) -> None:
    asked: list[object] = []

    async def both() -> None:
        # Takes connections and says nothing, as a stopped process does.
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.append(reader)
            await reader.read()
            writer.close()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        here = store(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
        for conversation in "abc":
            async with here.lock(conversation):
                pass
        server.close()

    asyncio.run(both())
    assert len(asked) == 1
