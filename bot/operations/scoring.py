"""Scores of understanding: what became of each question, and the totals with confidence intervals. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

OUTSIDE = "out_of_scope"
# Two-sided 95%.
_Z = 1.959963984540054


class Result(str, Enum):
    """What became of a question."""

    ANSWERED_RIGHT = "answered right"
    ANSWERED_WRONG = "answered wrong"
    CLARIFIED_RIGHT = "clarified, the right one among the candidates"
    CLARIFIED_WRONG = "clarified, without the right one"
    REFUSED_RIGHT = "refused, rightly"
    REFUSED_WRONG = "refused, wrongly"


@dataclass(frozen=True)
class Question:
    """A question with the labels that are right for it, and the label that was answered just before, if any."""

    text: str
    expected: tuple[str, ...]
    after: str | None = None


@dataclass(frozen=True)
class Understood:
    """What the assistant made of a question.

    Attributes:
        predicted: the label of the answer; of the best candidate when it asks back; `out_of_scope` when it refuses.
        outcome: `answer`, `clarify` or `refuse`.
        candidates: the labels it would offer, best first.
        confidence: how sure it was of the best one, from 0 to 1.
    """

    predicted: str
    outcome: str
    candidates: tuple[str, ...]
    confidence: float


class EvaluationFileError(Exception):
    """The file with questions cannot be used. The message tells the line and what is wrong."""


def read_questions(lines: Iterable[str]) -> list[Question]:
    """Questions from tab-separated lines: text, and right labels with `|` between them.

    A third column named `after` in the header holds the label that was answered before; other columns are passed over.

    A header line is expected and may be missing; lines without anything on them are passed over. Quotes are part of
    the text.

    Raises:
        EvaluationFileError: when a line has no text or no label.
    """
    questions = []
    in_context = False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.rstrip("\r\n").lstrip("\ufeff").split("\t")]
        if number == 1 and [cell.lower() for cell in cells[:2]] == ["text", "expected"]:
            in_context = [cell.lower() for cell in cells[2:3]] == ["after"]
            continue
        labels = tuple(label.strip() for label in cells[1].split("|") if label.strip()) if len(cells) > 1 else ()
        if not cells[0] or not labels:
            raise EvaluationFileError(f"line {number}: give a text, a tab, and one or more labels with | between them.")
        after = cells[2] if in_context and len(cells) > 2 and cells[2] else None
        questions.append(Question(cells[0], labels, after))
    return questions


def label_of(name: str) -> str:
    """A label without the kind of its refusal: `out_of_scope/weather` counts as `out_of_scope`."""
    return OUTSIDE if name.split("/")[0] == OUTSIDE else name


def judge(question: Question, understood: Understood) -> Result:
    """What became of one question."""
    right = {label_of(name) for name in question.expected}
    # An assistant may also have learnt "outside" as a label to predict; saying so is a refusal either way.
    if understood.outcome == "refuse" or (understood.outcome == "answer" and label_of(understood.predicted) == OUTSIDE):
        return Result.REFUSED_RIGHT if OUTSIDE in right else Result.REFUSED_WRONG
    if understood.outcome == "clarify":
        offered = {label_of(name) for name in understood.candidates}
        return Result.CLARIFIED_RIGHT if offered & right else Result.CLARIFIED_WRONG
    return Result.ANSWERED_RIGHT if label_of(understood.predicted) in right else Result.ANSWERED_WRONG


def totals(results: Sequence[Result]) -> dict[str, int]:
    """How many questions had each result, all results named, and how many questions there were."""
    counts = {result.value: 0 for result in Result}
    for result in results:
        counts[result.value] += 1
    return {"questions": len(results), **counts}


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95% confidence interval of a rate, after Wilson (1927), which also holds for few questions.

    Raises:
        ValueError: when `count` is not between 0 and `of`.
    """
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is not a rate")
    if of == 0:
        return 0.0, 1.0
    rate, weight = count / of, _Z * _Z / of
    centre = (rate + weight / 2) / (1 + weight)
    margin = _Z / (1 + weight) * math.sqrt(rate * (1 - rate) / of + weight / (4 * of))
    # The bounds of 0 and of all are exact; rounding may not push them past the rate itself.
    return max(0.0, min(rate, centre - margin)), min(1.0, max(rate, centre + margin))


def table(counts: Mapping[str, int]) -> str:
    """The totals as lines for people: count, percentage and interval of each result."""
    of = counts["questions"]
    lines = [f"{of} questions"]
    for name, count in counts.items():
        if name == "questions":
            continue
        low, high = wilson(count, of)
        rate = count / of if of else 0.0
        lines.append(f"  {name:<46} {count:>6}  {rate:>6.1%}  ({low:.1%} to {high:.1%})")
    return "\n".join(lines)
