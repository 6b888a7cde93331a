"""The outcome to take along: what stands on it, as a page and as a PDF."""

from __future__ import annotations

import io
from datetime import date

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.eligibility.trial_file import load_trial
from bot.patient import texts
from bot.patient.answers_form import PREFIX
from bot.patient.messages import BotMessage
from bot.patient.result import Paper, latest, paper
from bot.patient.result_pdf import as_pdf
from bot.settings import ROOT
from tests.unit.patient.rasa_like import RasaLike, verdict
from tests.unit.patient.site import say, text_of

WORDS = texts.section("result")
TODAY = date(2026, 3, 1)
SOURCE = {"title": "Q&A", "publisher": "Amsterdam UMC", "date": "2019-11-04", "url": None, "language": "nl"}


def message(*outcomes: tuple[str, str], words: str = "ja") -> BotMessage:
    rows = tuple(
        {
            "criterion": criterion,
            "name": criterion,
            "outcome": outcome,
            "words": words,
            "explanation": "Uitleg.",
            "way_on": None,
            "topic": None,
            "source": SOURCE,
        }
        for criterion, outcome in outcomes
    )
    return BotMessage(text="", kind="verdict", verdict="needs_check", details=rows)


def read(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_what_is_not_known_becomes_a_question_for_the_neurologist() -> None:
    made = paper(message(("ms_type", "unknown"), ("age", "met")), WORDS, TODAY)
    assert made.questions[0] == "Welke vorm van MS heb ik?"
    assert WORDS["ask"]["age"]["unknown"] not in made.questions
    assert set(WORDS["ask_always"]) <= set(made.questions)


def test_a_source_is_named_once() -> None:
    assert paper(message(("ms_type", "met"), ("age", "met")), WORDS, TODAY).sources == (SOURCE,)


def test_only_a_verdict_makes_a_paper() -> None:
    with pytest.raises(ValueError, match="verdict"):
        paper(BotMessage(text="Hallo"), WORDS, TODAY)


def test_the_last_verdict_counts() -> None:
    first, second = message(("age", "met")), message(("age", "unknown"))
    assert latest([first, BotMessage(text="Hallo"), second, BotMessage(text="Dag")]) is second
    assert latest([BotMessage(text="Hallo")]) is None


def test_every_criterion_has_its_questions() -> None:
    criteria = load_trial(ROOT / "data" / "trials" / "ram-ms.yml").criterion_ids
    assert set(WORDS["ask"]) == set(criteria)
    assert all(set(questions) == {"unknown", "not_met"} for questions in WORDS["ask"].values())


@settings(max_examples=20, deadline=None)
@given(words=st.text(st.characters(blacklist_categories=("Cs",)), max_size=200))
def test_whatever_a_person_typed_a_pdf_is_made(words: str) -> None:
    made = paper(message(("ms_type", "unknown"), words=words), WORDS, TODAY)
    assert as_pdf(made, WORDS, "nl").startswith(b"%PDF")


def test_the_pdf_holds_criteria_questions_sources_and_date() -> None:
    made: Paper = paper(message(("ms_type", "unknown"), ("age", "met"), words="café"), WORDS, TODAY)
    text = read(as_pdf(made, WORDS, "nl"))
    for needed in (
        "1 maart 2026",
        "nog niet bekend",
        "café",
        "Welke vorm van MS heb ik?",
        "Amsterdam UMC",
        "4 november 2019",
    ):
        assert needed in text


def test_the_page_and_the_pdf_show_the_verdict_of_the_conversation(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda message: verdict("https://elsewhere.example/aanmelden/abc")
    assert "Uw uitkomst om mee te nemen" in text_of(say(client, "klaar"))
    page = client.get("/uitkomst")
    assert page.status_code == 200
    assert "Dit moet nog worden nagegaan" in text_of(page)
    assert page.headers["Cache-Control"] == "no-store"
    pdf = client.get("/uitkomst.pdf")
    assert pdf.content_type == "application/pdf"
    assert pdf.headers["Cache-Control"] == "no-store"
    assert "Dit moet nog worden nagegaan" in read(pdf.data)


def test_without_a_verdict_the_page_says_what_to_do(client: FlaskClient) -> None:
    page = client.get("/uitkomst")
    assert page.status_code == 404
    assert "Er is nog geen uitkomst" in text_of(page)
    assert client.get("/uitkomst.pdf").status_code == 404


def test_an_outcome_told_in_dutch_is_there_in_english_too(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda message: verdict(None)
    say(client, "klaar")
    page = client.get("/en/outcome").text
    assert "Form of MS: fits the study" in page and "The study is for people aged 18 to 50." in page
    assert "Which MS medicines" not in page and "Vorm van MS" not in page
    assert "ocrevus vorig jaar" in page


def test_the_pre_screen_without_chat_gives_the_same_paper(client: FlaskClient) -> None:
    trial = load_trial(ROOT / "data" / "trials" / "ram-ms.yml")
    answers = {PREFIX + criterion.id: criterion.options[0].id for criterion in trial.criteria}
    pdf = client.post("/meedoen.pdf", data=answers)
    assert pdf.content_type == "application/pdf"
    assert all(criterion.name["nl"] in read(pdf.data) for criterion in trial.criteria)
    assert client.post("/meedoen.pdf", data={}).status_code == 422
