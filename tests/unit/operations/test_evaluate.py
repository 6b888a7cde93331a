"""From Rasa's parsed message to the labels of the evaluation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.operations.errors import OperatorError
from bot.operations.evaluate import as_json, evaluate_file, from_message, understand
from bot.operations.scoring import Question, Result, Understood
from bot.settings import Settings


def test_an_answer_from_the_content_carries_its_topic_id() -> None:
    message = {
        "intent": {"name": "faq", "confidence": 0.9},
        "outcome": "answer",
        "candidates": ["study_aim", "study_where"],
        "response_selector": {"faq": {"response": {"intent_response_key": "faq/study_aim"}}},
    }
    assert from_message(message) == Understood("study_aim", "answer", ("study_aim", "study_where"), 0.9)


def test_without_a_selected_response_the_full_intent_name_tells_the_topic() -> None:
    message = {"intent": {"name": "faq", "full_retrieval_intent_name": "faq/join_who", "confidence": 0.6}}
    assert from_message(message).predicted == "join_who"


def test_asking_back_predicts_the_best_candidate() -> None:
    message = {"intent": {"name": "clarify"}, "outcome": "clarify", "candidates": ["faq/study_aim", "greet"]}
    assert from_message(message) == Understood("study_aim", "clarify", ("study_aim", "greet"), 0.0)


def test_a_refusal_is_out_of_scope_whatever_was_best() -> None:
    message = {"intent": {"name": "out_of_scope", "confidence": 0.3}, "outcome": "refuse", "candidates": ["greet"]}
    assert from_message(message).predicted == "out_of_scope"


def test_any_model_of_rasa_can_be_scored_without_the_projects_own_keys() -> None:
    assert from_message({"intent": {"name": "affirm", "confidence": 1.0}}).outcome == "answer"
    assert from_message({"intent": {"name": None}}).outcome == "refuse"


def test_the_rows_keep_the_order_of_the_file() -> None:
    questions = [Question("tweede", ("greet",)), Question("eerste", ("study_aim", "study_where"))]
    found = [Understood("greet", "answer", ("greet",), 0.75), Understood("out_of_scope", "refuse", (), 0.1)]
    written = json.loads(as_json(questions, found, [Result.ANSWERED_RIGHT, Result.REFUSED_WRONG]))
    assert written["rows"][0] == {
        "text": "tweede",
        "expected": ["greet"],
        "predicted": "greet",
        "outcome": "answer",
        "candidates": ["greet"],
        "confidence": 0.75,
    }
    assert [row["text"] for row in written["rows"]] == ["tweede", "eerste"]
    assert written["totals"]["questions"] == 2


def test_a_missing_model_is_told_with_what_to_do(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="make train"):
        understand(settings, [Question("hallo", ("greet",))], tmp_path / "none.tar.gz")


def test_a_file_that_cannot_be_used_is_named_with_its_line(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "questions.tsv"
    file.write_text("text\texpected\nzonder label\n", encoding="utf-8")
    with pytest.raises(OperatorError, match=r"questions\.tsv: line 2"):
        evaluate_file(settings, file)
