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


@given(st.text(max_size=60))
def test_any_text_can_be_turned_into_features(text: str) -> None:
    row = READY.transform([text])
    assert row.shape[0] == 1
    assert np.isfinite(row.data).all()


READY = Featurizer(FeatureSettings(), LEXICON)
READY.fit_transform(TEXTS)
