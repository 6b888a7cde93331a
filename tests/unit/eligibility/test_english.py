"""Plain English answers in the pre-screen, and what is left to the choices."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.eligibility.criteria import Criterion
from bot.eligibility.english import interpret_english
from bot.eligibility.interpret import Interpretation
from bot.eligibility.mention import Mention
from bot.eligibility.trial_file import load_trial

TODAY = date(2026, 11, 20)
TRIAL = load_trial(Path("data/trials/ram-ms.yml"))


def read(text: str, asked: str | None, *mentions: Mention) -> Interpretation:
    return interpret_english(text, TRIAL, asked, mentions, TODAY)


def option(text: str, asked: str, *mentions: Mention) -> str | None:
    found = read(text, asked, *mentions).answer(asked)
    return found.option if found else None


def mention(kind: str, value: str) -> Mention:
    return Mention(kind, value, value, 0, len(value))


@pytest.mark.parametrize("criterion", TRIAL.criteria, ids=lambda one: one.id)
def test_every_label_and_every_plain_word_is_understood(criterion: Criterion) -> None:
    for each in criterion.options:
        assert option(each.label["en"], criterion.id) == each.id
    assert option("Yes, I do.", criterion.id) == criterion.plain_yes
    assert option("no", criterion.id) == criterion.plain_no
    for words in ("I don't know", "I don’t know", "not sure", "no idea", "maybe"):
        assert option(words, criterion.id) == "unknown"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("yes, but with a stick", "walking"),
        ("yes, two years ago", "recent_activity"),
        ("no, not since my Ocrevus", "second_line"),
        ("I can walk 40 metres", "walking"),
        ("my husband is 51", "age"),
        ("I turn 50 next month", "age"),
        ("yes and no", "randomisation"),
    ],
)
def test_what_might_say_the_opposite_is_left_to_the_choices(text: str, asked: str) -> None:
    assert read(text, asked) == Interpretation()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am 34", "yes"),
        ("51", "no"),
        ("50 years old", "yes"),
        ("born in 1990", "yes"),
        ("1976", "yes"),
        ("1975", "unknown"),
        ("1974", "no"),
    ],
)
def test_age_and_year_of_birth(text: str, expected: str) -> None:
    assert option(text, "age") == expected


def test_names_count_only_where_nothing_turns_them_round() -> None:
    ocrevus, form = mention("drug", "ocrelizumab"), mention("ms_type", "SPMS")
    assert option("I take Ocrevus", "second_line", ocrevus) == "yes"
    assert option("I take Ocrevus", "medication", ocrevus) == "yes"
    for words in (
        "I have never had Ocrevus",
        "My sister takes Ocrevus, I don't",
        "I did not use Ocrevus",
    ):
        assert option(words, "second_line", ocrevus) is None
    assert option("I take Tysabri", "second_line", mention("drug", "natalizumab")) is None
    assert option("secondary progressive", "ms_type", form) == "spms"
    assert option("it is not secondary progressive", "ms_type", form) is None


def test_having_used_one_of_the_three_once_counts_however_long_ago() -> None:
    ocrevus, tysabri = Mention("drug", "ocrelizumab", "Ocrevus", 0, 7), Mention("drug", "natalizumab", "Tysabri", 0, 7)
    for words in (
        "I used Ocrevus in 2020",
        "yes, I have had Ocrevus",
        "I stopped Ocrevus",
        "I was on Ocrevus until 2019",
        "I took Tysabri and Ocrevus two years ago",
    ):
        assert option(words, "second_line", ocrevus, tysabri) == "yes", words
        # Whether that was in the past 12 months is not plain.
        assert option(words, "medication", ocrevus, tysabri) is None, words
    for words in (
        "I used Ocrevus almost",
        "I was offered Ocrevus",
        "I had to refuse Ocrevus",
        "my mother used Ocrevus",
    ):
        assert option(words, "second_line", ocrevus) is None, words
    assert option("I used Tysabri in 2020", "second_line", tysabri) is None


@pytest.mark.parametrize("words", ["never used them", "I have never had any of these", "no, none of these drugs"])
def test_never_having_used_them_is_plain(words: str) -> None:
    assert option(words, "second_line") == "no"


@pytest.mark.parametrize(
    "text", ["stop", "I want to stop", "please stop asking", "can we stop?", "stop these questions"]
)
def test_stopping(text: str) -> None:
    assert read(text, "age").wants_stop


@pytest.mark.parametrize(
    "text", ["go back", "previous question please", "I want to change my answer", "that was wrong"]
)
def test_going_back(text: str) -> None:
    assert read(text, "age").wants_back


@pytest.mark.parametrize("text", ["start over", "can we start again?", "restart"])
def test_starting_over(text: str) -> None:
    assert read(text, "age").wants_restart


@pytest.mark.parametrize("text", ["what is a relapse?", "why do you want to know that", "can I still walk afterwards"])
def test_a_question_answers_nothing(text: str) -> None:
    assert read(text, "recent_activity") == Interpretation(is_question=True)


@given(st.text(max_size=300), st.sampled_from([None, *TRIAL.criterion_ids]))
def test_any_text_answers_the_open_question_at_most(text: str, asked: str | None) -> None:
    assert {one.criterion for one in read(text, asked).answers} <= ({asked} - {None})
