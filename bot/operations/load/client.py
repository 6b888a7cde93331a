"""The people of a load measurement: a process of its own that has conversations and notes how long each answer took.

    python -m bot.operations.load.client '{"kind": "site", "urls": ["http://..."], "clients": 8, "conversations": 3}'

Each client has so many conversations, and sends its next message as soon as it has read the answer to the last. Prints
one JSON document.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import uvloop
import yaml

_CONVERSATIONS = Path(__file__).with_name("conversations.yml")
_ANSWER_SECONDS = 60.0


@dataclass(frozen=True)
class Say:
    """One message of a conversation, and whether it belongs to the pre-screen."""

    say: str
    prescreen: bool = False


@dataclass(frozen=True)
class Task:
    """What to measure.

    Attributes:
        kind: `site` for `POST /api/chat`, `rasa` for Rasa's REST channel.
        urls: the addresses of the servers; each conversation stays with one of them.
        clients: how many talk at once.
        conversations: how many conversations each of them has.
        repeat: how many times everything in a conversation is said before the next person comes.
    """

    kind: str
    urls: tuple[str, ...]
    clients: int
    conversations: int
    repeat: int = 1


@dataclass
class Measured:
    """What came out: seconds from the first message to the last answer, milliseconds of each answer, failures."""

    seconds: float = 0.0
    other: list[float] = field(default_factory=list)
    prescreen: list[float] = field(default_factory=list)
    failed: int = 0


def conversations() -> list[list[Say]]:
    """The conversations to have."""
    document = yaml.safe_load(_CONVERSATIONS.read_text(encoding="utf-8"))
    return [[Say(**turn) for turn in one["turns"]] for one in document["conversations"]]


async def measure(task: Task) -> Measured:
    """Have conversations as the task says."""
    found = Measured()
    connections = aiohttp.TCPConnector(limit=task.clients)
    timeout = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
    async with aiohttp.ClientSession(connector=connections, timeout=timeout) as http:
        began = time.perf_counter()
        await asyncio.gather(*(_talk(http, task, number, found) for number in range(task.clients)))
        found.seconds = time.perf_counter() - began
    return found


async def _talk(http: aiohttp.ClientSession, task: Task, number: int, found: Measured) -> None:
    known = conversations()
    url = task.urls[number % len(task.urls)]
    for place in range(number, number + task.conversations):
        token: str | None = None if task.kind == "site" else secrets.token_hex(20)
        for turn in known[place % len(known)] * task.repeat:
            began = time.perf_counter()
            try:
                token = await _send(http, task.kind, url, turn.say, token)
            except (TimeoutError, aiohttp.ClientError, ValueError, KeyError):
                found.failed += 1
                continue
            spent = 1000 * (time.perf_counter() - began)
            (found.prescreen if turn.prescreen else found.other).append(round(spent, 3))


async def _send(http: aiohttp.ClientSession, kind: str, url: str, message: str, token: str | None) -> str | None:
    """Send one message, read the answer, and give the token of the conversation."""
    if kind == "site":
        async with http.post(f"{url}/api/chat", json={"message": message, "conversation": token}) as reply:
            answer: Any = json.loads(await reply.read())
            if reply.status != 200 or not answer["messages"]:
                raise ValueError("no answer")
            return str(answer["conversation"])
    async with http.post(f"{url}/webhooks/rest/webhook", json={"sender": token, "message": message}) as reply:
        answer = json.loads(await reply.read())
        if reply.status != 200 or not answer:
            raise ValueError("no answer")
        return token


def main() -> None:
    """Measure what the first argument asks."""
    uvloop.install()
    print(json.dumps(asdict(asyncio.run(measure(Task(**json.loads(sys.argv[1])))))))


if __name__ == "__main__":
    main()
