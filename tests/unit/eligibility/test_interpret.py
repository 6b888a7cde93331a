"""Free text in the pre-screen, sentence by sentence (`sentences.txt`), on the real language pipeline."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from spacy.language import Language

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
