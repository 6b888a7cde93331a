"""Plain text search over the answers, for when the language understanding is out of reach. Pure.

Ranks by BM25 (Robertson and Walker, 1994) over a topic's question, the questions people ask and the answer.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache

from bot.knowledge.schema import Content, Topic
from bot.knowledge.text import fold, strip_markup

_K1 = 1.2
_B = 0.75
# How many times a word counts in each field.
_QUESTION_WEIGHT = 4
# All questions people ask count together as this many, so that a topic with more of them does not win by number.
_ASKED_TOGETHER = 40
_ANSWER_WEIGHT = 1
# Beginnings of words find inflected and compound forms: "vergoed" finds "vergoeding". They count for less.
_BEGINNING = 5
_BEGINNING_WEIGHT = 0.4
# Words in a larger share of the topics than this tell nothing.
_COMMON = 0.9


class SearchIndex:
    """The words of all topics in one language, counted."""

    def __init__(self, content: Content, language: str = "nl") -> None:
        self._topics = [topic for topic in content.topics.values() if language in topic.answer]
        self._counts = [_count(topic, language) for topic in self._topics]
        self._lengths = [counts.total() for counts in self._counts]
        self._average = sum(self._lengths) / len(self._lengths) if self._lengths else 1.0
        self._spread = Counter(term for counts in self._counts for term in counts)

    def search(self, text: str, limit: int = 3) -> list[tuple[Topic, float]]:
        """The topics that fit a text best, best first, with a score above 0.

        Words that nearly all topics hold do not count; a text without other words finds nothing.
        """
        scores: Counter[int] = Counter()
        for term, weight in _terms(text).items():
            rarity = self._rarity(term) * weight
            if rarity <= 0:
                continue
            for place, counts in enumerate(self._counts):
                if term in counts:
                    length = 1 - _B + _B * self._lengths[place] / self._average
                    scores[place] += rarity * counts[term] * (_K1 + 1) / (counts[term] + _K1 * length)  # type: ignore[assignment]
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [(self._topics[place], float(score)) for place, score in best]

    def _rarity(self, term: str) -> float:
        spread, total = self._spread[term], len(self._topics)
        if not spread or (total > 3 and spread > _COMMON * total):
            return 0.0
        return math.log(1 + (total - spread + 0.5) / (spread + 0.5))


def search(content: Content, text: str, language: str = "nl", limit: int = 3) -> list[tuple[Topic, float]]:
    """The topics that fit a text best; case, accents and punctuation do not matter.

    Args:
        content: where to look.
        text: what someone typed; may be anything.
        language: which texts to look in.
        limit: at most so many.

    Returns:
        Topics with their score, best first; empty when nothing fits.
    """
    return _index(_Same(content), language).search(text, limit)


class _Same:
    """Content compared by identity, so that the index of one content is built once."""

    def __init__(self, content: Content) -> None:
        self.content = content

    def __hash__(self) -> int:
        return id(self.content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.content is self.content


@lru_cache(maxsize=4)
def _index(same: _Same, language: str) -> SearchIndex:
    return SearchIndex(same.content, language)


def _count(topic: Topic, language: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    asked = topic.questions.get(language, ())
    fields: list[tuple[str, float]] = [
        (topic.question.get(language, ""), _QUESTION_WEIGHT),
        (topic.answer[language], _ANSWER_WEIGHT),
    ]
    fields += [(question, _ASKED_TOGETHER / len(asked)) for question in asked]
    for text, times in fields:
        for term in _split(strip_markup(text)):
            counts[term] += times  # type: ignore[assignment]
            if len(term) > _BEGINNING:
                counts[f"{term[:_BEGINNING]}*"] += times  # type: ignore[assignment]
    return counts


def _terms(text: str) -> dict[str, float]:
    terms: dict[str, float] = {}
    for term in _split(text):
        terms[term] = 1.0
        if len(term) >= _BEGINNING:
            terms[f"{term[:_BEGINNING]}*"] = _BEGINNING_WEIGHT
    return terms


def _split(text: str) -> list[str]:
    return [word for word in fold(text).split() if len(word) > 1]
