"""Free text in the pre-screen, sentence by sentence (`sentences.txt`), on the real language pipeline."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from bot.eligibility.criteria import Criterion
from bot.eligibility.interpret import Interpretation, interpret
from bot.eligibility.mention import Mention
from bot.eligibility.trial_file import load_trial
from bot.nlu.language import build
from bot.nlu.mentions import mentions_in

TODAY = date(2026, 11, 20)
TRIAL = load_trial(Path("data/trials/ram-ms.yml"))
FLAGS = {
    "question": "is_question", "correction": "is_correction", "back": "wants_back", "stop": "wants_stop",
    "restart": "wants_restart",
}  # fmt: skip


def _table() -> list[tuple[str | None, str, str]]:
    rows: list[tuple[str | None, str, str]] = []
    asked: str | None = None
    for line in (Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8").splitlines():
        section = re.fullmatch(r"\[(.+)\]", line.strip())
        if section:
            asked = None if section[1] == "-" else section[1]
        elif "=>" in line and not line.startswith("#"):
            text, expected = line.split("=>")
            rows.append((asked, text.strip(), expected.strip()))
    return rows


@pytest.fixture(scope="session")
def nlp() -> Language:
    return build(Path("data/lexicon"))


def understand(nlp: Language, asked: str | None, text: str) -> Interpretation:
    # Rasa parses lower-cased text, so do we.
    mentions = [
        Mention(found["entity"], found["value"], text[found["start"] : found["end"]], found["start"], found["end"])
        for found in mentions_in(nlp(text.lower()))
    ]
    return interpret(text, TRIAL, asked, mentions, TODAY)


@pytest.mark.parametrize(("asked", "text", "expected"), _table())
def test_a_sentence_is_understood(nlp: Language, asked: str | None, text: str, expected: str) -> None:
    words = expected.replace("~", "").split()
    result = understand(nlp, asked, text)
    assert {answer.criterion: answer.option for answer in result.answers} == dict(
        word.split("=") for word in words if "=" in word
    )
    assert {name for name, flag in FLAGS.items() if getattr(result, flag)} == {
        word for word in words if "=" not in word
    }
    for answer in result.answers:
        assert answer.outcome is TRIAL.criterion(answer.criterion).option(answer.option).outcome
        assert answer.words


@given(
    st.lists(
        st.sampled_from(
            "ja nee niet geen nooit wel maar en , . ? ! ocrevus tecfidera gestopt vorig jaar 2019 rrms spms ik ben "
            "43 van 79 meter 100 stok zonder schub mri loten weten uitslag wacht bedoelde terug 😀 ' \n".split(" ")
        )
        | st.text(max_size=8),
        max_size=14,
    ).map(" ".join),
    st.sampled_from([None, *TRIAL.criterion_ids]),
)
@settings(max_examples=300, deadline=None)
def test_no_message_breaks_it_and_every_answer_is_an_option(nlp: Language, text: str, asked: str | None) -> None:
    result = understand(nlp, asked, text)
    assert len({answer.criterion for answer in result.answers}) == len(result.answers)
    for answer in result.answers:
        assert answer.outcome is TRIAL.criterion(answer.criterion).option(answer.option).outcome


@pytest.mark.parametrize(
    "text", ["", " ", "?!", "😀", "<b>ja</b>", "'; DROP TABLE x; --", "ja " * 4000, "a" * 10_000, "\n" * 50]
)
def test_odd_messages_are_survived(nlp: Language, text: str) -> None:
    for asked in TRIAL.criterion_ids:
        assert len(understand(nlp, asked, text).answers) <= len(TRIAL.criteria)


@pytest.mark.parametrize("criterion", TRIAL.criteria, ids=lambda criterion: criterion.id)
def test_every_label_typed_as_text_is_that_option(nlp: Language, criterion: Criterion) -> None:
    for option in criterion.options:
        for typed in (option.label["nl"], option.label["nl"].lower(), option.label["nl"] + "."):
            answer = understand(nlp, criterion.id, typed).answer(criterion.id)
            assert answer is not None
            assert answer.option == option.id


def test_a_later_birthday_decides_at_the_limits(nlp: Language) -> None:
    for typed, option in (("20-11-1975", "no"), ("21-11-1975", "yes"), ("20-11-2008", "yes"), ("21-11-2008", "no")):
        answer = understand(nlp, "age", typed).answer("age")
        assert answer is not None
        assert answer.option == option


def test_an_unknown_question_is_refused(nlp: Language) -> None:
    with pytest.raises(KeyError, match="shoe_size"):
        understand(nlp, "shoe_size", "ja")


def test_a_criterion_of_another_trial_is_answered_with_its_options_yes_no_and_do_not_know() -> None:
    other = replace(TRIAL.criterion("age"), id="pregnancy", limits={})
    trial = replace(TRIAL, criteria=(other,))
    for typed, option in (("ja hoor", "yes"), ("nee", "no"), ("geen idee", "unknown")):
        answer = interpret(typed, trial, "pregnancy", [], TODAY).answer("pregnancy")
        assert answer is not None
        assert answer.option == option
