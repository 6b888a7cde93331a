"""What happens to the time of an answer when content, conversations, or what is stored become much larger.

Each time the same conversations are had with a small and with a large installation in turn.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sqlalchemy.engine import Engine

from bot.database import open_database, session_scope
from bot.operations.load import filling
from bot.operations.load.report import TIMES, Growth
from bot.operations.load.rounds import Summary, alternate, task
from bot.operations.load.running import Installation, ours, started, variables
from bot.settings import Settings
from bot.signups.audit import Actor
from bot.signups.triage import list_signups

_LOOKS = 20


@dataclass(frozen=True)
class Stored:
    """How many conversations of others, and how many sign-ups, are stored in the large installation."""

    conversations: int
    signups: int


def measure(folder: Path, models: Path, rounds: int, stored: Stored) -> list[Growth]:
    """Everything that grows, with the time of an answer before and after; `models` holds the trained model."""
    found = []
    with ExitStack() as held:
        plain = held.enter_context(ours(folder / "plain", MODELS=str(models)))
        alternate([plain], [task(plain, "site", 2, 3)], 1)
        lengths = [task(plain, "site", 1, 3), task(plain, "site", 1, 3, repeat=TIMES)]
        small, large = alternate([plain, plain], lengths, rounds)
        found.append(Growth(f"{TIMES} times as long conversations", small, large, aimed=True))
        full = held.enter_context(ours(folder / "full", MODELS=str(models)))
        filling.conversations(full.settings, stored.conversations)
        found.append(_beside(plain, full, f"{stored.conversations:,} stored conversations", rounds))
        found.append(_signups(full.settings, stored.signups))
        much = held.enter_context(ours(folder / "large", **_large_content(folder / "content")))
        found.append(replace(_beside(plain, much, f"{TIMES} times as many topics", rounds), aimed=True))
    return found


def _beside(plain: Installation, other: Installation, what: str, rounds: int) -> Growth:
    alternate([other], [task(other, "site", 2, 3)], 1)
    pair = [plain, other]
    before, after = alternate(pair, [task(one, "site", 1, 3) for one in pair], rounds)
    return Growth(what, before, after)


def _large_content(folder: Path) -> dict[str, str]:
    """Settings of an installation with ten times the topics, and its model."""
    filling.content(folder, TIMES)
    more = {"CONTENT": str(folder), "MODELS": str(folder / "models")}
    log = folder / "train.log"
    with started(["bot", "train"], variables(folder / "var", **more), log) as process:
        if process.wait():
            raise RuntimeError(log.read_text(encoding="utf-8")[-2000:])
    return more


def _signups(settings: Settings, number: int) -> Growth:
    """The list that a nurse works from, with a tenth of the sign-ups and with all."""
    database = open_database(settings)
    few = number // TIMES
    filling.signups(database, settings, few)
    before = _list_time(database)
    filling.signups(database, settings, number - few)
    found = Growth(f"{number:,} sign-ups instead of {few:,} (the list of the desk)", before, _list_time(database))
    database.dispose()
    return found


def _list_time(database: Engine) -> Summary:
    actor = Actor("load measurement", "nurse", "here")
    spent, began = [], time.process_time()
    for _ in range(_LOOKS):
        at = time.perf_counter()
        with session_scope(database) as session:
            list_signups(session, actor, datetime.now(UTC))
        spent.append(1000 * (time.perf_counter() - at))
    processor = 1000 * (time.process_time() - began) / _LOOKS
    middle = median(spent)
    return Summary(rate=1000 / middle, p50=middle, p99=max(spent), prescreen=0.0, processor=processor, failed=0)
