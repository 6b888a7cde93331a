"""Which language a message is in: learnt from the examples of each language, and sure before it says another. Pure.

Short messages ("ok", "privacy?") are the same in many languages. A message counts as another language than that of the
conversation only when it is surer than nearly all held-out examples of the conversation's own language ever make it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline, make_union

from bot.nlu.text import normalise

_MOST_EXAMPLES = 800  # of each language; letters are learnt from few
_FEWEST_EXAMPLES = 10
_MISTAKES = 0.005  # the share of a language's own messages that may be taken for another
_LEAST = 0.75  # below this chance nothing is clear, however few mistakes the examples show
_PARTS = 3


class LanguageDetector:
    """Learns languages from texts, then tells when a text is clearly in one of them."""

    def __init__(self) -> None:
        """A detector that has learnt nothing yet, and never speaks up."""
        self._model: Any = None
        self._limits: dict[tuple[str, str], float] = {}

    def fit(self, texts: Mapping[str, Sequence[str]], seed: int = 1) -> LanguageDetector:
        """Learn from the texts of each language; with one language, or too few texts, there is nothing to tell apart.

        Texts that stand under two languages count for neither.
        """
        chance = np.random.default_rng(seed)
        plain = {language: {normalise(text) for text in group} for language, group in texts.items()}
        pairs: list[tuple[str, str]] = []
        for language, group in sorted(plain.items()):
            elsewhere = set().union(*(other for name, other in plain.items() if name != language))
            own = sorted(group - elsewhere)
            if len(own) >= _FEWEST_EXAMPLES:
                chosen = chance.permutation(len(own))[:_MOST_EXAMPLES]
                pairs += [(own[index], language) for index in chosen]
        known = np.array([language for _, language in pairs])
        if len(set(known)) < 2:
            return self
        model = make_pipeline(
            # Letters tell languages apart, whole words settle what is short: "and the jabs?".
            make_union(
                TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, lowercase=False),
                TfidfVectorizer(token_pattern=r"\S+", sublinear_tf=True, lowercase=False),
            ),
            LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear"),
        )
        chances = cross_val_predict(model, [text for text, _ in pairs], known, cv=_PARTS, method="predict_proba")
        self._model = model.fit([text for text, _ in pairs], known)
        for column, other in enumerate(self._model.classes_):
            for own_language in set(known) - {other}:
                wrongly = np.quantile(chances[known == own_language, column], 1 - _MISTAKES)
                self._limits[own_language, other] = max(_LEAST, float(wrongly))
        return self

    def language(self, text: str, current: str) -> str:
        """The language of a text: `current`, unless the text is clearly in another one."""
        if self._model is None:
            return current
        chances = self._model.predict_proba([normalise(text)])[0]
        best = int(chances.argmax())
        other = str(self._model.classes_[best])
        return other if chances[best] > self._limits.get((current, other), _LEAST) else current
