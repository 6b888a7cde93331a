"""Someone who asks the same thing again and again, with real servers and the trained model."""

import pytest

from tests.conversations.patient import Patient
from tests.running import Stack

QUESTION = "Val mijn haar uit?"


@pytest.fixture
def patient(stack: Stack) -> Patient:
    return Patient(stack.site)


def test_the_same_question_gets_the_same_answer_in_other_forms(patient: Patient) -> None:
    heard = [patient.say(QUESTION)[0] for _ in range(4)]
    assert [message["topic"] for message in heard] == ["hair_loss"] * 4
    texts = [message["text"] for message in heard]
    assert len(set(texts)) == 4
    assert len(texts[1]) < len(texts[0])
    assert "/human" not in str(heard[1]["choices"])
    assert "/human" in str(heard[2]["choices"])


def test_the_whole_answer_can_be_had_again(patient: Patient) -> None:
    first = patient.say(QUESTION)[0]["text"]
    patient.say(QUESTION)
    assert patient.choose("Lees het hele antwoord")[0]["text"] == first


@pytest.mark.parametrize("words", ["wat is een lekker recept voor pannenkoeken", "dank u wel", "hallo"])
def test_short_replies_vary(patient: Patient, words: str) -> None:
    first, second = (patient.say(words)[0] for _ in range(2))
    assert first["kind"] == second["kind"]
    assert first["text"] != second["text"]


def test_an_explanation_that_did_not_help_leads_to_a_person(patient: Patient) -> None:
    patient.says(QUESTION, "leg het anders uit", "leg het anders uit")
    assert "/human" in str(patient.heard[0]["choices"])
