"""What the benchmark of understanding counts."""

from __future__ import annotations

from bot.operations.benchmark import count_alarms, sample
from bot.operations.scoring import Question, Understood


def understood(label: str, outcome: str = "answer") -> Understood:
    return Understood(label, outcome, (label,), 0.9)


def test_an_alarm_counts_when_it_is_raised_and_as_false_where_there_is_no_danger() -> None:
    asked = [
        Question("ik wil dood", ("crisis",)),
        Question("ik zie niets meer", ("urgent_symptoms",)),
        Question("ik ga dood van het wachten", ("smalltalk",)),
        Question("ik ben moe", ("smalltalk", "urgent_symptoms")),
    ]
    found = [
        understood("urgent_symptoms"),
        understood("crisis", "clarify"),
        understood("crisis"),
        understood("urgent_symptoms"),
    ]
    assert count_alarms(asked, found) == {"danger": 2, "found": 1, "others": 2, "false": 1}


def test_a_sample_has_so_many_of_each_label_and_more_of_what_is_outside() -> None:
    data = {"a": [str(number) for number in range(50)], "out_of_scope": [str(number) for number in range(200)]}
    assert {label: len(set(texts)) for label, texts in sample(data, 10).items()} == {"a": 10, "out_of_scope": 80}
    assert sample(data, 0) == data
