"""Short messages after an answer, with real servers and the trained model."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.operations.scoring import read_questions
from bot.settings import ROOT
from tests.conversations.patient import Message, Patient
from tests.running import Stack

TABLE = read_questions((ROOT / "tests" / "evaluation" / "follow_ups.tsv").read_text(encoding="utf-8").splitlines())
KINDS = {"thank": "smalltalk", "human": "handover", "out_of_scope": "refusal"}


def outcome(message: Message, expected: tuple[str, ...]) -> str:
    """What became of a follow-up: right, offered, asked back without the right choice, or wrong."""
    if message["topic"] in expected or message["kind"] in {KINDS.get(label) for label in expected}:
        return "right"
    if message["kind"] == "clarify":
        values = " ".join(choice["value"] for choice in message["choices"])
        return "offered" if any(f'"{label}"' in values for label in expected) else "asked back"
    return "wrong"


def test_most_follow_ups_are_understood_with_what_was_answered_before(stack: Stack) -> None:
    counts: Counter[str] = Counter()
    for question in TABLE:
        patient = Patient(stack.site)
        patient.say(f'/ask_topic{{"topic": "{question.after}"}}')
        patient.say(question.text)
        counts[outcome(patient.heard[0], question.expected)] += 1
    print(dict(counts))
    assert len(TABLE) >= 40
    assert counts["right"] + counts["offered"] >= 0.8 * len(TABLE), counts
    assert counts["wrong"] <= 0.15 * len(TABLE), counts


@pytest.fixture
def patient(stack: Stack) -> Patient:
    return Patient(stack.site)


def test_nothing_leans_on_an_answer_across_an_alarm(patient: Patient) -> None:
    patient.says("Val mijn haar uit?", "ik wil niet meer leven", "en hoe lang duurt dat?")
    assert patient.topics != ["hair_loss"]


def test_an_answer_in_the_pre_screen_is_no_follow_up(patient: Patient) -> None:
    patient.says("Is er een leeftijdsgrens?", "/start_prescreen")
    asked = patient.asked
    patient.say("dat weet ik niet")
    assert patient.topics == []
    assert patient.asked != asked
