"""Short messages that lean on the answer before them."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.core.events import ActiveLoop, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.context import FollowUp, FollowUpError, FollowUps, load_follow_ups
from bot.nlu.conversation import last_answered
from bot.nlu.decision import Kind
from bot.nlu.intent_model import IntentModel, ModelSettings

SHOP = {
    "parking": [
        "where can I park", "is there a car park", "can I park my car", "parking place for my car", "car park near you",
        "is parking allowed", "do you have parking", "how do I park there", "park the car", "where is the car park",
    ],
    "tickets": [
        "how do I buy a ticket", "where do I get tickets", "can I order tickets", "buy tickets online", "ticket sale",
        "are there tickets left", "I want two tickets", "order a ticket", "get a ticket please", "ticket for tonight",
    ],
    "opening": [
        "when do you open", "opening hours", "are you open on sunday", "till what time are you open", "opening times",
        "when does it close", "is the shop open now", "do you close early", "hours on monday", "open tonight",
    ],
    "out_of_scope": ["tell me a joke", "who won the match", "write a poem", "what is two plus two", "sing a song"],
}  # fmt: skip
FOLLOW_UPS = FollowUps(
    after=(
        FollowUp("parking", "and how much is that", ("parking",)),
        FollowUp("tickets", "and how much is that", ("tickets",)),
        FollowUp("opening", "how long then", ("opening",)),
        FollowUp("opening", "and tickets", ("tickets",)),
        FollowUp("tickets", "where do I leave the car", ("parking",)),
    ),
    same=("why", "why is that", "how long is that", "how much then", "for everyone", "is that so"),
    next=("and then", "what comes after that", "and after that", "what is next", "then what", "what do I do then"),
    then={"opening": ("tickets",), "tickets": ("parking",)},
)


@pytest.fixture(scope="module")
def model() -> IntentModel:
    pairs = [(text, label) for label, texts in SHOP.items() for text in texts]
    return IntentModel(ModelSettings()).fit([text for text, _ in pairs], [label for _, label in pairs], (), FOLLOW_UPS)


@pytest.mark.parametrize("after", ["parking", "tickets"])
def test_words_that_say_little_mean_what_was_answered_before(model: IntentModel, after: str) -> None:
    assert model.understand("and how long is that", after).ranking[0][0] == after


@pytest.mark.parametrize(("after", "meant"), [("opening", "tickets"), ("tickets", "parking")])
def test_what_comes_next_is_meant_when_words_ask_for_it(model: IntentModel, after: str, meant: str) -> None:
    assert model.understand("and what comes next", after).ranking[0][0] == meant
    assert model.understand("why is that so", after).ranking[0][0] == after


def test_the_same_examples_make_the_same_model(model: IntentModel) -> None:
    pairs = [(text, label) for label, texts in SHOP.items() for text in texts]
    again = IntentModel(ModelSettings()).fit([text for text, _ in pairs], [label for _, label in pairs], (), FOLLOW_UPS)
    for text in ("and what comes next", "car", "tonight"):
        assert again.understand(text, "opening") == model.understand(text, "opening")


def test_an_alarm_that_words_are_not_most_like_gives_way_to_the_answer_before() -> None:
    pairs = [(text, label) for label, texts in SHOP.items() for text in texts]
    settings = ModelSettings(alarm_labels=("parking",))
    careful = IntentModel(settings).fit([text for text, _ in pairs], [label for _, label in pairs], (), FOLLOW_UPS)
    careful.alarm_lead = -9.0  # so that everything raises an alarm
    assert careful.understand("is that so", "tickets").ranking[0][0] == "tickets"
    assert careful.understand("is that so").ranking[0][0] == "parking"
    assert careful.understand("can I park my own car", "tickets").ranking[0][0] == "parking"


def test_words_that_say_enough_keep_their_meaning(model: IntentModel) -> None:
    assert model.understand("when do you open tonight", "parking").ranking[0][0] == "opening"


def test_an_example_of_the_training_data_is_known_whatever_was_answered(model: IntentModel) -> None:
    found = model.understand("Tell me a joke!", "parking")
    assert (found.kind, found.confidence) == (Kind.REFUSE, 1.0)


def test_without_an_answer_before_nothing_changes(model: IntentModel) -> None:
    assert model.understand("how long", None) == model.understand("how long")
    assert model.understand("how long", "no such label") == model.understand("how long")


def test_a_file_tells_what_follows_what(tmp_path: Path) -> None:
    file = tmp_path / "follow_ups.yml"
    file.write_text(
        "then: {a: b|c, x: a}\nanywhere: {same: [why], next: [and then]}\nafter: {a: {how: a, when: b|x}, x: {who: a}}",
        encoding="utf-8",
    )
    found = load_follow_ups(file).named({"a": "faq/a", "b": "faq/b"})
    assert found.after == (FollowUp("faq/a", "how", ("faq/a",)), FollowUp("faq/a", "when", ("faq/b",)))
    assert found.then == {"faq/a": ("faq/b",)}
    drawn = found.examples(["faq/a", "faq/b"], seed=1)
    assert FollowUp("faq/a", "why", ("faq/a",)) in drawn
    assert FollowUp("faq/a", "and then", ("faq/b",)) in drawn


def test_a_file_of_another_shape_is_named(tmp_path: Path) -> None:
    file = tmp_path / "follow_ups.yml"
    file.write_text("before: {a: {b: c}}", encoding="utf-8")
    with pytest.raises(FollowUpError, match=r"follow_ups\.yml"):
        load_follow_ups(file)


def said(topic: str | None = None) -> BotUttered:
    return BotUttered("...", {"custom": {"topic": topic}})


def heard(intent: str) -> UserUttered:
    return UserUttered("...", {"name": intent})


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([], None),
        ([heard("faq"), said("hair_loss")], "hair_loss"),
        ([heard("faq"), said("hair_loss"), heard("thank"), said()], "hair_loss"),
        ([heard("faq"), said("hair_loss"), *[heard("thank"), said()] * 3], None),
        ([heard("faq"), said("hair_loss"), heard("crisis"), said()], None),
        ([heard("faq"), said("hair_loss"), ActiveLoop("form")], None),
    ],
)
def test_what_was_answered_last(events: list[object], found: str | None) -> None:
    tracker = DialogueStateTracker.from_events("someone", events)
    assert last_answered(tracker, ["crisis"]) == found
