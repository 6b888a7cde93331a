"""The pre-screen with real servers and the trained model, in the words of people."""

import pytest

from tests.conversations.patient import Patient
from tests.running import Stack

CRITERIA = [
    "ms_type", "medication", "recent_activity", "second_line", "age", "walking", "randomisation", "test_results",
]  # fmt: skip


@pytest.fixture
def patient(stack: Stack) -> Patient:
    return Patient(stack.site)


def test_plain_yes_and_no_lead_to_an_intake_link(patient: Patient) -> None:
    patient.say("kan ik meedoen aan de studie?")
    asked = []
    for answer in ["ja", "ja", "ja", "nee", "ja", "ja", "ja", "ja"]:
        asked.append(patient.asked)
        patient.say(answer)
    assert asked == CRITERIA
    assert patient.verdict["verdict"] == "may_take_part"
    assert patient.verdict["criteria"] == dict.fromkeys(CRITERIA, "met")
    assert "/aanmelden/" in patient.verdict["intake_url"]


def test_buttons_lead_there_too_and_show_the_progress(patient: Patient) -> None:
    patient.say("ik wil me aanmelden")
    steps = []
    while not any(message["verdict"] for message in patient.heard):
        steps.append(patient.heard[-1]["progress"])
        # The first option means met for every criterion.
        patient.say(patient.heard[-1]["choices"][0]["value"])
    assert steps == [{"step": step, "of": 8} for step in range(1, 9)]
    assert patient.verdict["verdict"] == "may_take_part"


def test_free_words(patient: Patient) -> None:
    patient.says(
        "kan ik meedoen", "met schubs", "tecfidera, daarvoor copaxone", "ja vorige maand nog", "nee nooit gehad"
    )
    assert patient.asked == "age"
    patient.says("van 79", "300 meter lukt wel", "liever niet maar als het moet", "ja hoor dat wil ik weten")
    assert patient.verdict["criteria"] == dict.fromkeys(CRITERIA, "met")
    words = {row["criterion"]: row["words"] for row in patient.verdict["details"]}
    assert words["medication"] == "tecfidera, daarvoor copaxone"


def test_one_sentence_may_answer_several_questions(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ik heb rrms, ben 38 en slik tecfidera, vorige maand nog een schub")
    assert patient.asked == "second_line"
    patient.say("nee")
    assert patient.asked == "walking"  # the age was said already


@pytest.mark.parametrize(
    ("so_far", "answer", "criterion"),
    [
        (["ja", "ja", "ja"], "ocrevus vorig jaar gestopt", "second_line"),
        (["ja", "ja", "ja"], "okrevus gehad ja", "second_line"),
        (["ja", "ja", "ja", "nee", "ja"], "kan ik niet meer, rolstoel", "walking"),
        (["ja", "ja", "ja", "nee"], "ik ben 57", "age"),
        ([], "ik heb ppms", "ms_type"),
    ],
)
def test_one_answer_that_decides_ends_the_questions_with_a_way_on(
    patient: Patient, so_far: list[str], answer: str, criterion: str
) -> None:
    patient.says("kan ik meedoen", *so_far, answer)
    assert patient.verdict["verdict"] == "cannot_take_part"
    assert patient.verdict["criteria"][criterion] == "not_met"
    assert patient.verdict["intake_url"] is None
    row = next(row for row in patient.verdict["details"] if row["criterion"] == criterion)
    assert row["way_on"]
    assert row["source"]["publisher"]


def test_who_wants_to_may_answer_the_other_questions_all_the_same(patient: Patient) -> None:
    patient.says("kan ik meedoen", "spms")
    patient.choose("Toch de andere vragen beantwoorden")
    assert patient.asked == "medication"
    patient.says("ja", "ja", "nee", "ja", "ja", "ja", "ja")
    assert patient.verdict["criteria"] == {**dict.fromkeys(CRITERIA, "met"), "ms_type": "not_met"}


def test_not_knowing_is_always_an_answer(patient: Patient) -> None:
    patient.says("kan ik meedoen", "weet ik niet", "geen idee", "weet niet", "weet ik niet", "weet ik niet")
    patient.says("weet ik niet", "geen idee", "weet ik niet")
    assert patient.verdict["verdict"] == "needs_check"
    assert set(patient.verdict["criteria"].values()) == {"unknown"}
    assert patient.verdict["intake_url"]


def test_a_question_in_between_is_answered_and_the_same_criterion_comes_back(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "ja")
    assert patient.asked == "recent_activity"
    patient.say("wat is een schub?")
    assert patient.topics == ["relapse"]
    assert patient.asked == "recent_activity"
    patient.say("ja")
    assert patient.asked == "second_line"


def test_an_answer_can_be_corrected_half_way(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "ja", "wacht, ik bedoelde SPMS")
    assert patient.verdict["criteria"]["ms_type"] == "not_met"


def test_an_answer_can_be_corrected_after_the_verdict(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "ja", "ja", "nee", "ja", "ja", "ja", "ja")
    patient.say("foutje, ik ben 53")
    assert patient.verdict["verdict"] == "cannot_take_part"
    assert patient.verdict["criteria"]["age"] == "not_met"


def test_a_choice_of_an_earlier_question_still_changes_that_answer(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "ja", '/answer{"ms_type": "ppms"}')
    assert patient.verdict["criteria"]["ms_type"] == "not_met"


def test_back_puts_the_previous_question(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "ja")
    patient.say("vorige vraag")
    assert patient.asked == "medication"


def test_stopping_keeps_nothing(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "ja", "stop maar")
    assert patient.asked is None
    patient.say("kan ik meedoen?")
    assert patient.asked == "ms_type"


def test_stopping_a_drug_is_an_answer_and_not_a_wish_to_stop(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "ik ben vorige maand gestopt met tecfidera")
    assert patient.asked == "recent_activity"


def test_starting_over_begins_with_the_first_question(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "ja", "opnieuw beginnen")
    assert patient.asked == "ms_type"


def test_someone_in_danger_is_answered_first_and_nothing_is_lost(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "ja")
    patient.say("ik wil niet meer leven")
    assert patient.kinds[0] == "safety"
    assert "113" in patient.heard[0]["text"]
    assert patient.asked == "recent_activity"
    patient.say("ja")
    assert patient.asked == "second_line"


def test_words_that_say_nothing_get_an_explanation_and_the_question_again(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "blablabla xyz")
    assert patient.asked == "medication"
    assert "niet goed" in patient.heard[0]["text"]


def test_a_plain_answer_about_walking_is_no_alarm(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "ja", "ja", "nee", "ja", "lopen gaat niet meer zo goed")
    assert "safety" not in patient.kinds


def test_correcting_a_drug_does_not_answer_the_question_about_other_drugs(patient: Patient) -> None:
    patient.says("kan ik meedoen", "ja", "ja", "ja")
    assert patient.asked == "second_line"
    patient.say("wacht, ik bedoelde dat ik copaxone gebruik")
    assert patient.asked == "second_line"
