"""The verdict: every combination of outcomes, and no influence of the order of answers."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.eligibility.criteria import Outcome
from bot.eligibility.trial_file import load_trial
from bot.eligibility.verdict import GivenAnswer, Verdict, explain, judge, next_question, stops_early

TRIAL = load_trial(Path("data/trials/ram-ms.yml"))
IDS = TRIAL.criterion_ids
some_outcomes = st.dictionaries(st.sampled_from(IDS), st.sampled_from(Outcome))


def test_every_full_combination_has_the_right_verdict() -> None:
    seen = 0
    for combination in itertools.product(Outcome, repeat=len(IDS)):
        verdict = judge(TRIAL, dict(zip(IDS, combination, strict=True)))
        if any(outcome == "not_met" for outcome in combination):
            assert verdict is Verdict.CANNOT_TAKE_PART
        elif any(outcome == "unknown" for outcome in combination):
            assert verdict is Verdict.NEEDS_CHECK
        else:
            assert verdict is Verdict.MAY_TAKE_PART
        seen += 1
    assert seen == 6561


@given(some_outcomes)
def test_a_missing_criterion_counts_as_unknown(outcomes: dict[str, Outcome]) -> None:
    filled = {name: outcomes.get(name, Outcome.UNKNOWN) for name in IDS}
    assert judge(TRIAL, outcomes) is judge(TRIAL, filled)


@given(some_outcomes, st.randoms(use_true_random=False))
def test_the_order_of_answers_changes_nothing(outcomes: dict[str, Outcome], random: object) -> None:
    shuffled = list(outcomes.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = dict(shuffled)
    assert judge(TRIAL, again) is judge(TRIAL, outcomes)
    assert stops_early(TRIAL, again) is stops_early(TRIAL, outcomes)
    assert next_question(TRIAL, again) is next_question(TRIAL, outcomes)
    given_answers = {name: _answer(name, outcome) for name, outcome in outcomes.items()}
    given_again = {name: _answer(name, outcome) for name, outcome in shuffled}
    assert explain(TRIAL, given_again) == explain(TRIAL, given_answers)


@given(some_outcomes)
def test_it_stops_early_only_when_no_later_answer_can_change_the_verdict(outcomes: dict[str, Outcome]) -> None:
    if stops_early(TRIAL, outcomes):
        best = {name: outcomes.get(name, Outcome.MET) for name in IDS}
        assert judge(TRIAL, best) is Verdict.CANNOT_TAKE_PART
        assert len(outcomes) < len(IDS)
    else:
        assert Outcome.NOT_MET not in outcomes.values() or len(outcomes) == len(IDS)


@given(some_outcomes)
def test_questions_come_in_the_order_of_the_file(outcomes: dict[str, Outcome]) -> None:
    question = next_question(TRIAL, outcomes)
    left = [name for name in IDS if name not in outcomes]
    assert (question.id if question else None) == (left[0] if left else None)


def test_an_unknown_criterion_is_refused() -> None:
    with pytest.raises(KeyError, match="shoe_size"):
        judge(TRIAL, {"shoe_size": Outcome.MET})
    with pytest.raises(KeyError, match="no option 'blue'"):
        explain(TRIAL, {"age": GivenAnswer("blue")})


def test_the_explanation_lists_every_criterion_with_its_reason() -> None:
    rows = explain(TRIAL, {"second_line": GivenAnswer("yes", "ocrevus vorig jaar gestopt"), "age": GivenAnswer("yes")})
    assert [row.criterion for row in rows] == list(IDS)
    by_id = {row.criterion: row for row in rows}
    assert by_id["second_line"].outcome is Outcome.NOT_MET
    assert by_id["second_line"].words == "ocrevus vorig jaar gestopt"
    assert "december 2022" in by_id["second_line"].way_on["nl"]
    assert by_id["age"].words == "Ja, 18 tot en met 50 jaar"
    assert by_id["age"].way_on == {}
    assert by_id["walking"].outcome is Outcome.UNKNOWN
    assert by_id["walking"].words == ""


def _answer(criterion_id: str, outcome: Outcome) -> GivenAnswer:
    option = next(option for option in TRIAL.criterion(criterion_id).options if option.outcome is outcome)
    return GivenAnswer(option.id)
