"""Counts what texts have, for `CountVectorizer`s: what its own `fit_transform` gives, in half the time."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer


def count(vectorizer: CountVectorizer, texts: Iterable[str]) -> csr_matrix:
    """Learn the vocabulary of a vectorizer, and give how often each text (row) has each feature (column)."""
    analyze = vectorizer.build_analyzer()
    numbers: defaultdict[str, int] = defaultdict()
    # A new feature gets the next number.
    numbers.default_factory = numbers.__len__
    found, ends = array("i"), [0]
    for text in texts:
        # All of it in compiled code; what stands in a text twice is added up below.
        found.extend(map(numbers.__getitem__, analyze(text)))
        ends.append(len(found))
    names = sorted(numbers)
    vectorizer.vocabulary_ = {name: column for column, name in enumerate(names)}
    columns = np.empty(len(names), dtype=np.int32)
    columns[[numbers[name] for name in names]] = np.arange(len(names), dtype=np.int32)
    indices = columns[np.frombuffer(found, dtype=np.intc)]
    counts = csr_matrix((np.ones(len(indices), dtype=np.int64), indices, ends), shape=(len(ends) - 1, len(names)))
    counts.sum_duplicates()
    return counts


def count_within_words(vectorizer: CountVectorizer, texts: Iterable[str]) -> csr_matrix:
    """As `count`, for features that lie within words: those of each different word are looked for once."""
    words = CountVectorizer(analyzer=str.split)
    by_text = count(words, texts)
    counts = by_text @ count(vectorizer, words.get_feature_names_out())
    counts.sort_indices()
    return counts
