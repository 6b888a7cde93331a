"""Texts as sparse features."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.concepts import Lexicon
from bot.nlu.features import FeatureSettings, Featurizer

TEXTS = ["Val mijn haar uit?", "word ik kaal", "Wat kost het?", "wie betaalt de kosten", "kaal kaal", "haar"]
LEXICON = Lexicon({"hair": ["haar", "kaal*"], "cost": ["kost*"]})


def test_a_known_text_gives_the_same_features_later_as_while_learning() -> None:
    featurizer = Featurizer(FeatureSettings(rarest=2), LEXICON)
    learnt = featurizer.fit_transform(TEXTS)
    assert np.allclose(learnt.toarray(), featurizer.transform(TEXTS).toarray())


def test_a_misspelt_word_shares_letters_with_the_word_that_was_meant() -> None:
    featurizer = Featurizer(FeatureSettings())
    rows = featurizer.fit_transform(TEXTS)
    alike = (featurizer.transform(["bettaalt"]) @ rows.T).toarray()[0]
    assert TEXTS[alike.argmax()] == "wie betaalt de kosten"


def test_features_of_fewer_texts_than_asked_are_left_out() -> None:
    assert (
        Featurizer(FeatureSettings(rarest=2)).fit_transform(TEXTS).shape[1]
        < (Featurizer(FeatureSettings(rarest=1)).fit_transform(TEXTS).shape[1])
    )


@given(st.text(max_size=60) | st.lists(st.sampled_from(" ".join(TEXTS).split()), max_size=8).map(" ".join))
def test_one_text_alone_gets_the_features_that_it_gets_among_others(text: str) -> None:
    among = READY.transform([text])
    alone = READY.row(text)
    assert np.isfinite(among.data).all()
    assert list(alone.columns) == list(among.indices)
    assert np.allclose(alone.values, among.data)


READY = Featurizer(FeatureSettings(rarest=2), LEXICON)
READY.fit_transform(TEXTS)
