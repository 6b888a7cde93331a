"""Which language a message is in: learnt from the examples of each language, and sure before it says another. Pure.

Short messages ("ok", "privacy?") are the same in many languages. A message counts as another language than that of the
conversation only when it is surer than nearly all held-out examples of the conversation's own language ever make it,
and a word or two only when one of them is known, and of the other language: not "spms", "privacy" or a drug's name.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.nlu.counting import count, count_within_words
from bot.nlu.text import normalise

_MOST_EXAMPLES = 2000  # of each language; letters are learnt from few
_FEWEST_EXAMPLES = 10
_MISTAKES = 0.005  # the share of a language's own messages that may be taken for another
_LEAST = 0.75  # below this chance nothing is clear, however few mistakes the examples show
_LEAST_OF_FEW = 0.9  # the same where a language has fewer examples than are used of others
# Above this chance an example is taken for one that its author wrote in the other language: "can we speak English?".
_WRITTEN_IN_IT = 0.97
_PARTS = 3
_LONGEST = 3  # letters in a row
_FEW_WORDS = 2  # so few words must say by themselves which language they are of
_FOREIGN = 30.0  # a word is of one language when that has it so many times as often as the other


class LanguageDetector:
    """Learns languages from texts, then tells when a text is clearly in one of them."""

    def __init__(self) -> None:
        """A detector that has learnt nothing yet, and never speaks up."""
        # Two languages are told apart by what was learnt from these two, so that a third changes nothing between them.
        self._models: dict[tuple[str, str], _Pair] = {}
        self._limits: dict[tuple[str, str], float] = {}
        self._known: list[str] = []
        # Of one language and another: the words that tell that it is the other.
        self._telling: dict[tuple[str, str], frozenset[str]] = {}

    def fit(self, texts: Mapping[str, Sequence[str]], seed: int = 1) -> LanguageDetector:
        """Learn from the texts of each language; with one language, or too few texts, there is nothing to tell apart.

        Texts that stand under two languages count for neither.
        """
        chance = np.random.default_rng(seed)
        plain = {language: {normalise(text) for text in group} for language, group in texts.items()}
        chosen: dict[str, list[str]] = {}
        for language, group in sorted(plain.items()):
            elsewhere = set().union(*(other for name, other in plain.items() if name != language))
            own = sorted(group - elsewhere)
            if len(own) >= _FEWEST_EXAMPLES:
                chosen[language] = [own[index] for index in chance.permutation(len(own))[:_MOST_EXAMPLES]]
        # Those with most examples first: who has learnt little has the last word only where it is sure.
        self._known = sorted(chosen, key=lambda language: -len(texts[language]))
        words = {language: _share_of_words(plain[language]) for language in chosen}
        for pair in combinations(chosen, 2):
            self._learn(pair, chosen)
        for mine, theirs in permutations(chosen, 2):
            self._telling[mine, theirs] = _telling(words[mine], words[theirs])
        return self

    def language(self, text: str, current: str) -> str:
        """The language of a text: `current`, unless the text is clearly in another one."""
        counted, found = _counted(normalise(text)), current
        # In turn: what is clearly not English but Dutch may still be German.
        for other in self._known:
            if self._is_clearly(counted, other, found):
                found = other
        return found

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Come back from storage, where an earlier version kept what it learnt with."""
        self.__dict__.update({"_telling": {}, **state})
        self._models = {
            pair: model if isinstance(model, _Pair) else _Pair(model) for pair, model in self._models.items()
        }

    def _learn(self, pair: tuple[str, str], texts: Mapping[str, Sequence[str]]) -> None:
        pairs = [(text, language) for language in pair for text in texts[language]]
        known = np.array([language for _, language in pairs])
        plain = [text for text, _ in pairs]
        # Letters tell languages apart, whole words settle what is short: "and the jabs?".
        letters = CountVectorizer(analyzer="char_wb", ngram_range=(1, _LONGEST), lowercase=False)
        words = CountVectorizer(analyzer=str.split)
        counted = [count_within_words(letters, plain), count(words, plain)]
        rarity = [TfidfTransformer(sublinear_tf=True).fit(counts) for counts in counted]
        rows = hstack([one.transform(counts) for one, counts in zip(rarity, counted, strict=True)]).tocsr()
        regression = LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear").fit(rows, known)
        names = [one.get_feature_names_out() for one in (letters, words)]
        families = [(name, one.idf_) for name, one in zip(names, rarity, strict=True)]
        self._models[pair] = _Pair.of(families, regression)
        chances = _held_out(counted, known, regression)
        least = _LEAST if min(len(texts[one]) for one in pair) == _MOST_EXAMPLES else _LEAST_OF_FEW
        for column, other in enumerate(self._models[pair].classes_):
            own = next(one for one in pair if one != other)
            found = chances[known == own, column]
            wrongly = np.quantile(np.append(found[found <= _WRITTEN_IN_IT], 0.0), 1 - _MISTAKES)
            self._limits[own, str(other)] = max(least, float(wrongly))

    def _is_clearly(self, counted: _Counts, other: str, current: str) -> bool:
        limit = self._limits.get((current, other))
        if limit is None:
            return False
        words, telling = counted[1], self._telling.get((current, other))
        if telling is not None and len(words) <= _FEW_WORDS and telling.isdisjoint(words):
            return False
        model = self._models.get((other, current)) or self._models[current, other]
        return model.chance(other, counted) > limit


