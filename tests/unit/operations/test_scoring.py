"""Scores of understanding: reading the file, judging a row, totals and intervals."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.operations.scoring import (
    OUTSIDE,
    EvaluationFileError,
    Question,
    Result,
    Understood,
    judge,
    read_questions,
    table,
    totals,
    wilson,
)

LABELS = st.sampled_from(["study_aim", "study_where", "greet", OUTSIDE, f"{OUTSIDE}/weather"])
TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1).filter(lambda text: text != "\ufeff")
QUESTIONS = st.builds(Question, TEXTS, st.lists(LABELS, min_size=1, max_size=3).map(tuple))
ANSWERS = st.builds(
    Understood,
    LABELS,
    st.sampled_from(["answer", "clarify", "refuse"]),
    st.lists(LABELS, max_size=3).map(tuple),
    st.floats(0, 1),
)
GOOD = {Result.ANSWERED_RIGHT, Result.CLARIFIED_RIGHT, Result.REFUSED_RIGHT}


def asked(*expected: str) -> Question:
    return Question("een vraag", expected)


def understood(predicted: str, outcome: str, *candidates: str) -> Understood:
    return Understood(predicted, outcome, candidates, 0.5)


@pytest.mark.parametrize(
    ("question", "answer", "result"),
    [
        (asked("study_aim"), understood("study_aim", "answer", "study_aim"), Result.ANSWERED_RIGHT),
        (asked("study_where", "study_aim"), understood("study_aim", "answer"), Result.ANSWERED_RIGHT),
        (asked("study_aim"), understood("study_where", "answer", "study_where", "study_aim"), Result.ANSWERED_WRONG),
        (asked("study_aim"), understood("greet", "clarify", "greet", "study_aim"), Result.CLARIFIED_RIGHT),
        (asked("study_aim"), understood("study_aim", "clarify", "greet"), Result.CLARIFIED_WRONG),
        (asked("out_of_scope/weather"), understood(OUTSIDE, "refuse"), Result.REFUSED_RIGHT),
        (asked("out_of_scope"), understood(OUTSIDE, "answer"), Result.REFUSED_RIGHT),
        (asked("study_aim"), understood(OUTSIDE, "refuse"), Result.REFUSED_WRONG),
        (asked("out_of_scope"), understood("study_aim", "answer"), Result.ANSWERED_WRONG),
        (asked("out_of_scope"), understood("study_aim", "clarify", "study_aim", "greet"), Result.CLARIFIED_WRONG),
    ],
)
def test_each_outcome_gets_its_own_result(question: Question, answer: Understood, result: Result) -> None:
    assert judge(question, answer) is result


@given(QUESTIONS, ANSWERS, LABELS)
def test_allowing_one_more_label_never_makes_a_result_worse(question: Question, answer: Understood, more: str) -> None:
    wider = Question(question.text, (*question.expected, more))
    if judge(question, answer) in GOOD:
        assert judge(wider, answer) in GOOD


@given(st.lists(st.tuples(QUESTIONS, ANSWERS)))
def test_every_question_is_counted_exactly_once(rows: list[tuple[Question, Understood]]) -> None:
    counts = totals([judge(question, answer) for question, answer in rows])
    assert counts.pop("questions") == len(rows)
    assert sum(counts.values()) == len(rows)


@given(st.lists(QUESTIONS, max_size=8), st.booleans())
def test_a_written_file_is_read_back_as_it_was(questions: list[Question], header: bool) -> None:
    assume(not questions or questions[0].text.lower() != "text")
    lines = ["text\texpected"] if header else []
    lines += [f"{question.text}\t{'|'.join(question.expected)}" for question in questions]
    assert read_questions(lines) == questions


def test_quotes_blank_lines_and_a_byte_order_mark_do_no_harm() -> None:
    lines = ["\ufefftext\texpected", "", 'wat is "EDSS"?\tterm_edss | term_ms', "  ", '"geciteerd"\tgreet']
    assert [question.text for question in read_questions(lines)] == ['wat is "EDSS"?', '"geciteerd"']
    assert read_questions(lines)[0].expected == ("term_edss", "term_ms")


@pytest.mark.parametrize("line", ["alleen tekst", "tekst\t", "\tgreet", "tekst\t | "])
def test_a_line_without_text_or_label_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(EvaluationFileError, match="line 2"):
        read_questions(["text\texpected", line])


@given(st.integers(0, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_rate_and_stays_within_zero_and_one(pair: tuple[int, int]) -> None:
    count, of = pair
    low, high = wilson(count, of)
    assert 0.0 <= low <= high <= 1.0
    if of:
        assert low <= count / of <= high


@given(st.integers(1, 50), st.integers(2, 20))
def test_more_questions_with_the_same_rate_narrow_the_interval(half: int, times: int) -> None:
    low, high = wilson(half, 2 * half)
    narrower_low, narrower_high = wilson(half * times, 2 * half * times)
    assert narrower_high - narrower_low < high - low


def test_the_interval_is_wilsons() -> None:
    # Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3: 81 of 263 and 15 of 148.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_a_rate_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


def test_the_table_shows_counts_and_rates_and_survives_an_empty_file() -> None:
    shown = table(totals([Result.ANSWERED_RIGHT, Result.ANSWERED_RIGHT, Result.REFUSED_WRONG]))
    assert "3 questions" in shown
    assert "66.7%" in shown
    assert "0 questions" in table(totals([]))
