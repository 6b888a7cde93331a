"""Rasa lock store: one message of a conversation at a time, over all chat processes when they share a Redis.

It also ends a turn that takes longer than anybody waits for: one that hangs on a stopped action server would hold its
conversation for the five minutes that Rasa gives actions, and handle messages whose senders have long been answered.

Named in `endpoints.yml`. Rasa's own Redis store reads, changes and writes a queue in separate steps, so two
processes can both take the lock, and it looks again only every second. This one uses the lock of the Redis library.
"""

from __future__ import annotations

import asyncio
import logging
import time
import weakref
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot import settings as project_settings

log = logging.getLogger(__name__)

# How much longer than a turn a lock lives: that of a process that was killed meanwhile comes free after it.
_SPARE_SECONDS = 2.0
# Redis answers within milliseconds or is in trouble.
_REDIS_SECONDS = 1.0
# Seconds until a Redis that failed is asked again, so that not every turn waits for it.
_REST = 5.0
_LOOK_AGAIN = 0.02
_PREFIX = "stamcelwijzer:conversation:"


class ConversationLocks(LockStore):
    """Locks in Redis where the installation has one, else in this process.

    With Redis out of reach it locks within this process only: somebody who asks something gets an answer.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        """Connects to nothing yet. `endpoint_config` is Rasa's and holds nothing that is needed here."""
        super().__init__()
        settings = project_settings.load()
        url = settings.redis_url
        self._turn_seconds = settings.chat_timeout
        self._redis = (
            Redis.from_url(url, socket_connect_timeout=_REDIS_SECONDS, socket_timeout=_REDIS_SECONDS) if url else None
        )
        self._redis_rests_until = 0.0
        self._here: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = 0.0, wait_time_in_seconds: float = _LOOK_AGAIN
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the lock of a conversation, as long as somebody waits for the answer; the arguments are Rasa's.

        Raises:
            LockError: when others hold it for longer than that.
            TimeoutError: in the turn, when it takes longer than that.
        """
        async with asyncio.timeout(self._turn_seconds), AsyncExitStack() as held:
            # The turns of this process wait here for each other; only the first of them asks Redis.
            await held.enter_async_context(self._here.setdefault(conversation_id, asyncio.Lock()))
            await self._enter_shared(held, conversation_id)
            yield TicketLock(conversation_id)

    async def _enter_shared(self, held: AsyncExitStack, conversation_id: str) -> None:
        if self._redis is None or time.monotonic() < self._redis_rests_until:
            return
        shared = self._redis.lock(
            _PREFIX + conversation_id,
            timeout=self._turn_seconds + _SPARE_SECONDS,
            sleep=_LOOK_AGAIN,
            blocking_timeout=self._turn_seconds,
            thread_local=False,
        )
        try:
            acquired = await shared.acquire()
        except RedisError as error:
            log.warning("locks only within this process: %s", type(error).__name__)
            self._redis_rests_until = time.monotonic() + _REST
            return
        if not acquired:
            raise LockError("Another turn of this conversation takes too long.")
        held.push_async_callback(_release, shared)


async def _release(shared: object) -> None:
    try:
        await shared.release()  # type: ignore[attr-defined]
    except RedisError as error:
        # Gone or past its term: the next turn need not wait for it.
        log.warning("a lock was not released: %s", type(error).__name__)
