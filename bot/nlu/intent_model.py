"""The classifier itself: sparse features, a linear max-margin classifier, calibrated confidence, learnt thresholds.

It knows nothing of Rasa and nothing of any content: texts and labels in, a decision with candidates out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.nlu.concepts import Lexicon
from bot.nlu.context import ContextModel, FollowUps, InContext, Messages
from bot.nlu.decision import Costs, Judged, Kind, Thresholds, best_alarm_lead, best_thresholds, decide
from bot.nlu.features import FeatureSettings, Featurizer
from bot.nlu.scorer import Numbers, Opinions, Scorer, ScorerSettings, Scores
from bot.nlu.text import normalise

_SHARPNESS = 4.0  # of the shares that a score gives each label


@dataclass(frozen=True)
class ModelSettings:
    """How the model is trained.

    Attributes:
        outside_label: the label of training examples that are outside what is known, if any.
        alarm_labels: labels that must not be missed; they win from a threshold of their own.
        strength: inverse regularisation of the classifier (C).
        second_share: how much a unit of log-probability of the second opinion counts beside a unit of margin.
        balance: how far rare labels are made to count as much as common ones, from 0 (not at all) to 1 (wholly).
        hint_weight: how much a sentence of an answer counts, against 1 for an example of a question.
        folds: how many parts the training data is cut into for held-out predictions.
        held_out: parts are held out until there are this many such examples; each part costs a training.
        candidates: how many labels are offered when asking back.
    """

    outside_label: str = "out_of_scope"
    alarm_labels: tuple[str, ...] = ()
    strength: float = 0.5
    second_share: float = 0.05
    balance: float = 0.25
    hint_weight: float = 0.3
    folds: int = 5
    held_out: int = 4000
    candidates: int = 3
    seed: int = 1
    features: FeatureSettings = field(default_factory=FeatureSettings)
    costs: Costs = field(default_factory=Costs)


@dataclass(frozen=True)
class Understanding:
    """What the model makes of one text.

    Attributes:
        kind: answer, clarify or refuse.
        ranking: labels with their share of the score, best first.
        confidence: estimated probability that the best label is right.
        candidates: labels to offer when asking back.
    """

    kind: Kind
    ranking: tuple[tuple[str, float], ...]
    confidence: float
    candidates: tuple[str, ...]


class IntentModel:
    """Learns from labelled texts, then understands others."""

    def __init__(self, settings: ModelSettings | None = None, lexicon: Lexicon | None = None) -> None:
        """A model that has learnt nothing yet."""
        self.settings = settings or ModelSettings()
        self.thresholds = Thresholds()
        self.alarm_lead = 0.0
        self.labels: list[str] = []
        self._featurizer = Featurizer(self.settings.features, lexicon)
        self._linear: Scorer | None = None
        self._calibrator: LogisticRegression | None = None
        self._context: ContextModel | None = None
        self._known: dict[str, str] = {}

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        hints: Sequence[tuple[str, str]] = (),
        follow_ups: FollowUps | None = None,
        related: Mapping[str, Sequence[str]] | None = None,
    ) -> IntentModel:
        """Learn from labelled texts.

        Args:
            texts: what people say.
            labels: the label of each text.
            hints: sentences that belong to a label without being said by people, such as those of its answer, each
                with its label. They bring words that no example has, and count less.
            follow_ups: messages that lean on an answer before them; from these it learns to read such messages.
            related: label -> labels that belong to it, which a follow-up is likely about.

        Raises:
            ValueError: when there are fewer than two labels; there is nothing to tell apart then.
        """
        self.labels = sorted(set(labels))
        if len(self.labels) < 2:
            raise ValueError("an intent classifier needs examples of at least two intents")
        number = {label: index for index, label in enumerate(self.labels)}
        useful = [(sentence, number[label]) for sentence, label in hints if label in number]
        truth = np.array([number[label] for label in labels] + [index for _, index in useful])
        rows = self._featurizer.fit_transform([*texts, *(sentence for sentence, _ in useful)])
        weights = np.array([1.0] * len(texts) + [self.settings.hint_weight] * len(useful))
        # Wholly balanced, the many examples of what is outside would count too little to hold their ground.
        weights *= (len(truth) / len(number) / np.bincount(truth)[truth]) ** self.settings.balance
        self._known = _unambiguous(texts, labels)
        held_out = self._held_out(rows, truth, weights, len(texts))
        if held_out is not None:
            self._calibrate(held_out[0], truth[held_out[1]])
        self._linear = self._scorer().fit(rows, truth, weights)
        if held_out is not None and follow_ups:
            others = Messages(
                [texts[row] for row in held_out[1]],
                held_out[0].scores,
                [[labels[row]] for row in held_out[1]],
            )
            self._learn_context(follow_ups, others, related or {})
        return self

    def understand(self, text: str, after: str | None = None) -> Understanding:
        """What to do with this text, and which label it most likely has.

        Args:
            text: what the person says.
            after: the label that was answered last, for a text that leans on it.
        """
        if self._linear is None:
            raise RuntimeError("the model has not been trained")
        known = self._known.get(normalise(text))
        opinions = self._linear.opinion(self._featurizer.row(text))
        scores = opinions.scores.copy()
        confidence = 1.0 if known is not None else float(self._confidence(opinions)[0])
        read = None
        if self._context is not None and after is not None and known is None:
            read = self._context.read(text, scores[0], after, self._outside())
        alarm = known is None and self._raises_alarm(scores) and not self._explains(read, scores[0])
        if known is not None:
            scores[0, self.labels.index(known)] = scores.max() + 1.0
        if alarm:
            confidence = 1.0
            best_alarm = max(self._numbers(self.settings.alarm_labels), key=lambda index: scores[0, index])
            scores[0, best_alarm] = scores.max() + 1.0
        order = np.argsort(-scores[0])
        best = self.labels[order[0]]
        outside = self.settings.outside_label
        kind = Kind.ANSWER if alarm else decide(confidence, best == outside, self.thresholds)
        if read is not None and not alarm and not self._agree(read, int(order[0]), kind, confidence):
            kind, confidence, order = read.kind, read.confidence, np.array(read.order)
            scores = np.log(np.maximum(read.chances, 1e-9))[None] / _SHARPNESS
        shares = _softmax(scores[0])
        ranking = tuple((self.labels[index], float(shares[index])) for index in order[:10])
        candidates = tuple(label for label, _ in ranking if label != outside)[: self.settings.candidates]
        return Understanding(kind, ranking, confidence, candidates)

    def alarm_margin(self, text: str) -> float | None:
        """How far a text is above the limit of the alarm; below 0 it raises none. None when no alarm was learnt."""
        if self._linear is None or not self._numbers(self.settings.alarm_labels):
            return None
        scores = self._linear.opinion(self._featurizer.row(text)).scores
        return float(self._alarm_lead_of(scores)[0]) - self.alarm_lead

    def _held_out(
        self, rows: csr_matrix, truth: Numbers, weights: Scores, examples: int
    ) -> tuple[Opinions, Numbers] | None:
        """Opinions on examples by models that have not seen them, and their rows; None when there is too little data.

        The first `examples` rows are examples; the others are hints, which every model learns from.
        """
        folds = min(self.settings.folds, int(np.bincount(truth[:examples]).max()))
        if folds < 2:
            return None
        cutter = StratifiedKFold(folds, shuffle=True, random_state=self.settings.seed)
        hints = np.arange(examples, rows.shape[0])
        rounds = min(folds, -(-self.settings.held_out * folds // examples))
        cuts = list(islice(cutter.split(np.zeros(examples), truth[:examples]), rounds))

        def opinions_on(cut: tuple[Numbers, Numbers]) -> Opinions:
            seen = np.concatenate([cut[0], hints])
            return self._scorer().fit(rows[seen], truth[seen], weights[seen]).opinions(rows[cut[1]])

        opinions = [opinions_on(cut) for cut in cuts]
        return Opinions.joined(opinions), np.concatenate([test for _, test in cuts])

    def _scorer(self) -> Scorer:
        settings = self.settings
        return Scorer(ScorerSettings(settings.strength, settings.second_share, seed=settings.seed), len(self.labels))

    def _calibrate(self, opinions: Opinions, truth: Numbers) -> None:
        """Learn how sure a score makes us, then where to answer, ask back and refuse."""
        scores = opinions.scores
        best = scores.argmax(axis=1)
        right = best == truth
        if right.all() or not right.any():
            return
        self._calibrator = LogisticRegression(C=10.0, max_iter=1000).fit(self._shape_of(opinions), right)
        confidence = self._confidence(opinions)
        outside = self._outside()
        self.thresholds = best_thresholds(
            [
                Judged(
                    confidence=float(confidence[row]),
                    best_right=bool(right[row]),
                    among_candidates=truth[row] in self._candidates(scores[row], outside),
                    best_is_outside=bool(best[row] == outside),
                    is_outside=bool(truth[row] == outside),
                )
                for row in range(len(truth))
            ],
            self.settings.costs,
        )
        alarms = self._numbers(self.settings.alarm_labels)
        if alarms:
            self.alarm_lead = best_alarm_lead(self._alarm_lead_of(scores), np.isin(truth, alarms), self.settings.costs)

    def _learn_context(self, follow_ups: FollowUps, others: Messages, related: Mapping[str, Sequence[str]]) -> None:
        assert self._linear is not None
        examples = follow_ups.examples(self.labels, self.settings.seed)
        texts = [one.text for one in examples]
        messages = Messages(
            texts,
            self._linear.opinions(self._featurizer.transform(texts)).scores,
            [one.meant for one in examples],
            [one.after for one in examples],
        )
        context = ContextModel(self.labels, self._linear.between_labels(), related, follow_ups.then)
        self._context = context.fit(messages, others, self._outside(), self.settings.costs, self.settings.seed)

    def _explains(self, read: InContext | None, scores: Scores) -> bool:
        """Whether an alarm is not what the words are most like, and the answer before them explains them surely."""
        alarms = self._numbers(self.settings.alarm_labels)
        if read is None or read.kind is not Kind.ANSWER or read.order[0] in alarms:
            return False
        return int(scores.argmax()) not in alarms

    def _agree(self, read: InContext, best: int, kind: Kind, confidence: float) -> bool:
        """Whether words alone and words in context lead to one answer or refusal, sure enough together."""
        if read.order[0] != best or kind is Kind.CLARIFY:
            return False
        return kind is Kind.REFUSE or (confidence * read.confidence) ** 0.5 >= self.thresholds.answer

    def _numbers(self, labels: Sequence[str]) -> list[int]:
        """The columns of those labels that there are examples of."""
        return [self.labels.index(label) for label in labels if label in self.labels]

    def _outside(self) -> int:
        """The column of the label for what is outside, or -1."""
        return next(iter(self._numbers([self.settings.outside_label])), -1)

    def _alarm_lead_of(self, scores: Scores) -> Scores:
        """How far the best alarm is ahead of the best other label, for each row."""
        alarms = self._numbers(self.settings.alarm_labels)
        others = [index for index in range(len(self.labels)) if index not in alarms]
        return np.asarray(scores[:, alarms].max(axis=1) - scores[:, others].max(axis=1))

    def _raises_alarm(self, scores: Scores) -> bool:
        if not self._numbers(self.settings.alarm_labels):
            return False
        return bool(self._alarm_lead_of(scores)[0] >= self.alarm_lead)

    def _candidates(self, scores: Scores, outside: int) -> list[int]:
        order = np.argsort(-scores)[: self.settings.candidates + 1]
        return [int(index) for index in order if index != outside][: self.settings.candidates]

    def _confidence(self, opinions: Opinions) -> Scores:
        if self._calibrator is None:
            return np.asarray(_softmax(opinions.scores).max(axis=-1))
        # As `predict_proba` does for two classes, without its checks, which take longer than all else here.
        return np.asarray(expit(self._shape_of(opinions) @ self._calibrator.coef_[0] + self._calibrator.intercept_[0]))

    def _shape_of(self, opinions: Opinions) -> Scores:
        """What confidence depends on: the best score, its lead, the field behind it, the second opinion, "outside"."""
        scores = opinions.scores
        best = scores.argmax(axis=1)
        top = -np.sort(-scores, axis=1)[:, :4]
        if top.shape[1] < 4:
            top = np.pad(top, ((0, 0), (0, 4 - top.shape[1])), constant_values=-2.0)
        shape = [top[:, 0], top[:, 0] - top[:, 1], top[:, 1] - top[:, 2], top[:, 3]]
        agrees = opinions.second.argmax(axis=1) == best
        strongest = -np.sort(-opinions.second, axis=1)[:, :2]
        rival = np.where(agrees, strongest[:, 1], strongest[:, 0])
        shape += [agrees, np.clip(opinions.second[np.arange(len(best)), best] - rival, -6.0, 6.0)]
        outside = self._outside()
        if outside >= 0:
            inside = np.delete(scores, outside, axis=1).max(axis=1)
            shape += [np.clip(inside - scores[:, outside], -3.0, 3.0), best == outside]
        return np.stack(shape, axis=1).astype(float)


def _softmax(scores: Scores) -> Scores:
    shifted = np.exp(_SHARPNESS * (scores - scores.max(axis=-1, keepdims=True)))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def _unambiguous(texts: Sequence[str], labels: Sequence[str]) -> dict[str, str]:
    """Training texts that always carry the same label: these are known, not guessed."""
    seen: dict[str, set[str]] = {}
    for text, label in zip(texts, labels, strict=True):
        seen.setdefault(normalise(text), set()).add(label)
    return {text: next(iter(found)) for text, found in seen.items() if len(found) == 1}
