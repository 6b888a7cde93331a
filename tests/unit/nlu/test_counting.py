"""Counting gives what the vectorizer's own way gives."""

import pytest
from sklearn.feature_extraction.text import CountVectorizer

from bot.nlu.counting import count, count_within_words

TEXTS = ["hoe lang duurt het", "hoe hoe lang", "", "a", "wat kost het en hoe lang duurt dat", "çédille a a", "42"]


@pytest.mark.parametrize("within_words", [False, True])
def test_it_counts_as_the_vectorizer_does(within_words: bool) -> None:
    options = (
        {"analyzer": "char_wb", "ngram_range": (1, 3), "lowercase": False} if within_words else {"analyzer": str.split}
    )
    ours, theirs = CountVectorizer(**options), CountVectorizer(**options)
    counted = (count_within_words if within_words else count)(ours, TEXTS)
    expected = theirs.fit_transform(TEXTS)
    assert (counted.toarray() == expected.toarray()).all()
    assert counted.dtype == expected.dtype
    assert counted.has_sorted_indices
    assert ours.vocabulary_ == theirs.vocabulary_


def test_other_texts_are_counted_by_what_was_learnt() -> None:
    vectorizer = CountVectorizer(analyzer=str.split)
    count(vectorizer, TEXTS)
    assert vectorizer.transform(["lang lang onbekend"]).sum() == 2
    assert vectorizer.transform(["lang lang onbekend"])[0, vectorizer.vocabulary_["lang"]] == 2


def test_texts_without_any_feature_are_empty_rows() -> None:
    assert count(CountVectorizer(analyzer=str.split), ["", " "]).shape == (2, 0)
