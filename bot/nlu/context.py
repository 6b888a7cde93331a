"""Short messages that lean on the answer before them ("en hoe lang duurt dat?"): which label they mean. Pure.

The scores of the words are weighed against what was answered last: the same label again, the one that comes after it,
a label that belongs to it, or one whose examples resemble it. How much each counts, and less so the longer a message
is, is learnt from examples of such messages and from held-out examples of others, which keep their meaning whatever was
answered before. So is which words ask on about the same ("waarom?") and which ask for what comes next ("en daarna?").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_predict

from bot.nlu.decision import Costs, Judged, Kind, Thresholds, best_thresholds, decide
from bot.nlu.features import FeatureSettings, Featurizer
from bot.nlu.text import normalise

Scores = NDArray[np.float64]
MOST_WORDS = 8
_PENALTY = 0.003  # on the size of the weights, which keeps those small that the examples say little about
_FAINTEST = 5.0  # evidence for a relation is its log-chance plus this, and never below zero
_SPREAD = 3  # labels that a message which can follow any answer is set behind
_FOLDS = 3
_OTHERS = 1  # other messages to learn from for each that leans on an answer


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


class Relation(IntEnum):
    """What a message has to do with the answer before it."""

    SAME = 0
    NEXT = 1
    OTHER = 2


@dataclass(frozen=True)
class FollowUps:
    """What is known of messages that lean on an answer.

    Attributes:
        after: messages after a label of their own.
        same: messages that ask on about whatever label was answered.
        next: messages that ask for what comes after it.
        then: label -> labels that come after it.
    """

    after: tuple[FollowUp, ...] = ()
    same: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    then: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def named(self, names: Mapping[str, str]) -> FollowUps:
        """The same with other names for labels; what is not among the names goes."""

        def all_named(labels: Sequence[str]) -> tuple[str, ...]:
            return tuple(names[label] for label in labels if label in names)

        after = (FollowUp(names[one.after], one.text, all_named(one.meant)) for one in self.after if one.after in names)
        then = {names[label]: all_named(others) for label, others in self.then.items() if label in names}
        return FollowUps(
            tuple(one for one in after if one.meant),
            self.same,
            self.next,
            {label: others for label, others in then.items() if others},
        )

    def examples(self, labels: Sequence[str], seed: int) -> list[FollowUp]:
        """All messages, those that can follow any answer behind a few labels drawn by chance."""
        chance = np.random.default_rng(seed)
        found = list(self.after)
        answers = sorted({one.after for one in self.after} & set(labels))
        for text in self.same:
            for label in _drawn(chance, answers):
                found.append(FollowUp(label, text, (label,)))
        for text in self.next:
            for label in _drawn(chance, sorted(set(self.then) & set(labels))):
                found.append(FollowUp(label, text, self.then[label]))
        return found


def _drawn(chance: np.random.Generator, labels: Sequence[str]) -> list[str]:
    return [labels[index] for index in chance.permutation(len(labels))[:_SPREAD]]


def load_follow_ups(path: Path) -> FollowUps:
    """Read examples.

    `after:` has messages for each label with what is meant (`|` between labels); `anywhere:` has messages under `same`
    and `next`; `then:` says which label comes after which. The last two may be left out.

    Raises:
        FollowUpError: when the file is missing or has another shape.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        anywhere = data.get("anywhere") or {}
        return FollowUps(
            tuple(
                FollowUp(str(after), str(text), tuple(str(meant).split("|")))
                for after, messages in data["after"].items()
                for text, meant in messages.items()
            ),
            tuple(str(text) for text in anywhere.get("same") or ()),
            tuple(str(text) for text in anywhere.get("next") or ()),
            {str(label): tuple(str(others).split("|")) for label, others in (data.get("then") or {}).items()},
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise FollowUpError(f"{path}: expected `after:` with messages for each label ({error}).") from error


@dataclass(frozen=True)
class Messages:
    """Messages to learn from: what they say and score, what they mean, and what was answered before.

    Attributes:
        texts: what each says.
        scores: a row for each message, a column for each label.
        meant: the labels that are right for each.
        after: the label answered before each; empty for messages that stand by themselves.
    """

    texts: Sequence[str]
    scores: Scores
    meant: Sequence[Sequence[str]]
    after: Sequence[str] = ()


class ContextModel:
    """Weighs a message's own scores against the label that was answered last."""

    def __init__(
        self,
        labels: Sequence[str],
        likeness: Scores,
        related: Mapping[str, Sequence[str]],
        then: Mapping[str, Sequence[str]],
    ) -> None:
        """A model that has learnt nothing yet.

        Args:
            labels: all labels, in the order of the columns of scores.
            likeness: for each label (row), how its average example scores for each label (column).
            related: label -> labels that belong to it.
            then: label -> labels that come after it.
        """
        self._number = {label: index for index, label in enumerate(labels)}
        own = np.eye(len(labels))
        spread = (likeness - likeness.mean(axis=1, keepdims=True)) / (likeness.std(axis=1, keepdims=True) + 1e-9)
        near, after = self._table(related) > 0, self._table(then)
        self._ties = np.stack([own, after, near * (1 - own), np.maximum(spread, 0.0) * (1 - own)], axis=2)
        self._relations = _Relations()
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
        chance = np.random.default_rng(seed)
        short = [row for row in chance.permutation(len(others.texts)) if _length(others.texts[row]) <= MOST_WORDS]
        short = short[: _OTHERS * len(messages.texts)]
        if not messages.texts or not short:
            return self
        answers = sorted(set(messages.after))
        after = [*messages.after, *(answers[index] for index in chance.integers(0, len(answers), len(short)))]
        scores = np.concatenate([messages.scores, others.scores[short]])
        meant = [*messages.meant, *(others.meant[row] for row in short)]
        texts = [*messages.texts, *(others.texts[row] for row in short)]
        # Both kinds count equally, however many there are.
        importance = np.array([1 / len(messages.texts)] * len(messages.texts) + [1 / len(short)] * len(short)) / 2
        right = np.zeros_like(scores)
        for row, labels in enumerate(meant):
            right[row, [self._number[label] for label in labels if label in self._number]] = 1.0
        relation = [self._relation(before, labels) for before, labels in zip(after, meant, strict=True)]
        relation[len(messages.texts) :] = [Relation.OTHER] * len(short)
        evidence = self._relations.fit(texts, relation, importance)
        features = np.stack(
            [self._features(scores[row], after[row], texts[row], evidence[row]) for row in range(len(scores))]
        )  # messages x labels x features

        self._weights = _best_weights(features, right, importance)
        # The thresholds are chosen on messages that the weights were not learnt from.
        chances = np.zeros_like(right)
        for learn, ask in KFold(_FOLDS, shuffle=True, random_state=seed).split(features):
            weights = _best_weights(features[learn], right[learn], importance[learn])
            chances[ask] = _softmax(features[ask] @ weights)
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

    def read(self, text: str, scores: Scores, after: str, outside: int) -> InContext | None:
        """What a message with these scores means after this label; None when context says nothing about it."""
        if self._weights is None or after not in self._number or _length(text) > MOST_WORDS:
            return None
        features = self._features(scores, after, text, self._relations.evidence(text))
        chances = _softmax((features @ self._weights)[None])[0]
        order = tuple(int(index) for index in np.argsort(-chances))
        confidence = float(chances[order[0]])
        return InContext(decide(confidence, order[0] == outside, self._thresholds), confidence, order, chances)

    def _table(self, ties: Mapping[str, Sequence[str]]) -> Scores:
        """Labels x labels: 1 for the first label tied to one, less for each after it."""
        found = np.zeros((len(self._number), len(self._number)))
        for label, others in ties.items():
            for place, other in enumerate(others):
                if label in self._number and other in self._number:
                    found[self._number[label], self._number[other]] = 1 / (1 + place)
        return found

    def _relation(self, after: str, meant: Sequence[str]) -> Relation:
        if after in meant:
            return Relation.SAME
        follows = self._ties[self._number[after], :, Relation.NEXT]
        is_next = any(label in self._number and follows[self._number[label]] for label in meant)
        return Relation.NEXT if is_next else Relation.OTHER

    def _features(self, scores: Scores, after: str, text: str, relation: Scores) -> Scores:
        """Labels x features; `relation` has the evidence for each relation, as far as words tell."""
        ties = self._ties[self._number[after]]
        own_score = (scores - scores.max())[:, None]
        by_words = ties[:, [Relation.SAME, Relation.NEXT]] * relation[[Relation.SAME, Relation.NEXT]]
        return np.concatenate(
            [own_score, own_score * relation[Relation.OTHER], ties, ties / max(_length(text), 1), by_words], axis=1
        )


class _Relations:
    """Tells from words alone whether a message asks on about the same, for what comes next, or something else."""

    def __init__(self) -> None:
        self._featurizer = Featurizer(FeatureSettings(character_ngrams=(3, 3), rarest=2))
        self._model = LogisticRegression(C=10.0, solver="liblinear")

    def fit(self, texts: Sequence[str], relations: Sequence[Relation], weights: Scores) -> Scores:
        """Learn; the evidence for each relation in each text, by a model that has not seen it."""
        rows = self._featurizer.fit_transform(texts)
        truth = np.array(relations)
        weights = weights * len(truth)
        guessed = cross_val_predict(
            self._model, rows, truth, cv=_FOLDS, method="predict_proba", fit_params={"sample_weight": weights}
        )
        self._model.fit(rows, truth, weights)
        return self._evidence(guessed, np.unique(truth))

    def evidence(self, text: str) -> Scores:
        """The evidence for each relation."""
        guessed = self._model.predict_proba(self._featurizer.transform([text]))
        return np.asarray(self._evidence(guessed, self._model.classes_)[0])

    def _evidence(self, guessed: Scores, known: NDArray[np.int64]) -> Scores:
        found = np.zeros((len(guessed), len(Relation)))
        found[:, known] = np.maximum(np.log(np.maximum(guessed, 1e-9)) + _FAINTEST, 0.0)
        return found


def _best_weights(features: Scores, right: Scores, importance: Scores) -> Scores:
    """The weights of features (messages x labels x features) that make the right labels likeliest."""
    flat = np.ascontiguousarray(features).reshape(-1, features.shape[2])

    def loss(weights: Scores) -> tuple[float, Scores]:
        chances = _softmax((flat @ weights).reshape(right.shape))
        hit = np.maximum((chances * right).sum(axis=1), 1e-9)
        slope = (chances - chances * right / hit[:, None]) * importance[:, None]
        value = -(np.log(hit) * importance).sum() + _PENALTY * float(weights @ weights)
        return float(value), slope.ravel() @ flat + 2 * _PENALTY * weights

    start = np.array([4.0] + [0.0] * (features.shape[2] - 1))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def _length(text: str) -> int:
    return len(normalise(text).split())


def _softmax(values: Scores) -> Scores:
    shifted = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))
