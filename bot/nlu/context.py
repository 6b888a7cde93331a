"""Short messages that lean on the answer before them ("en hoe lang duurt dat?"): which label they mean. Pure.

The scores of the words are weighed against what was answered last: the same label again, a label that belongs to it, or
one whose examples resemble it. How much each counts, and less so the longer a message is, is learnt from examples of
such messages and from held-out examples of others, which keep their meaning whatever was answered before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.nlu.decision import Costs, Judged, Kind, Thresholds, best_thresholds, decide

Scores = NDArray[np.float64]
MOST_WORDS = 8
_PENALTY = 0.01  # on the size of the weights, which keeps those small that the examples say little about


class FollowUpError(Exception):
    """The file with examples cannot be used. The message names the file and what to do."""


@dataclass(frozen=True)
class FollowUp:
    """One message after an answer.

    Attributes:
        after: the label that was answered before.
        text: what the person says.
        meant: labels that are right, any of which will do.
    """

    after: str
    text: str
    meant: tuple[str, ...]


@dataclass(frozen=True)
class InContext:
    """What a message means after an answer: the decision, how sure it is, and each label's chance.

    Attributes:
        order: the labels' columns, best first.
        chances: by the labels' columns.
    """

    kind: Kind
    confidence: float
    order: tuple[int, ...]
    chances: Scores


def load_follow_ups(path: Path) -> list[FollowUp]:
    """Read examples: `after:` with a label each, and under it messages with what is meant (`|` between labels).

    Raises:
        FollowUpError: when the file is missing or has another shape.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))["after"]
        return [
            FollowUp(str(after), str(text), tuple(str(meant).split("|")))
            for after, messages in data.items()
            for text, meant in messages.items()
        ]
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise FollowUpError(f"{path}: expected `after:` with messages for each label ({error}).") from error


@dataclass(frozen=True)
class Messages:
    """Messages to learn from: what they score, how long they are, what they mean, and what was answered before.

    Attributes:
        scores: a row for each message, a column for each label.
        words: how many words each has.
        meant: the labels that are right for each.
        after: the label answered before each; empty for messages that stand by themselves.
    """

    scores: Scores
    words: Sequence[int]
    meant: Sequence[Sequence[str]]
    after: Sequence[str] = ()


class ContextModel:
    """Weighs a message's own scores against the label that was answered last."""

    def __init__(self, labels: Sequence[str], likeness: Scores, related: Mapping[str, Sequence[str]]) -> None:
        """A model that has learnt nothing yet.

        Args:
            labels: all labels, in the order of the columns of scores.
            likeness: for each label (row), how its average example scores for each label (column).
            related: label -> labels that belong to it.
        """
        self._number = {label: index for index, label in enumerate(labels)}
        own = np.eye(len(labels))
        spread = (likeness - likeness.mean(axis=1, keepdims=True)) / (likeness.std(axis=1, keepdims=True) + 1e-9)
        near = np.zeros_like(own)
        for label, others in related.items():
            for other in others:
                if label in self._number and other in self._number:
                    near[self._number[label], self._number[other]] = 1.0
        self._ties = np.stack([own, near * (1 - own), np.maximum(spread, 0.0) * (1 - own)], axis=2)
        self._weights: Scores | None = None
        self._thresholds = Thresholds()

    def fit(self, messages: Messages, others: Messages, outside: int, costs: Costs, seed: int = 1) -> ContextModel:
        """Learn from messages that lean on an answer, and from held-out others that do not.

        Args:
            messages: messages with the label that was answered before.
            others: messages without; each is set behind a label drawn by chance, which must not change its meaning.
            outside: the column of the label for what is outside, or -1.
            costs: what mistakes cost.
            seed: for that chance.
        """
        short = [row for row, words in enumerate(others.words) if words <= MOST_WORDS]
        if not messages.words or not short:
            return self
        chance = np.random.default_rng(seed)
        answers = sorted(set(messages.after))
        after = [*messages.after, *(answers[index] for index in chance.integers(0, len(answers), len(short)))]
        scores = np.concatenate([messages.scores, others.scores[short]])
        meant = [*messages.meant, *(others.meant[row] for row in short)]
        words = [*messages.words, *(others.words[row] for row in short)]
        # Both kinds count equally, however many there are.
        importance = np.array([1 / len(messages.words)] * len(messages.words) + [1 / len(short)] * len(short)) / 2
        right = np.zeros_like(scores)
        for row, labels in enumerate(meant):
            right[row, [self._number[label] for label in labels if label in self._number]] = 1.0
        features = np.stack(
            [self._features(scores[row], after[row], words[row]) for row in range(len(scores))]
        )  # messages x labels x features

        def loss(weights: Scores) -> tuple[float, Scores]:
            chances = _softmax(features @ weights)
            hit = np.maximum((chances * right).sum(axis=1), 1e-9)
            slope = ((chances - chances * right / hit[:, None]) * importance[:, None])[:, :, None] * features
            value = -(np.log(hit) * importance).sum() + _PENALTY * float(weights @ weights)
            return float(value), slope.sum(axis=(0, 1)) + 2 * _PENALTY * weights

        start = np.array([4.0] + [0.0] * (features.shape[2] - 1))
        self._weights = np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)
        chances = _softmax(features @ self._weights)
        best = chances.argmax(axis=1)
        order = np.argsort(-chances, axis=1)[:, :3]
        self._thresholds = best_thresholds(
            [
                Judged(
                    confidence=float(chances[row].max()),
                    best_right=bool(right[row, best[row]]),
                    among_candidates=bool(right[row, order[row]].any()),
                    best_is_outside=bool(best[row] == outside),
                    is_outside=bool(outside >= 0 and right[row, outside]),
                )
                for row in range(len(scores))
            ],
            costs,
        )
        return self

    def read(self, scores: Scores, after: str, words: int, outside: int) -> InContext | None:
        """What a message with these scores means after this label; None when context says nothing about it."""
        if self._weights is None or after not in self._number or words > MOST_WORDS:
            return None
        chances = _softmax((self._features(scores, after, words) @ self._weights)[None])[0]
        order = tuple(int(index) for index in np.argsort(-chances))
        confidence = float(chances[order[0]])
        return InContext(decide(confidence, order[0] == outside, self._thresholds), confidence, order, chances)

    def _features(self, scores: Scores, after: str, words: int) -> Scores:
        ties = self._ties[self._number[after]]
        return np.concatenate([(scores - scores.max())[:, None], ties, ties / max(words, 1)], axis=1)


def _softmax(values: Scores) -> Scores:
    shifted = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))
