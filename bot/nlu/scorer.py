"""Scores of labels for sparse rows: max-margin separators, likeness to a label's average, and a second opinion.

A separator need not see every text: it learns from its own, from those that resemble its label, and from some others
drawn by chance. With a hundred labels that takes a fifth of the time and costs hardly any accuracy. All weights stand
in one table with a row for each feature, so that scoring a text touches the few rows of its own features only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from bot.nlu.features import Row

Scores = NDArray[np.float64]
Numbers = NDArray[np.int64]
IMPOSSIBLE = -1000.0  # log-probability of a label that a part of the training data has no example of
_NO_MARGIN = -2.0
_SMOOTHING = 0.01  # of naive Bayes: what a label that never has a feature counts for it
_FARTHEST = 40.0  # log-probabilities this far below the best one tell nothing any more


@dataclass(frozen=True)
class ScorerSettings:
    """How a scorer is trained.

    Attributes:
        strength: inverse regularisation of the separators (C).
        second_share: how much a unit of log-probability of the second opinion counts beside a unit of margin.
        nearest_labels: a text is set against this many labels that it resembles most.
        others: texts drawn by chance that every separator sees.
        seed: for that chance.
    """

    strength: float = 0.5
    second_share: float = 0.05
    nearest_labels: int = 10
    others: int = 1500
    seed: int = 1


@dataclass(frozen=True)
class Opinions:
    """Two scores for each text (row) and label (column).

    Attributes:
        scores: of separators, likeness and second opinion together; these rank the labels.
        second: log-probabilities of naive Bayes, which errs in other places: where both agree, confidence is earned.
    """

    scores: Scores
    second: Scores

    @classmethod
    def joined(cls, parts: Sequence[Opinions]) -> Opinions:
        """The opinions on several groups of texts, one below the other."""
        return cls(np.concatenate([one.scores for one in parts]), np.concatenate([one.second for one in parts]))


class Scorer:
    """Learns from labelled rows, then scores others."""

    def __init__(self, settings: ScorerSettings, labels: int) -> None:
        """A scorer of so many labels that has learnt nothing yet."""
        self._settings = settings
        self._labels = labels
        self._table: Any = None
        self._offsets: Any = None
        self._unseen: Any = None

    def fit(self, rows: csr_matrix, truth: Numbers, weights: Scores) -> Scorer:
        """Learn from rows with their label's number and their weight."""
        labels = self._labels
        membership = csr_matrix((weights, (truth, np.arange(len(truth)))), shape=(labels, len(truth)))
        totals = membership @ rows
        # Margins, averages and second opinion beside each other, each filled in place: a copy of any takes as long as
        # making it. A label has few of the features, so most of the table is written once.
        table = np.zeros((rows.shape[1], 3 * labels), dtype=np.float32)
        margins, averages, second = np.split(table, 3, axis=1)
        has = totals.indices, np.repeat(np.arange(labels), np.diff(totals.indptr))
        averages[has] = normalize(totals).data
        sums = np.log(np.asarray(totals.sum(axis=1)).ravel() + _SMOOTHING * rows.shape[1])
        second[:] = np.log(_SMOOTHING) - sums
        second[has] = np.log(totals.data + _SMOOTHING) - sums[has[1]]
        self._offsets = self._separate(rows, truth, weights, averages, margins)
        self._table = table
        self._unseen = np.bincount(truth, minlength=labels) == 0
        return self

    def opinions(self, rows: csr_matrix) -> Opinions:
        """The scores of all labels for some rows."""
        found = np.asarray(rows.astype(np.float32) @ self._table, dtype=np.float64)
        return self._weighed(found, np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float64)))

    def opinion(self, row: Row) -> Opinions:
        """The scores of all labels for a single text."""
        # Not `@`: linear algebra hands even this little to threads, and waits for them on a busy machine.
        found = np.einsum("i,ij->j", row.values.astype(np.float32), self._table[row.columns])
        return self._weighed(found[None].astype(np.float64), np.sqrt(row.values @ row.values))

    def _weighed(self, found: Scores, lengths: Any) -> Opinions:
        """Opinions from what the table says of rows of these lengths."""
        margins, likeness, second = np.split(found, 3, axis=1)
        margins = margins + self._offsets
        margins[:, self._unseen] = _NO_MARGIN
        likeness = likeness / np.maximum(lengths, 1e-9)
        second[:, self._unseen] = IMPOSSIBLE
        behind = np.maximum(second - second.max(axis=1, keepdims=True), -_FARTHEST)
        return Opinions(margins + likeness + self._settings.second_share * behind, second)

    def between_labels(self) -> Scores:
        """For each label (row), what its average text scores for each label (column)."""
        averages = self._table[:, self._labels : 2 * self._labels]
        return self.opinions(csr_matrix(averages.T)).scores

    def _separate(
        self,
        rows: csr_matrix,
        truth: Numbers,
        weights: Scores,
        averages: NDArray[np.float32],
        margins: NDArray[np.float32],
    ) -> Scores:
        """Write a separator of each label into its column of `margins`; gives their offsets."""
        likeness = rows.astype(np.float32) @ averages
        nearest = min(self._settings.nearest_labels, self._labels)
        limit = np.partition(likeness, -nearest, axis=1)[:, -nearest]
        rivals = likeness >= limit[:, None]
        chance = np.random.default_rng(self._settings.seed)
        rivals[chance.permutation(len(truth))[: self._settings.others]] = True
        offsets = np.zeros(self._labels)

        # One after the other: the compiled code behind it draws from one source of chance for the whole process, with
        # threads every training would come out differently.
        for label in range(self._labels):
            own = truth == label
            chosen = np.flatnonzero(rivals[:, label] | own)
            if own.any() and not own.all():
                found = LinearSVC(C=self._settings.strength, random_state=self._settings.seed, tol=0.1)
                found.fit(rows[chosen], own[chosen], sample_weight=weights[chosen])
                margins[:, label], offsets[label] = found.coef_[0], found.intercept_[0]
        return offsets
