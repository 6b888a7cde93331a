"""Measures masking on labelled sentences: how much of what is personal is found, and how much of what is found is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.privacy.masking import personal

_MARKED = re.compile(r"\{([^}]*)\}")
Span = tuple[int, int]


@dataclass(frozen=True)
class Labelled:
    """A sentence, its subject, and where something personal stands in it."""

    subject: str
    text: str
    spans: tuple[Span, ...]


@dataclass
class Score:
    """Counts, and the sentences that went wrong with what was missed or masked needlessly.

    Attributes:
        found: labelled spans that were masked whole.
        missed: labelled spans of which something stayed readable.
        needless: masked spans in which nothing is labelled.
    """

    found: int = 0
    missed: int = 0
    needless: int = 0
    mistakes: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of what is personal that was masked whole."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0

    @property
    def precision(self) -> float:
        """Share of what was masked that is personal."""
        return self.found / (self.found + self.needless) if self.found + self.needless else 1.0


def read(file: Path) -> list[Labelled]:
    """The sentences of a tab-separated file with columns `subject` and `text`, with `{braces}` around what is personal.

    Raises:
        ValueError: when a line has another number of columns.
    """
    rows = []
    for line in file.read_text(encoding="utf-8").splitlines()[1:]:
        subject, marked = line.split("\t")
        rows.append(unmark(subject, marked))
    return rows


def unmark(subject: str, marked: str) -> Labelled:
    """A sentence without its braces, and where they stood."""
    text, spans, at = "", [], 0
    for match in _MARKED.finditer(marked):
        text += marked[at : match.start()]
        spans.append((len(text), len(text) + len(match[1])))
        text += match[1]
        at = match.end()
    return Labelled(subject, text + marked[at:], tuple(spans))


def score(rows: Iterable[Labelled], today: date) -> dict[str, Score]:
    """The score per subject, and of everything under `all`."""
    scores: dict[str, Score] = {}
    for row in rows:
        masked = [(one.start, one.end) for one in personal(row.text, today)]
        missed = [span for span in row.spans if not any(low <= span[0] and span[1] <= high for low, high in masked)]
        needless = [one for one in masked if not any(one[0] < high and low < one[1] for low, high in row.spans)]
        for name in (row.subject, "all"):
            one = scores.setdefault(name, Score())
            one.found += len(row.spans) - len(missed)
            one.missed += len(missed)
            one.needless += len(needless)
            one.mistakes += [f"missed {row.text[low:high]!r} in: {row.text}" for low, high in missed]
            one.mistakes += [f"needless {row.text[low:high]!r} in: {row.text}" for low, high in needless]
    return scores


def report(scores: dict[str, Score]) -> str:
    """The figures as lines of text, with every mistake."""
    lines = [f"{'subject':<10} {'found':>6} {'missed':>7} {'needless':>9} {'recall':>8} {'precision':>10}"]
    for name, one in scores.items():
        lines.append(
            f"{name:<10} {one.found:>6} {one.missed:>7} {one.needless:>9} {one.recall:>8.1%} {one.precision:>10.1%}"
        )
    return "\n".join([*lines, *(scores["all"].mistakes if "all" in scores else [])])
