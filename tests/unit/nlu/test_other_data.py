"""The same component on another subject in another language: it learns, and keeps refusing what is outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.intent_classifier import NgramIntentClassifier

LIBRARY = {
    "faq/opening_hours": [
        "when is the library open", "what are the opening hours", "open on sundays", "till what time are you open",
        "opening times please", "do you close early on friday", "is the library open tonight", "when do you close",
        "at what time do you open in the morning", "are you open during the holidays",
    ],
    "faq/card_cost": [
        "how much is a library card", "what does membership cost", "is the card free for children", "price of a card",
        "do I have to pay for membership", "what do I pay a year", "is there a discount for students", "card fee",
        "how much does it cost to join", "are memberships expensive",
    ],
    "faq/renew_book": [
        "how do I renew a book", "can I extend my loan", "I need my book longer", "renew my loans online",
        "how often can I renew", "extend the lending period", "keep a book for another week", "prolong my book",
        "can I renew by phone", "how do I keep this novel longer",
    ],
    "faq/lost_card": [
        "I lost my library card", "my card is gone", "how do I replace my card", "my card was stolen",
        "I can not find my card", "get a new card because I lost the old one", "lost card what now", "card missing",
        "somebody took my card", "block my card please",
    ],
    "greet": ["hello", "hi there", "good morning", "hey", "good evening", "hi", "hello there", "good afternoon"],
    "out_of_scope": [
        "what is the weather", "tell me a joke", "book me a flight to Rome", "who won the match", "fix my bike",
        "play some music", "what is my horoscope", "order a pizza", "how tall is the Eiffel tower", "write a poem",
        "what is the capital of Peru", "transfer money to my brother", "set an alarm for seven", "call my mother",
        "how do I bake bread", "what is two times nine", "remind me to buy milk", "is it going to rain",
        "translate hello into German", "what does my car need", "tell me about black holes", "sing me a song",
        "where can I buy shoes", "how old is the king",
    ],
}  # fmt: skip
ASKED = {
    "opening_hours": [
        "are you open on saturday morning",
        "what time does the library close",
        "opening hours on monday",
    ],
    "card_cost": ["what does a card cost for students", "how much do I pay to become a member"],
    "renew_book": ["can I extend the loan of my book", "how can I renew my books"],
    "lost_card": ["help, I lost my card", "my library card has been stolen"],
}
OUTSIDE = [
    "recommend a restaurant", "what is the stock price of apple", "how do I plant tomatoes", "who painted this",
    "turn off the lights", "how far is the moon", "what is the best phone", "help me with my taxes", "knit a sweater",
    "when does the bus leave", "my dog is ill", "how do vaccines work",
]  # fmt: skip


def component(folder: Path, **options: Any) -> NgramIntentClassifier:
    """A trained component, stored and loaded again as Rasa does."""
    storage = LocalModelStorage.create(folder)
    context = ExecutionContext(GraphSchema({}))
    config = {**NgramIntentClassifier.get_default_config(), **options}
    new = NgramIntentClassifier.create(config, storage, Resource("classifier"), context)
    resource = new.train(TrainingData([example(text, label) for label, texts in LIBRARY.items() for text in texts]))
    return NgramIntentClassifier.load(config, storage, resource, context)


def example(text: str, label: str) -> Message:
    key = {INTENT_RESPONSE_KEY: label} if "/" in label else {}
    return Message({TEXT: text, INTENT: label.split("/")[0], **key})


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> NgramIntentClassifier:
    return component(tmp_path_factory.mktemp("model"))


def parsed(trained: NgramIntentClassifier, text: str) -> Message:
    return trained.process([Message({TEXT: text})], None)[0]


def test_questions_are_understood_or_offered(trained: NgramIntentClassifier) -> None:
    for label, texts in ASKED.items():
        for text in texts:
            message = parsed(trained, text)
            assert message.get("outcome") != "refuse", text
            assert label in message.get("candidates"), text


def test_what_is_outside_is_hardly_ever_answered(trained: NgramIntentClassifier) -> None:
    answered = [text for text in OUTSIDE if parsed(trained, text).get("outcome") == "answer"]
    assert len(answered) <= 1, answered


def test_without_languages_in_the_data_none_is_told(trained: NgramIntentClassifier) -> None:
    assert parsed(trained, "when do you open").get("language") is None
