"""Three outcomes: answer, ask back, or say that it is outside. Pure.

A wrong answer costs more than a question back. The thresholds between the outcomes are not set by hand: they are
the ones that cost least on predictions for held-out training data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product

import numpy as np
from numpy.typing import NDArray


class Kind(str, Enum):
    """What to do with a message."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Costs:
    """What each mistake costs, in units of one unnecessary question back."""

    wrong_answer: float = 5.0
    question_back: float = 1.0
    useless_question: float = 2.0
    wrong_refusal: float = 3.0
    missed_alarm: float = 20.0
    false_alarm: float = 5.0


@dataclass(frozen=True)
class Thresholds:
    """Answer from `answer` upwards; below that ask back from `clarify` upwards; below that refuse."""

    answer: float = 0.5
    clarify: float = 0.2


@dataclass(frozen=True)
class Judged:
    """One held-out prediction, as far as a decision depends on it.

    Attributes:
        confidence: estimated probability that the best label is right.
        best_right: whether it was.
        among_candidates: whether the right label was among those that would be offered.
        best_is_outside: the best label says that the message is outside what is known.
        is_outside: the message really was outside.
    """

    confidence: float
    best_right: bool
    among_candidates: bool
    best_is_outside: bool
    is_outside: bool


def decide(confidence: float, best_is_outside: bool, thresholds: Thresholds) -> Kind:
    """What to do with a message whose best label has this confidence."""
    if confidence >= thresholds.answer:
        return Kind.REFUSE if best_is_outside else Kind.ANSWER
    return Kind.CLARIFY if confidence >= thresholds.clarify else Kind.REFUSE


def best_thresholds(predictions: Sequence[Judged], costs: Costs, slack: float = 0.03) -> Thresholds:
    """The thresholds that cost least on held-out predictions.

    The costs hardly differ around the least: held-out examples cannot tell these limits apart. Of all limits for
    answering that cost at most `slack` more, the lowest is taken, which asks people back least.
    """
    if not predictions:
        return Thresholds()
    table = _Table.of(predictions, costs)
    grid = np.round(np.arange(0.02, 0.99, 0.02), 2)
    priced = [
        (table.cost(float(answer), float(clarify)), Thresholds(answer=float(answer), clarify=float(clarify)))
        for clarify, answer in product(grid, grid)
        if clarify <= answer
    ]
    least = min(total for total, _ in priced)
    answer = min(thresholds.answer for total, thresholds in priced if total <= least * (1 + slack))
    return min(((total, limits) for total, limits in priced if limits.answer == answer), key=lambda pair: pair[0])[1]


@dataclass(frozen=True)
class _Table:
    """The cost of each of the three outcomes for each prediction, as columns."""

    confidence: NDArray[np.float64]
    if_trusted: NDArray[np.float64]
    if_asked: NDArray[np.float64]
    if_refused: NDArray[np.float64]

    @classmethod
    def of(cls, predictions: Sequence[Judged], costs: Costs) -> _Table:
        refused = [0.0 if one.is_outside else costs.wrong_refusal for one in predictions]
        asked = [
            costs.question_back if one.among_candidates or one.is_outside else costs.useless_question
            for one in predictions
        ]
        trusted = [
            refusal if one.best_is_outside else (0.0 if one.best_right else costs.wrong_answer)
            for one, refusal in zip(predictions, refused, strict=True)
        ]
        confidence = [one.confidence for one in predictions]
        return cls(np.array(confidence), np.array(trusted), np.array(asked), np.array(refused))

    def cost(self, answer: float, clarify: float) -> float:
        """What these thresholds cost in total."""
        asked = np.where(self.confidence >= clarify, self.if_asked, self.if_refused)
        return float(np.where(self.confidence >= answer, self.if_trusted, asked).sum())


def best_alarm_lead(
    leads: NDArray[np.float64],
    is_alarm: NDArray[np.bool_],
    costs: Costs,
    lowest: float = -0.6,
    slack: float = 0.05,
) -> float:
    """From which lead over all other labels an alarm is raised, so that missed and false alarms cost least.

    Few examples decide this, so the cost hardly differs over a wide range, and its least place would be chance. Of all
    leads that cost at most `slack` more than the least, the middle one is taken.

    Args:
        leads: for each held-out example, the score of the best alarm less that of the best other label.
        is_alarm: whether it really was one.
        costs: what a missed and a false alarm cost.
        lowest: never go below this lead, however few false alarms the examples would give.
        slack: share of the least cost that is no difference.
    """
    priced = []
    for lead in np.round(np.arange(lowest, 0.61, 0.05), 2):
        raised = leads >= lead
        missed, false = int((is_alarm & ~raised).sum()), int((~is_alarm & raised).sum())
        priced.append((missed * costs.missed_alarm + false * costs.false_alarm, float(lead)))
    least = min(total for total, _ in priced)
    equal = [lead for total, lead in priced if total <= least * (1 + slack)]
    return equal[(len(equal) - 1) // 2]
