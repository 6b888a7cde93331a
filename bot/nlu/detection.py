"""Which language a message is in: learnt from the examples of each language, and sure before it says another. Pure.

Short messages ("ok", "privacy?") are the same in many languages. A message counts as another language than that of the
conversation only when it is surer than nearly all held-out examples of the conversation's own language ever make it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline, make_union

from bot.nlu.text import normalise

_MOST_EXAMPLES = 2000  # of each language; letters are learnt from few
_FEWEST_EXAMPLES = 10
_MISTAKES = 0.005  # the share of a language's own messages that may be taken for another
_LEAST = 0.75  # below this chance nothing is clear, however few mistakes the examples show
_LEAST_OF_FEW = 0.9  # the same where a language has fewer examples than are used of others
# Above this chance an example is taken for one that its author wrote in the other language: "can we speak English?".
_WRITTEN_IN_IT = 0.97
_PARTS = 3


class LanguageDetector:
    """Learns languages from texts, then tells when a text is clearly in one of them."""

    def __init__(self) -> None:
        """A detector that has learnt nothing yet, and never speaks up."""
        # Two languages are told apart by what was learnt from these two, so that a third changes nothing between them.
        self._models: dict[tuple[str, str], Any] = {}
        self._limits: dict[tuple[str, str], float] = {}
        self._known: list[str] = []

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
        for pair in combinations(chosen, 2):
            self._learn(pair, chosen)
        return self

    def language(self, text: str, current: str) -> str:
        """The language of a text: `current`, unless the text is clearly in another one."""
        plain, found = normalise(text), current
        # In turn: what is clearly not English but Dutch may still be German.
        for other in self._known:
            if self._is_clearly(plain, other, found):
                found = other
        return found

    def _learn(self, pair: tuple[str, str], texts: Mapping[str, Sequence[str]]) -> None:
        pairs = [(text, language) for language in pair for text in texts[language]]
        known = np.array([language for _, language in pairs])
        model = make_pipeline(
            # Letters tell languages apart, whole words settle what is short: "and the jabs?".
            make_union(
                TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, lowercase=False),
                TfidfVectorizer(token_pattern=r"\S+", sublinear_tf=True, lowercase=False),
            ),
            LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear"),
        )
        chances = cross_val_predict(model, [text for text, _ in pairs], known, cv=_PARTS, method="predict_proba")
        self._models[pair] = model.fit([text for text, _ in pairs], known)
        least = _LEAST if min(len(texts[one]) for one in pair) == _MOST_EXAMPLES else _LEAST_OF_FEW
        for column, other in enumerate(self._models[pair].classes_):
            own = next(one for one in pair if one != other)
            found = chances[known == own, column]
            wrongly = np.quantile(np.append(found[found <= _WRITTEN_IN_IT], 0.0), 1 - _MISTAKES)
            self._limits[own, str(other)] = max(least, float(wrongly))

    def _is_clearly(self, plain: str, other: str, current: str) -> bool:
        limit = self._limits.get((current, other))
        return limit is not None and self._chance(plain, other, current) > limit

    def _chance(self, plain: str, one: str, other: str) -> float:
        """How likely a text is in one language, if it is in one of the two."""
        model = self._models.get((one, other)) or self._models[other, one]
        return float(model.predict_proba([plain])[0][list(model.classes_).index(one)])
