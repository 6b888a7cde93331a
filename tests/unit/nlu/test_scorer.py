"""Scores of labels for sparse rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.nlu.features import Row
from bot.nlu.scorer import IMPOSSIBLE, Scorer, ScorerSettings

CHANCE = np.random.default_rng(3)
TRUTH = np.arange(300) % 30
# Each label has three features of its own among noise that all share.
ROWS = csr_matrix(
    np.hstack([np.repeat(np.eye(30), 3, axis=1)[TRUTH] * CHANCE.random((300, 90)), CHANCE.random((300, 40)) * 0.3])
)
WEIGHTS = np.ones(300)


def test_a_text_scored_alone_scores_as_it_does_among_others() -> None:
    scorer = Scorer(ScorerSettings(), 30).fit(ROWS, TRUTH, WEIGHTS)
    alone = scorer.opinion(Row(ROWS[7].indices, ROWS[7].data))
    among = scorer.opinions(ROWS)
    assert alone.scores[0] == pytest.approx(among.scores[7], abs=1e-4)
    assert alone.second[0] == pytest.approx(among.second[7], abs=1e-3)


def test_learning_from_rivals_only_is_about_as_right_as_learning_from_all() -> None:
    seen, unseen = np.flatnonzero(np.arange(300) < 240), np.flatnonzero(np.arange(300) >= 240)
    few = Scorer(ScorerSettings(nearest_labels=5, others=40), 30).fit(ROWS[seen], TRUTH[seen], WEIGHTS[seen])
    ours = (few.opinions(ROWS[unseen]).scores.argmax(axis=1) == TRUTH[unseen]).mean()
    whole = LinearSVC(C=0.5).fit(ROWS[seen], TRUTH[seen]).score(ROWS[unseen], TRUTH[unseen])
    assert ours >= whole - 0.05


def test_a_label_without_examples_is_never_the_best() -> None:
    scorer = Scorer(ScorerSettings(), 31).fit(ROWS, TRUTH, WEIGHTS)
    opinions = scorer.opinions(ROWS)
    assert 30 not in opinions.scores.argmax(axis=1)
    assert (opinions.second[:, 30] == IMPOSSIBLE).all()


def test_two_labels_are_told_apart() -> None:
    truth = TRUTH % 2
    scorer = Scorer(ScorerSettings(), 2).fit(ROWS, truth, WEIGHTS)
    assert (scorer.opinions(ROWS).scores.argmax(axis=1) == truth).mean() > 0.95
