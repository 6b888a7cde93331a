"""English beside Dutch, with real servers and the trained model."""

from urllib.parse import urlsplit

import pytest
import requests

from tests.conversations.patient import Patient
from tests.running import Stack


@pytest.fixture
def patient(stack: Stack) -> Patient:
    return Patient(stack.site)


def test_someone_asks_whether_they_can_speak_english(patient: Patient) -> None:
    patient.say("can we speak English?")
    assert "English" in patient.heard[0]["text"]
    assert patient.heard[0]["choices"][0]["label"] == "What is stem cell therapy?"
    patient.say("will all my hair fall out?")
    assert patient.topics == ["hair_loss"]
    assert patient.heard[0]["text"].startswith("Yes, **hair loss")


def test_the_language_changes_in_the_middle_of_a_conversation_and_back(patient: Patient) -> None:
    assert patient.says("Val mijn haar uit?")[0]["text"].startswith("Ja")
    assert patient.say("where does the study take place?")[0]["text"].startswith("In the Netherlands")
    assert patient.say("thanks")[0]["text"].startswith("You are welcome")
    assert patient.say("waar is het onderzoek eigenlijk?")[0]["topic"] == "study_where"
    assert patient.heard[0]["text"].startswith("Daar vroeg u al")


@pytest.mark.parametrize("words", ["I want to kill myself", "I really do not want to live anymore"])
def test_danger_is_seen_in_english_also_in_a_dutch_conversation(patient: Patient, words: str) -> None:
    patient.says("Val mijn haar uit?", words)
    assert patient.kinds == ["safety"]
    assert "113" in patient.heard[0]["text"]


def test_a_choice_keeps_the_language(patient: Patient) -> None:
    patient.say("Could you please answer in English?")
    patient.say('/ask_topic{"topic": "fertility"}')
    assert patient.heard[0]["text"].startswith("That is not certain")


def test_what_is_outside_is_refused_in_english(patient: Patient) -> None:
    patient.say("what is a good recipe for apple pie, please?")
    assert patient.kinds == ["refusal"]
    assert "I only know about stem cell therapy for MS" in patient.heard[0]["text"]


def test_asking_for_english_in_dutch_goes_on_in_english_until_asked_back(patient: Patient) -> None:
    patient.says("Val mijn haar uit?", "kunnen we Engels praten?")
    assert patient.heard[0]["text"].startswith("Yes, we can go on in English")
    assert patient.heard[0]["language"] == "en"
    assert patient.say("MRI")[0]["language"] == "en"
    assert patient.say("thanks")[0]["text"].startswith("You are welcome")
    patient.say("can we go back to Dutch?")
    assert patient.heard[0]["text"].startswith("Ik spreek Nederlands en Engels")
    assert patient.say("MRI")[0]["language"] == "nl"


def test_a_pre_screen_in_english_from_question_to_form(patient: Patient) -> None:
    patient.say("can I take part in the study?")
    assert patient.asked == "ms_type", patient.heard
    answers = {
        "ms_type": "relapsing remitting",
        "medication": "I take Tecfidera",
        "recent_activity": "yes",
        "second_line": "no, never",
        "age": "I am 34 years old",
        "walking": "not sure",
        "randomisation": "yes, I agree",
        "test_results": "yes",
    }
    asked = []
    while patient.asked:
        question = next(message for message in patient.heard if message["asks"])
        assert question["language"] == "en" and question["text"].endswith(("?", ".")) and question["help"]
        asked.append(question["asks"])
        patient.say(answers[question["asks"]])
    assert asked == list(answers)
    verdict = patient.verdict
    assert verdict["verdict"] == "needs_check" and verdict["criteria"]["walking"] == "unknown"
    assert "in Dutch" not in verdict["text"] and verdict["language"] == "en"
    assert "/en/sign-up/" in verdict["intake_url"]
    form = requests.get(f"{patient.site}{urlsplit(verdict['intake_url']).path}", timeout=30)
    assert form.status_code == 200 and "Sign up for the RAM-MS study" in form.text
    assert "<q>I take Tecfidera</q>" in form.text and "Yes, RRMS" in form.text


def test_asking_for_english_in_the_middle_of_the_pre_screen_asks_the_question_in_english(patient: Patient) -> None:
    patient.says("Ik wil weten of ik mee kan doen", "/start_prescreen")
    assert patient.asked == "ms_type"
    patient.say("kunnen we Engels praten?")
    question = next(message for message in patient.heard if message["asks"])
    assert question["text"].startswith("Do you have relapsing-remitting MS")
    assert patient.say("yes")[-1]["language"] == "en" and patient.asked == "medication"
