"""Rounds of a load measurement: several installations in turn, each round with the same conversations."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from bot.operations.load.client import Measured, Task
from bot.operations.load.running import Installation
from bot.settings import ROOT


@dataclass(frozen=True)
class Summary:
    """One round: messages a second, milliseconds of an answer, and what it cost.

    Attributes:
        rate: messages a second.
        p50: median milliseconds of an answer.
        p99: milliseconds that one in a hundred takes longer than.
        prescreen: median milliseconds of an answer within the pre-screen.
        processor: milliseconds of processor that all processes together spent on a message.
        failed: messages without an answer.
    """

    rate: float
    p50: float
    p99: float
    prescreen: float
    processor: float
    failed: float


def alternate(installations: Sequence[Installation], tasks: Sequence[Task], rounds: int) -> list[Summary]:
    """The medians over so many rounds of each installation with its task; the installations take turns."""
    found: list[list[Summary]] = [[] for _ in installations]
    for _ in range(rounds):
        for place, (installation, task) in enumerate(zip(installations, tasks, strict=True)):
            found[place].append(_round(installation, task))
    return [_middle(rows) for rows in found]


def task(installation: Installation, kind: str, clients: int, conversations: int, repeat: int = 1) -> Task:
    """A task at the patient site (`site`) or at the Rasa processes (`rasa`) of an installation."""
    urls = installation.rasa if kind == "rasa" else (installation.site,)
    return Task(kind, urls, clients, conversations, repeat)


def _round(installation: Installation, task: Task) -> Summary:
    before = installation.processor()
    command = [sys.executable, "-m", "bot.operations.load.client", json.dumps(asdict(task))]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    spent = installation.processor() - before
    measured = Measured(**json.loads(done.stdout.splitlines()[-1]))
    answers = sorted(measured.other + measured.prescreen)
    return Summary(
        rate=len(answers) / measured.seconds,
        p50=quantile(answers, 0.5),
        p99=quantile(answers, 0.99),
        prescreen=quantile(sorted(measured.prescreen), 0.5),
        processor=1000 * spent / max(len(answers), 1),
        failed=measured.failed,
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which this share of the ordered values lies; 0 without any."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _middle(rows: Sequence[Summary]) -> Summary:
    names = asdict(rows[0])
    return Summary(**{name: median(asdict(row)[name] for row in rows) for name in names})
