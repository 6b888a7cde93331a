"""Cross-validation lists the labels that are taken for each other."""

from __future__ import annotations

import doctest

import pytest

from bot import languages
from bot.nlu.concepts import Lexicon
from bot.nlu.intent_model import IntentModel
from bot.operations import confusions
from bot.settings import ROOT


def test_the_example_of_the_report_holds() -> None:
    assert doctest.testmod(confusions).failed == 0


def test_every_text_is_judged_once_by_a_model_that_did_not_learn_from_it() -> None:
    words = {"price": "what does it cost number", "place": "where is the clinic number"}
    pairs = [(f"{words[label]} {number}", label) for label in words for number in range(9)]
    judged = confusions.held_out(pairs, IntentModel, 3)
    assert sorted(true for true, _ in judged) == sorted(label for _, label in pairs)
    assert sum(true == best for true, best in judged) == len(pairs)


@pytest.mark.parametrize("language", languages.codes())
def test_a_language_is_measured_with_its_own_lexicon(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    load = Lexicon.load
    monkeypatch.setattr(Lexicon, "load", lambda path: read.append(path) or load(path))
    assert isinstance(confusions.classifier(language)(), IntentModel)
    assert read == [languages.lexicon_of(ROOT / "data" / "lexicon", language) / "concepts.yml"]
