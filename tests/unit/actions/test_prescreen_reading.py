"""What the form makes of a message: answers, alarms, choices, steps back."""

from datetime import date
from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.prescreen_reading import Reading, read_message
from actions.prescreen_state import language_of
from actions.trial import current_trial

TODAY = date(2026, 11, 20)


def read(text: str, asked: str | None, intent: str = "clarify", **more: Any) -> Reading:
    latest = {"text": text, "intent": {"name": intent}, "entities": more.pop("entities", []), **more}
    tracker = Tracker("someone", {}, latest, [], False, None, {}, "action_listen")
    return read_message(current_trial(), tracker, asked, TODAY)


def found(reading: Reading) -> dict[str, str]:
    return {answer.criterion: answer.outcome.value for answer in reading.answers}


def test_a_plain_answer_is_taken() -> None:
    assert found(read("ja", "ms_type")) == {"ms_type": "met"}


def test_a_choice_is_taken_whatever_was_asked() -> None:
    chosen = read("/answer", "age", "answer", entities=[{"entity": "ms_type", "value": "spms"}])
    assert found(chosen) == {"ms_type": "not_met"}


@pytest.mark.parametrize("entity", [{"entity": "ms_type", "value": "nonsense"}, {"entity": "shoe_size", "value": "43"}])
def test_a_choice_that_does_not_exist_is_left_out(entity: dict[str, str]) -> None:
    assert found(read("/answer", "age", "answer", entities=[entity])) == {}


def test_a_pattern_of_danger_is_never_an_answer() -> None:
    assert read("nee ik wil dood", "second_line", "crisis", alarm="pattern") == Reading()


def test_the_classifiers_suspicion_gives_way_to_a_plain_answer() -> None:
    assert found(read("nee dat lukt niet meer", "walking", "urgent_symptoms")) == {"walking": "not_met"}


def test_the_classifiers_suspicion_stands_where_nothing_was_answered() -> None:
    assert read("mijn oog doet het ineens niet", "age", "urgent_symptoms") == Reading()


def test_a_question_is_no_answer() -> None:
    assert found(read("wat is een schub?", "recent_activity", "faq")) == {}


def test_going_back_is_a_step_and_no_answer() -> None:
    reading = read("vorige vraag", "age", "go_back")
    assert reading.back
    assert not reading.answers


def test_english_is_read_as_english_until_the_language_changes() -> None:
    latest: dict[str, Any] = {"text": "I take Ocrevus no more", "intent": {"name": "clarify"}}
    latest["entities"] = [{"entity": "drug", "value": "ocrelizumab", "text": "Ocrevus", "start": 7, "end": 14}]
    events = [{"event": "user", "parse_data": {"language": "en"}}, {"event": "user", "parse_data": {}}]
    tracker = Tracker("someone", {}, latest, events, False, None, {}, "action_listen")
    assert found(read_message(current_trial(), tracker, "second_line", TODAY)) == {}
    latest["text"] = "I take Ocrevus"
    assert found(read_message(current_trial(), tracker, "second_line", TODAY)) == {"second_line": "not_met"}
    events.append({"event": "user", "parse_data": {"language": "nl"}})
    assert language_of(tracker) == "nl"


def test_a_choice_in_an_english_conversation_is_kept_in_english() -> None:
    latest = {"text": "/answer", "intent": {"name": "answer"}, "entities": [{"entity": "age", "value": "yes"}]}
    events = [{"event": "user", "parse_data": {"language": "en"}}]
    tracker = Tracker("someone", {}, latest, events, False, None, {}, "action_listen")
    [answer] = read_message(current_trial(), tracker, "age", TODAY).answers
    assert answer.words == "Yes, 18 to 50 years old"
