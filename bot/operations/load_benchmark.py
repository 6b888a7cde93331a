"""`make bench`, load: throughput, latency, memory and growth of the whole path, beside stock Rasa in the same minutes.

    python -m bot.operations.load_benchmark --write docs/benchmarks-load.md --sizing docs/sizing.md
    python -m bot.operations.load_benchmark --quick    # each part once and small: whether it works, not how fast

Rounds of both alternate and figures are medians over rounds: what else the machine does then touches both alike.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from bot.operations.load import growth, report
from bot.operations.load.rounds import alternate, task
from bot.operations.load.running import Installation, ours, started, stock, variables
from bot.operations.load.stock import prepare

KINDS = ("site", "rasa")


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes:
        rounds: of each measurement.
        loads: clients, and how many conversations each of them has in a round.
        stored: what grows.
    """

    rounds: int
    loads: tuple[tuple[int, int], ...]
    stored: growth.Stored


WHOLE = Size(3, ((1, 3), (8, 3), (64, 1)), growth.Stored(conversations=100_000, signups=10_000))
QUICK = Size(1, ((1, 1), (8, 1)), growth.Stored(conversations=1_000, signups=100))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the tables, and write them to files when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one small round of everything")
    parser.add_argument("--rounds", type=int, help="rounds of each measurement")
    parser.add_argument("--chat-processes", type=int, default=os.cpu_count() or 1, help="chat processes of ours")
    parser.add_argument("--no-growth", action="store_true", help="leave out what grows")
    parser.add_argument("--write", type=Path, help="write the tables to this file")
    parser.add_argument("--sizing", type=Path, help="write how many machines how many patients need to this file")
    options = parser.parse_args(arguments)
    size = QUICK if options.quick else WHOLE
    size = replace(size, rounds=options.rounds or size.rounds)
    found = report.Found(os.cpu_count() or 1, options.chat_processes)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _compare(found, folder, size)
        if not options.no_growth:
            found.growth = growth.measure(folder, _models(folder), size.rounds, size.stored)
    text = report.tables(found)
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    if options.sizing:
        options.sizing.write_text(report.sizing(found), encoding="utf-8")
    return 0


def _compare(found: report.Found, folder: Path, size: Size) -> None:
    """Ours and stock: training, start, memory, and each load in turn."""
    stock_training = prepare(folder / "stock")
    found.training = (_train_ours(folder), stock_training)
    with ExitStack() as held:
        count = str(found.chat_processes)
        pair: list[Installation] = [
            held.enter_context(ours(folder / "ours", MODELS=str(_models(folder)), CHAT_PROCESSES=count)),
            held.enter_context(stock(folder / "stock")),
        ]
        # Once before it counts: what is loaded at the first message is loaded.
        alternate(pair, [task(one, "rasa", 4, 1) for one in pair], 1)
        for kind in KINDS:
            for clients, conversations in size.loads:
                first, second = alternate(pair, [task(one, kind, clients, conversations) for one in pair], size.rounds)
                found.loads[kind, clients] = (first, second)
                print(f"{kind}, {clients}: {first}\n  stock: {second}", file=sys.stderr, flush=True)
        found.start = (pair[0].start, pair[1].start)
        found.memory = (pair[0].memory(), pair[1].memory())


def _models(folder: Path) -> Path:
    """Where the model is that was trained for this measurement."""
    return folder / "models"


def _train_ours(folder: Path) -> float:
    given = variables(folder / "training", MODELS=str(_models(folder)))
    began = time.perf_counter()
    with started(["bot", "train"], given, folder / "train.log") as process:
        if process.wait():
            raise RuntimeError((folder / "train.log").read_text(encoding="utf-8")[-2000:])
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
