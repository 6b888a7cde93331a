"""From text to sparse features: word n-grams, character n-grams and concepts, each weighted by rarity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from bot.nlu.concepts import Lexicon
from bot.nlu.counting import count, count_within_words
from bot.nlu.text import normalise


@dataclass(frozen=True)
class FeatureSettings:
    """Which features are made and how much each family counts.

    Words and characters that fewer than `rarest` texts have are left out: 2 halves the model when there are thousands.
    """

    word_ngrams: tuple[int, int] = (1, 2)
    character_ngrams: tuple[int, int] = (2, 4)
    rarest: int = 1
    word_weight: float = 1.0
    character_weight: float = 1.0
    concept_weight: float = 0.5


class Row(NamedTuple):
    """The features of one text: their columns, ascending within a family, and what each counts."""

    columns: NDArray[np.int32]
    values: NDArray[np.float64]


class Featurizer:
    """Turns texts into rows of a sparse matrix. Learns its vocabulary from the training texts."""

    def __init__(self, settings: FeatureSettings, lexicon: Lexicon | None = None) -> None:
        """A featurizer that has learnt nothing yet."""
        words = CountVectorizer(analyzer=_WordGrams(settings.word_ngrams))
        self._families = [
            (_Family(words, settings.rarest), settings.word_weight),
            (_Family(_CharacterCounter(settings.character_ngrams), settings.rarest), settings.character_weight),
        ]
        if lexicon is not None and settings.concept_weight:
            concepts = CountVectorizer(analyzer=ConceptAnalyzer(lexicon))
            self._families.append((_Family(concepts, 1), settings.concept_weight))

    def fit_transform(self, texts: Sequence[str]) -> csr_matrix:
        """Learn the vocabulary and give the rows of the training texts."""
        plain = [normalise(text) for text in texts]
        return hstack([family.fit_transform(plain) * weight for family, weight in self._families]).tocsr()

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """The rows of other texts; what was not learnt is left out."""
        plain = [normalise(text) for text in texts]
        return hstack([family.transform(plain) * weight for family, weight in self._families]).tocsr()

    def row(self, text: str) -> Row:
        """What `transform` gives for a single text, without a matrix, which takes longer to make than to fill."""
        plain, begin, parts = normalise(text), 0, []
        for family, weight in self._families:
            found = family.row(plain)
            parts.append(Row(found.columns + begin, found.values * weight))
            begin += family.width
        return Row(np.concatenate([part.columns for part in parts]), np.concatenate([part.values for part in parts]))


class _Family:
    """Counts of one kind of feature, weighted by rarity (tf-idf). Features that too few texts have are left out."""

    def __init__(self, counter: CountVectorizer | _CharacterCounter, rarest: int) -> None:
        self._counter, self._rarest = counter, rarest

    def fit_transform(self, texts: Sequence[str]) -> csr_matrix:
        counter = self._counter
        counts = counter.fit_transform(texts) if isinstance(counter, _CharacterCounter) else count(counter, texts)
        kept = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= self._rarest)
        weighted = TfidfTransformer(sublinear_tf=True)
        rows = weighted.fit_transform(counts[:, kept])
        self._rarity = weighted.idf_
        # Where a counted feature stands among those that were kept; -1 for one that was not.
        self._place = np.full(counts.shape[1], -1, dtype=np.int32)
        self._place[kept] = np.arange(len(kept), dtype=np.int32)
        return rows

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """As the transformer that was fitted would, without what it spends on checks: a message is one short row."""
        counts = self._counter.transform(texts)
        places = self._place[counts.indices]
        known = places >= 0
        row_of = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))[known]
        places = places[known]
        weights = (np.log(counts.data[known]) + 1.0) * self._rarity[places]
        lengths = np.sqrt(np.bincount(row_of, weights**2, minlength=counts.shape[0]))
        weights /= lengths[row_of]
        ends = np.concatenate([[0], np.cumsum(np.bincount(row_of, minlength=counts.shape[0]))])
        return csr_matrix((weights, places, ends), shape=(counts.shape[0], self.width))

    @property
    def width(self) -> int:
        """How many features there are."""
        return len(self._rarity)

    def row(self, text: str) -> Row:
        """What `transform` gives for one normalised text."""
        vocabulary = self._counter.vocabulary_
        counts = Counter(vocabulary[name] for name in self._counter.build_analyzer()(text) if name in vocabulary)
        counted = sorted(counts)
        places = self._place[counted]
        known = places >= 0
        places = places[known]
        weights = (np.log([counts[number] for number in counted])[known] + 1.0) * self._rarity[places]
        return Row(places, weights / np.sqrt(weights @ weights) if len(weights) else weights)


class _CharacterCounter:
    """Character n-grams within words, a space at both ends.

    The n-grams of each different word are made once; those of a text are the sum of those of its words.
    """

    def __init__(self, lengths: tuple[int, int]) -> None:
        self._grams = CountVectorizer(analyzer="char_wb", ngram_range=lengths, lowercase=False)

    def fit_transform(self, texts: Sequence[str]) -> csr_matrix:
        return count_within_words(self._grams, texts)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        return self._grams.transform(texts)

    @property
    def vocabulary_(self) -> Mapping[str, int]:
        """As its kind is named at `CountVectorizer`: n-gram -> number."""
        return self._grams.vocabulary_

    def build_analyzer(self) -> Callable[[str], list[str]]:
        return self._grams.build_analyzer()


class _WordGrams:
    """Runs of words as features. A class, so that it can be stored."""

    def __init__(self, lengths: tuple[int, int]) -> None:
        self._lengths = range(lengths[0], lengths[1] + 1)

    def __call__(self, text: str) -> list[str]:
        words = text.split()
        return [
            " ".join(words[start : start + length])
            for length in self._lengths
            for start in range(len(words) - length + 1)
        ]


class ConceptAnalyzer:
    """Concepts, and ordered pairs of neighbouring concepts, as features. A class, so that it can be stored."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Analyse with this lexicon."""
        self._lexicon = lexicon

    def __call__(self, text: str) -> list[str]:
        """The features of one normalised text."""
        found = list(dict.fromkeys(self._lexicon.find(text)))
        pairs = [f"{one}+{other}" for index, one in enumerate(found) for other in found[index + 1 :]]
        return found + pairs if found else ["(none)"]


def _split(text: str) -> list[str]:
    """Named by models that an earlier version stored."""
    return text.split()