def _share_of_words(texts: Collection[str]) -> Mapping[str, float]:
    """In which share of the texts each word stands."""
    counts = Counter(word for text in texts for word in set(text.split()))
    return {word: count / len(texts) for word, count in counts.items()}


def _telling(own: Mapping[str, float], other: Mapping[str, float]) -> frozenset[str]:
    """The words that another language has and this one has not, or hardly."""
    return frozenset(word for word, share in other.items() if share >= _FOREIGN * own.get(word, 0.0))


def _held_out(families: Sequence[csr_matrix], known: Any, regression: LogisticRegression) -> Any:
    """The chances that such a regression gives texts which it has not seen, from the counts of each kind of feature."""
    chances = np.zeros((len(known), len(regression.classes_)))
    for learn, ask in StratifiedKFold(_PARTS).split(known, known):
        # What only the held-out texts have cannot be known.
        seen = [counts[:, np.flatnonzero(counts[learn].getnnz(axis=0))] for counts in families]
        weighted = [TfidfTransformer(sublinear_tf=True).fit(counts[learn]).transform(counts) for counts in seen]
        rows = hstack(weighted).tocsr()
        chances[ask] = clone(regression).fit(rows[learn], known[learn]).predict_proba(rows[ask])
    return chances


# How often a text has each run of letters, and each word.
_Counts = tuple[Counter[str], Counter[str]]


class _Pair:
    """Two languages told apart as the fitted regression does, for one text at a time: ten times as quick."""

    def __init__(self, fitted: Any) -> None:
        """Take over what a pipeline learnt, as an earlier version stored it."""
        union, regression = (step for _, step in fitted.steps)
        families = [(one.get_feature_names_out(), one.idf_) for _, one in union.transformer_list]
        self._take(families, regression)

    @classmethod
    def of(cls, families: Sequence[tuple[Sequence[str], Any]], regression: LogisticRegression) -> _Pair:
        """Take over a regression on letters and words, given the names and the rarity of each kind."""
        pair = cls.__new__(cls)
        pair._take(families, regression)
        return pair

    def _take(self, families: Sequence[tuple[Sequence[str], Any]], regression: LogisticRegression) -> None:
        self.classes_ = [str(name) for name in regression.classes_]
        self._start = float(regression.intercept_[0])
        weights = iter(regression.coef_[0].tolist())
        # Letters and words: each known one with its rarity and its weight.
        self._known: list[dict[str, tuple[float, float]]] = [
            {str(name): (rare, next(weights)) for name, rare in zip(names, rarity.tolist(), strict=True)}
            for names, rarity in families
        ]

    def chance(self, one: str, counted: _Counts) -> float:
        """How likely a text is in this one of the two."""
        score = self._start
        for counts, known in zip(counted, self._known, strict=True):
            sum_, squares = 0.0, 0.0
            for name, times in counts.items():
                if name in known:
                    rarity, weight = known[name]
                    value = (1.0 + math.log(times)) * rarity
                    sum_ += value * weight
                    squares += value * value
            score += sum_ / math.sqrt(squares) if squares else 0.0
        return 1.0 / (1.0 + math.exp(-score if one == self.classes_[1] else score))


def _counted(plain: str) -> _Counts:
    words = plain.split()
    return Counter(run for word in words for run in _runs(f" {word} ")), Counter(words)


def _runs(word: str) -> Iterator[str]:
    """All runs of letters in a word; of a length that the word has not, the word itself, once."""
    for length in range(1, _LONGEST + 1):
        for begin in range(max(len(word) - length, 0) + 1):
            yield word[begin : begin + length]
        if len(word) <= length:
            return
