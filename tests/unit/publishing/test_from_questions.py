"""Pieces made of what people asked, and how examples of what is outside reach the model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some

from bot.knowledge import snapshot
from bot.knowledge.rasa_importer import topic_training_data
from bot.knowledge.schema import OUTSIDE, Phrases
from bot.knowledge.store_format import KINDS, from_json, to_json
from bot.publishing.candidate import changes, judge, questions_digest, with_pieces, without
from bot.publishing.from_questions import LONGEST_NAME, name_of, new_topic, with_examples, with_questions
from tests.unit.knowledge.builders import content

TODAY = date(2028, 2, 29)
ASKED = ["Mag mijn hond mee?", "mag mijn HOND mee", "is er een parkeerplaats"]


def test_a_topic_gets_the_questions_it_does_not_have_yet() -> None:
    topic = content().topics["study_aim"]
    more = with_questions(topic, "nl", [*ASKED, topic.question["nl"]])
    assert more.questions["nl"] == (*topic.questions["nl"], "Mag mijn hond mee?", "is er een parkeerplaats")
    assert replace(more, questions=topic.questions) == topic
    assert with_questions(more, "nl", ASKED) == more


def test_examples_of_what_is_outside_add_up_per_language() -> None:
    first = with_examples(None, "nl", ASKED)
    both = with_examples(first, "en", ["may I bring my dog"])
    assert both == Phrases(OUTSIDE, {"nl": (ASKED[0], ASKED[2]), "en": ("may I bring my dog",)})
    assert from_json(KINDS[Phrases], OUTSIDE, to_json(both)) == both


def test_a_new_topic_waits_for_its_answer() -> None:
    topic = new_topic("life_hond", "life", "nl", ASKED, TODAY)
    assert (topic.question, topic.questions) == ({"nl": ASKED[0]}, {"nl": (ASKED[2],)})
    assert topic.answer == {"nl": ""} and topic.review_by == date(2029, 2, 28)


@given(some.text(max_size=120), some.integers(0, 3))
def test_the_name_of_a_new_topic_is_plain_short_and_not_taken(question: str, others: int) -> None:
    taken: set[str] = set()
    for _ in range(others + 1):
        name = name_of(question, "life", taken)
        assert name not in taken and name.isascii() and len(name) <= LONGEST_NAME
        assert name.replace("_", "").isalnum() and name.startswith("life_")
        taken.add(name)


def test_a_name_tells_what_it_is_about() -> None:
    assert name_of("Mag mijn hond mee naar het ziekenhuis?", "life", ()) == "life_mijn_hond_naar_ziekenhuis"


def test_the_model_learns_what_is_outside_and_only_then_needs_training(tmp_path: Path) -> None:
    before = content()
    phrases = with_examples(None, "nl", ASKED)
    after = with_pieces(before, [phrases])
    assert changes(before, after).pieces == (phrases,)
    assert questions_digest(after) != questions_digest(before)
    assert questions_digest(with_pieces(before, [Phrases(OUTSIDE, {})])) == questions_digest(before)
    assert without(after, "phrases", OUTSIDE) == before
    snapshot.write(after, tmp_path / "snapshot.json")
    learnt = topic_training_data(snapshot.read(tmp_path / "snapshot.json")).training_examples
    outside = [(one.get("text"), one.get("metadata")) for one in learnt if one.get("intent") == OUTSIDE]
    assert [text for text, _ in outside] == [ASKED[0], ASKED[2]]
    assert outside[0][1] == {"intent": {"language": "nl"}}


def test_an_example_cannot_be_outside_and_inside_at_once(root: Path) -> None:
    title = content().topics["study_aim"].question["nl"]
    found = judge(content(), [with_examples(None, "nl", [title])], root).blocking
    assert [(one.check, one.topic) for one in found] == [("duplicate_question", OUTSIDE)]
    assert not judge(content(), [with_examples(None, "nl", ASKED)], root).blocking
    other = judge(content(), [Phrases("greet", {"nl": ("hoi",)})], root).blocking
    assert [one.check for one in other] == ["phrases"]
