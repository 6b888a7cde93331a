"""The classifier learns from labelled texts in any language, and knows when it does not know."""

import pytest

from bot.nlu.concepts import Lexicon
from bot.nlu.decision import Kind
from bot.nlu.intent_model import IntentModel, ModelSettings

ENGLISH = {
    "opening_hours": [
        "when do you open", "what are your opening hours", "are you open on sunday", "till what time are you open",
        "opening times please", "do you close early today", "is the shop open now", "when does it close",
    ],
    "price": [
        "how much is it", "what does it cost", "price of a ticket", "is it expensive", "how much do I pay",
        "what is the price", "cost of entry", "do you charge for parking",
    ],
    "out_of_scope": [
        "tell me a joke", "who won the match", "write a poem", "what is two plus two", "sing a song",
        "is it going to rain", "recipe for pancakes", "who is the president",
    ],
}  # fmt: skip


def trained(data: dict[str, list[str]], lexicon: Lexicon | None = None) -> IntentModel:
    pairs = [(text, label) for label, texts in data.items() for text in texts]
    return IntentModel(ModelSettings(folds=4), lexicon).fit([text for text, _ in pairs], [label for _, label in pairs])


def test_it_ranks_the_meant_label_first() -> None:
    model = trained(ENGLISH)
    assert model.understand("what are the opening times on sunday").ranking[0][0] == "opening_hours"
    assert model.understand("how much does a ticket cost").ranking[0][0] == "price"


def test_a_training_text_is_known_whatever_its_case_and_punctuation() -> None:
    found = trained(ENGLISH).understand("Is it EXPENSIVE?!")
    assert (found.kind, found.ranking[0][0], found.confidence) == (Kind.ANSWER, "price", 1.0)


def test_outside_examples_are_refused_and_never_offered_as_a_choice() -> None:
    found = trained(ENGLISH).understand("tell me a joke")
    assert found.kind is Kind.REFUSE
    assert "out_of_scope" not in found.candidates


def test_noise_is_not_answered() -> None:
    assert trained(ENGLISH).understand("xqzv ggrr").kind is not Kind.ANSWER


def test_the_lexicon_makes_unseen_words_count() -> None:
    data = {
        "hair": ["word ik kaal", "kaal worden", "ben ik dan kaal"],
        "money": ["wat kost het", "kost het veel", "kosten"],
    }
    lexicon = Lexicon({"hair_loss": ["kaal", "pruik"], "cost": ["kost*", "duur"]})
    assert trained(data, lexicon).understand("pruik").ranking[0][0] == "hair"


def test_it_works_without_out_of_scope_examples() -> None:
    data = {label: texts for label, texts in ENGLISH.items() if label != "out_of_scope"}
    assert trained(data).understand("price please").ranking[0][0] == "price"


def test_a_text_with_two_labels_is_not_taken_as_known() -> None:
    data = {"one": ["same words", "first thing", "thing one"], "two": ["same words", "second thing", "thing two"]}
    assert trained(data).understand("same words").confidence < 1.0


def test_one_label_is_not_enough_to_learn_from() -> None:
    with pytest.raises(ValueError, match="two"):
        IntentModel().fit(["hello"], ["greet"])


def test_an_untrained_model_says_so() -> None:
    with pytest.raises(RuntimeError, match="trained"):
        IntentModel().understand("hello")


def test_it_tells_how_far_a_text_is_from_the_alarm() -> None:
    pairs = [(text, label) for label, texts in ENGLISH.items() for text in texts]
    model = IntentModel(ModelSettings(folds=4, alarm_labels=("price",)))
    model.fit([text for text, _ in pairs], [label for _, label in pairs])
    asked = ["what is the price of this", "opening hours on monday", "a joke about cost", "sing about the price please"]
    margins = {text: model.alarm_margin(text) for text in asked}
    raised = {text for text in asked if model.understand(text).confidence == 1.0}
    assert raised == {text for text, margin in margins.items() if margin is not None and margin >= 0}
    assert len(raised) not in (0, len(asked))
    assert trained(ENGLISH).alarm_margin(asked[0]) is None
