"""What a load measurement found, as tables of docs/benchmarks-load.md and as docs/sizing.md. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.operations.load.rounds import Summary

# Assumptions of the sizing page.
TURNS = 10
PEAK_HOUR = 0.2
FULL = 0.6
PATIENTS = (100, 1_000, 10_000, 50_000, 200_000)

# What is aimed at, ours against stock, and large against small: ten times the content or the length of a conversation.
THROUGHPUT = 8.0
LATENCY = 0.25
MEMORY = 0.5
GROWTH = 1.3
TIMES = 10

_KINDS = {"site": "whole path", "rasa": "Rasa alone"}
_COLUMNS = (
    "| what | clients | | messages/s | p50, ms | p99, ms | pre-screen p50, ms | processor ms a message | failed |"
)


@dataclass
class Growth:
    """What happens to the time of an answer when something becomes larger.

    Attributes:
        what: became larger.
        small: before.
        large: after.
        aimed: whether there is an aim for it.
    """

    what: str
    small: Summary
    large: Summary
    aimed: bool = False


@dataclass
class Found:
    """Everything that was measured.

    Attributes:
        cores: processors of the machine.
        chat_processes: how many ours had.
        loads: by kind and number of clients, ours and stock.
        start: seconds until everything answers, ours and stock.
        memory: MB of each process, ours and stock.
        training: seconds, ours with all examples, stock as described.
        growth: what was made ten times larger.
        notes: further lines about it.
    """

    cores: int
    chat_processes: int
    loads: dict[tuple[str, int], tuple[Summary, Summary]] = field(default_factory=dict)
    start: tuple[float, float] = (0.0, 0.0)
    memory: tuple[Mapping[str, float], Mapping[str, float]] = field(default_factory=lambda: ({}, {}))
    training: tuple[float, float] = (0.0, 0.0)
    growth: list[Growth] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def tables(found: Found) -> str:
    """The measurement in Markdown."""
    lines = [
        "# Load",
        "",
        "Made by `make bench` (`python -m bot.operations.load_benchmark`); not edited by hand. Both had the same "
        "conversations (`bot/operations/load/conversations.yml`) in turn; figures are medians over "
        "rounds.",
        "",
        "Stock is what `rasa init` gives (DIET, TED, UnexpecTED, memoization and rules), with the same intents, texts "
        "and pre-screen (a form with custom actions that take any answer), default settings, and an SQLite "
        "file. It learnt from 20 examples of each label in one epoch: how long a message takes does not depend on "
        "epochs, and fewer examples make it faster. Training of both with all epochs is in "
        "[benchmarks](benchmarks.md). The whole path of stock is our patient site in front of it.",
        "",
        f"{found.cores} cores, which the people (the load generator) share; ours with {found.chat_processes} chat "
        "processes.",
        "",
        _COLUMNS,
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for (kind, clients), pair in found.loads.items():
        for name, one in zip(("ours", "stock"), pair, strict=True):
            lines.append(f"| {_KINDS[kind]} | {clients} | {name} | {_cells(one)} |")
    lines += ["", *_ratios(found), "", *_resources(found), "", *_growth(found), *_aims(found), "", *found.notes]
    return "\n".join(lines).rstrip() + "\n"


def _cells(one: Summary) -> str:
    first = f"{one.rate:.1f} | {one.p50:.1f} | {one.p99:.1f} | {one.prescreen:.1f}"
    return f"{first} | {one.processor:.1f} | {one.failed:.0f}"


def _ratios(found: Found) -> list[str]:
    lines = [
        "| ours against stock | clients | throughput | p50 | p99 | pre-screen p50 | processor |",
        "|---|---|---|---|---|---|---|",
    ]
    for (kind, clients), (ours, stock) in found.loads.items():
        parts = [
            f"{_ratio(ours.rate, stock.rate)} x",
            *(_ratio(getattr(ours, name), getattr(stock, name)) for name in ("p50", "p99", "prescreen", "processor")),
        ]
        lines.append(f"| {_KINDS[kind]} | {clients} | " + " | ".join(parts) + " |")
    return lines


def _resources(found: Found) -> list[str]:
    lines = ["| | ours | stock |", "|---|---|---|"]
    lines.append(f"| start, s | {found.start[0]:.0f} | {found.start[1]:.0f} |")
    lines.append(f"| training, s | {found.training[0]:.0f} (all examples) | {found.training[1]:.0f} (see above) |")
    for name in sorted({*found.memory[0], *found.memory[1]}):
        cells = [f"{memory[name]:.0f}" if name in memory else "-" for memory in found.memory]
        lines.append(f"| memory of {name}, MB (PSS) | {cells[0]} | {cells[1]} |")
    totals = [sum(memory.values()) for memory in found.memory]
    lines.append(f"| memory in all, MB (PSS) | {totals[0]:.0f} | {totals[1]:.0f} |")
    return lines


def _growth(found: Found) -> list[str]:
    if not found.growth:
        return []
    lines = ["| what grows | p50 before, ms | p50 after, ms | ratio | processor |", "|---|---|---|---|---|"]
    for one in found.growth:
        parts = (f"{one.small.p50:.1f}", f"{one.large.p50:.1f}", _ratio(one.large.p50, one.small.p50))
        cost = _ratio(one.large.processor, one.small.processor)
        lines.append(f"| {one.what} | " + " | ".join(parts) + f" | {cost} |")
    return [*lines, ""]


def _aims(found: Found) -> list[str]:
    """What is aimed at, what was measured, and whether it holds everywhere."""
    aims = [
        _aim(f"at least {THROUGHPUT:g} times the throughput", _by_kind(found, "rate"), at_least=THROUGHPUT),
        _aim(f"at most {LATENCY:g} of the p50", _by_kind(found, "p50"), at_most=LATENCY),
        _aim(f"at most {LATENCY:g} of the p99", _by_kind(found, "p99"), at_most=LATENCY),
        _aim(f"at most {MEMORY:g} of the memory, a chat process", _chat_memory(found), at_most=MEMORY),
        *(
            _aim(
                f"at most {GROWTH:g} of the p50 with {one.what}", {"": [one.large.p50 / one.small.p50]}, at_most=GROWTH
            )
            for one in found.growth
            if one.aimed and one.small.p50
        ),
    ]
    return ["| aim | measured | held |", "|---|---|---|", *aims]


def _by_kind(found: Found, name: str) -> dict[str, list[float]]:
    """Ours against stock, by kind of load."""
    ratios: dict[str, list[float]] = {}
    for (kind, _), (ours, stock) in found.loads.items():
        if getattr(stock, name):
            ratios.setdefault(_KINDS[kind], []).append(getattr(ours, name) / getattr(stock, name))
    return ratios


def _chat_memory(found: Found) -> dict[str, list[float]]:
    ours, stock = ([memory[name] for name in memory if name.startswith("chat")] for memory in found.memory)
    return {"": [max(ours) / max(stock)]} if ours and stock else {}


def _aim(what: str, ratios: Mapping[str, Sequence[float]], at_least: float = 0.0, at_most: float = math.inf) -> str:
    measured = "; ".join(f"{kind} {' / '.join(f'{one:.2f}' for one in ones)}".strip() for kind, ones in ratios.items())
    every = [one for ones in ratios.values() for one in ones]
    held = bool(every) and at_least <= min(every) and max(every) <= at_most
    return f"| {what} | {measured or '-'} | {'yes' if held else 'no'} |"


def _ratio(one: float, other: float) -> str:
    return f"{one / other:.2f}" if other else "-"


def sizing(found: Found) -> str:
    """How many processes and machines so many patients a day need."""
    busiest = max((key for key in found.loads if key[0] == "site"), key=lambda key: key[1])
    rate = found.loads[busiest][0].rate
    usable = rate * FULL
    chat = max(memory for name, memory in found.memory[0].items() if name.startswith("chat"))
    rest = sum(memory for name, memory in found.memory[0].items() if not name.startswith("chat"))
    lines = [
        "# Sizing",
        "",
        "Computed by `make bench` from its own measurement ([load](benchmarks-load.md)); not edited by hand.",
        "",
        f"- A machine of {found.cores} cores with {found.chat_processes} chat processes answers {rate:.0f} "
        f"messages a second at {busiest[1]} people at once, and the load generator ran on it too. {FULL:.0%} "
        f"of that is counted on: {usable:.0f} messages a second.",
        f"- A patient has one conversation of {TURNS} messages. A fifth of a day's patients come in its busiest hour "
        f"({PEAK_HOUR:.0%}).",
        f"- A chat process takes {chat:.0f} MB, everything else together {rest:.0f} MB. One chat process per core.",
        "- From two machines on: PostgreSQL and Redis, each on its own; a proxy divides the patients.",
        "",
        "| patients a day | messages/s in the busiest hour | chat processes | such machines | memory each, MB |",
        "|---|---|---|---|---|",
    ]
    each = usable / found.chat_processes
    for patients in PATIENTS:
        wanted = patients * PEAK_HOUR * TURNS / 3600
        processes = max(1, math.ceil(wanted / each))
        machines = math.ceil(processes / found.chat_processes)
        here = min(processes, found.chat_processes)
        lines.append(f"| {patients:,} | {wanted:.1f} | {processes} | {machines} | {rest + here * chat:.0f} |")
    return "\n".join(lines) + "\n"
