"""Questions with real servers and the trained model: answers with sources, choices, refusals, and odd messages."""

import pytest

from tests.conversations.patient import Patient
from tests.running import Stack


@pytest.fixture
def patient(stack: Stack) -> Patient:
    return Patient(stack.site)


def test_an_answer_has_a_source_a_date_and_follow_up_questions(patient: Patient) -> None:
    patient.say("Wat wordt er in de RAM-MS-studie onderzocht?")
    answer = patient.heard[0]
    assert (answer["kind"], answer["topic"]) == ("answer", "study_aim")
    assert answer["sources"][0]["publisher"] == "Amsterdam UMC"
    assert answer["as_of"]
    assert 2 <= len(answer["choices"]) <= 3


def test_a_follow_up_question_can_be_chosen(patient: Patient) -> None:
    patient.say("Wat wordt er in de RAM-MS-studie onderzocht?")
    choice = patient.heard[0]["choices"][0]
    patient.say(choice["value"])
    assert patient.kinds == ["answer"]


def test_the_status_of_the_study_follows_the_switch_and_tells_what_the_register_says(patient: Patient) -> None:
    patient.say("Kan ik nu nog meedoen? Loopt de werving nog?")
    assert patient.topics == ["study_status"]
    assert "juni 2025" in patient.heard[0]["text"]
    assert "{recruitment}" not in patient.heard[0]["text"]


def test_another_subject_is_refused_with_a_pointer(patient: Patient) -> None:
    patient.say("wat is een lekker recept voor pannenkoeken")
    assert patient.kinds == ["refusal"]


def test_the_last_answer_can_be_had_shorter(patient: Patient) -> None:
    patient.say("Wie kunnen meedoen aan de studie?")
    whole = patient.heard[0]["text"]
    patient.say("leg het anders uit")
    assert patient.topics == ["join_who"]
    assert len(patient.heard[0]["text"]) < len(whole)


@pytest.mark.parametrize(
    "odd",
    [
        "😀😀😀",
        "<script>alert(1)</script>",
        "'; DROP TABLE events; --",
        "/crisis",
        '/ask_topic{"topic": "nothing"}',
        '/answer{"ms_type": ["x"]}',
        "/",
        "{{ 7 * 7 }}",
        "\u200b",
        "a" * 999,
        "\x00\x01",
    ],
)
def test_an_odd_message_gets_a_kind_reply(patient: Patient, odd: str) -> None:
    patient.say(odd)
    assert patient.heard
    assert all(message["text"] for message in patient.heard)
