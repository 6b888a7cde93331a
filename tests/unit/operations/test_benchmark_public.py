"""Measuring our classifier on a public set."""

import yaml
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.operations.benchmark_public import shares, training_document

DATA = {
    "train": [["what is my balance", "balance"], ["it's 5: pay", "pay"], ["how much do i have", "balance"]],
    "oos_train": [["who won", "oos"]],
}


def message(label: str, outcome: str, *candidates: str) -> dict[str, object]:
    return {"intent_ranking": [{"name": label}], "outcome": outcome, "candidates": list(candidates)}


def test_rasa_reads_all_examples_with_their_labels() -> None:
    read = RasaYAMLReader().reads(yaml.safe_dump(training_document(DATA)))
    assert [(one.get("text"), one.get("intent")) for one in read.training_examples] == [
        ("what is my balance", "balance"),
        ("how much do i have", "balance"),
        ("it's 5: pay", "pay"),
        ("who won", "out_of_scope"),
    ]


def test_what_is_answered_asked_back_and_refused_is_counted_apart() -> None:
    inside = [
        ("pay", message("pay", "answer", "pay")),
        ("pay", message("balance", "answer", "balance", "pay")),
        ("pay", message("balance", "clarify", "balance", "pay")),
        ("pay", message("pay", "refuse", "pay")),
        ("pay", message("balance", "clarify", "balance")),
    ]
    outside = [
        message("out_of_scope", "refuse"),
        message("pay", "refuse"),
        message("pay", "answer"),
        message("x", "clarify"),
    ]
    assert shares(inside, outside) == [40.0, 20.0, 20.0, 20.0, 25.0, 75.0]
