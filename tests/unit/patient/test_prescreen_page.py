"""The pre-screen without chat: the same questions and verdict, and nothing that stays behind."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from bot.database import make_engine, session_scope
from bot.eligibility.trial_file import load_trial
from bot.knowledge import store
from bot.knowledge.schema import Text
from bot.settings import Settings
from tests.unit.patient.site import set_recruitment, text_of

MEETS = {
    "answer_ms_type": "rrms",
    "answer_medication": "yes",
    "answer_recent_activity": "yes",
    "answer_second_line": "no",
    "answer_age": "yes",
    "answer_walking": "yes",
    "answer_randomisation": "yes",
    "answer_test_results": "yes",
}


def test_the_page_asks_what_the_trial_file_asks(client: FlaskClient, settings: Settings) -> None:
    words = text_of(client.get("/meedoen"))
    for criterion in load_trial(settings.trial_file).criteria:
        assert criterion.question["nl"] in words
        assert all(option.label["nl"] in words for option in criterion.options)


@pytest.mark.parametrize(
    ("changes", "title", "form"),
    [
        ({}, "U kunt misschien meedoen", True),
        ({"answer_age": "unknown"}, "Dit moet nog worden nagegaan", True),
        ({"answer_ms_type": "spms", "answer_age": "unknown"}, "Meedoen aan de studie kan nu niet", False),
    ],
)
def test_the_verdict_is_that_of_the_chat(client: FlaskClient, changes: dict[str, str], title: str, form: bool) -> None:
    page = client.post("/meedoen", data={**MEETS, **changes})
    assert page.status_code == 200
    assert title in page.text
    assert ("Open het aanmeldformulier" in page.text) is form


def test_the_form_opens_with_these_answers(client: FlaskClient) -> None:
    page = client.post("/meedoen", data={**MEETS, "answer_walking": "unknown"})
    link = re.search(r'href="(/aanmelden/[^"]+)"', page.text)
    assert link
    form = client.get(unescape(link[1]))
    assert form.status_code == 200
    walking = form.text[form.text.index('name="answer_walking"') :]
    assert walking.index('value="unknown" selected') < walking.index("</select>")


def test_an_open_question_is_pointed_out_and_the_rest_kept(client: FlaskClient) -> None:
    page = client.post("/meedoen", data={name: value for name, value in MEETS.items() if name != "answer_age"})
    assert page.status_code == 422
    assert "Een vraag is nog open" in page.text and 'href="#answer_age"' in page.text
    assert page.text.count(" checked") == 7
    assert "Open het aanmeldformulier" not in page.text


def test_an_answer_that_does_not_exist_counts_as_none(client: FlaskClient) -> None:
    assert client.post("/meedoen", data={**MEETS, "answer_age": "<script>"}).status_code == 422


def test_a_closed_trial_gives_a_verdict_and_no_form(client: FlaskClient, settings: Settings) -> None:
    set_recruitment(settings, "closed")
    page = client.post("/meedoen", data=MEETS)
    assert "U kunt misschien meedoen" in page.text and "geen nieuwe deelnemers meer" in page.text
    assert "/aanmelden/" not in page.text


def test_nothing_is_stored(client: FlaskClient, settings: Settings) -> None:
    page = client.post("/meedoen", data=MEETS)
    assert not page.headers.getlist("Set-Cookie")
    with make_engine(settings.database_url).connect() as connection:
        for table in ("conversation_messages", "signups"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
    assert not (settings.var / "conversations.db").exists()


def test_without_a_usable_trial_the_page_says_so(client: FlaskClient, settings: Settings) -> None:
    settings.trial_file.write_text("niets", encoding="utf-8")
    for page in (client.get("/meedoen"), client.post("/meedoen", data=MEETS)):
        assert page.status_code == 503 and "storing" in page.text


def test_other_words_of_an_editor_are_read_at_once(client: FlaskClient, settings: Settings) -> None:
    name, words = "trial.ram-ms.age.question.nl", "Hoe oud bent u? Het gaat om 18 tot en met 50 jaar."
    engine = make_engine(settings.database_url)
    with session_scope(engine) as session:
        store.publish(session, [Text(name, (words,))], "els", datetime(2026, 11, 20, tzinfo=UTC))
    assert words in text_of(client.get("/meedoen"))
