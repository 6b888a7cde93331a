"""Asking whether a question may be kept: only of who typed one that was not answered, and never without a yes."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.contact import asked
from bot.contact.asked import Kind
from bot.database import session_scope
from bot.patient.parts import Parts
from tests.unit.patient.rasa_like import RasaLike, answer
from tests.unit.patient.site import say

OFFER = "Mogen wij deze vraag bewaren"


def kept(app: Flask) -> list[tuple[Kind, str, str | None]]:
    parts: Parts = app.extensions["stamcelwijzer"]
    with session_scope(parts.engine) as session:
        return [(one.kind, one.words, one.topic) for one in asked.waiting(session)]


def sealed(page: TestResponse) -> str:
    found = re.search(r'name="vraag" value="([^"]+)"', page.text)
    assert found, "the page asks for no question"
    return unescape(found[1])


def test_a_refused_question_is_kept_once_and_only_after_a_yes(client: FlaskClient, app: Flask, rasa: RasaLike) -> None:
    rasa.reply = lambda message: answer("Dat weet ik niet.", kind="refusal")
    page = say(client, "mag mijn hond mee? mijn nummer is 06 12345678")
    assert OFFER in page.text and kept(app) == []
    for _ in range(2):
        thanks = client.post("/vraag-bewaren", data={"vraag": sealed(page)})
        assert thanks.status_code == 200 and "Wij bewaren uw vraag" in thanks.text
    [(kind, words, topic)] = kept(app)
    assert (kind, topic) == (Kind.REFUSED, None) and "hond" in words and "12345678" not in words


def test_the_script_gets_the_thanks_alone(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda message: answer("Bedoelt u ...", kind="clarify")
    page = say(client, "haar")
    thanks = client.post("/vraag-bewaren", data={"vraag": sealed(page)}, headers={"X-Fragment": "1"})
    assert thanks.text.startswith('<div class="rated">') and "<html" not in thanks.text


def test_nothing_is_asked_about_choices_answers_or_danger(client: FlaskClient, rasa: RasaLike) -> None:
    buttons = [{"title": "Iets anders", "payload": "/stop"}]
    rasa.reply = lambda message: answer("Bedoelt u ...", kind="clarify", buttons=buttons)
    assert OFFER in say(client, "haar").text
    rasa.reply = lambda message: answer("Dat weet ik niet.", kind="refusal")
    assert OFFER not in say(client, "/stop").text
    rasa.reply = lambda message: answer("Antwoord", topic="study_aim")
    assert OFFER not in say(client, "wat is de studie").text
    rasa.reply = lambda message: [*answer("Bel 113.", kind="safety"), *answer("Dat weet ik niet.", kind="refusal")]
    assert OFFER not in say(client, "ik wil niet meer").text


def test_a_question_that_this_site_did_not_make_is_refused(client: FlaskClient, app: Flask) -> None:
    for value in ("", "verzonnen", '{"w": "x"}'):
        assert client.post("/vraag-bewaren", data={"vraag": value}).status_code == 400
    assert kept(app) == []


def test_after_no_help_question_and_reason_each_need_their_own_yes(client: FlaskClient, app: Flask) -> None:
    page = say(client, "wat onderzoeken jullie")
    form = {"topic": "study_aim", "vraag": sealed(page)}
    assert "mijn vraag bewaren" not in client.post("/oordeel", data={**form, "geholpen": "ja"}).text
    rated = client.post("/oordeel", data={**form, "geholpen": "nee"})
    assert "mijn vraag bewaren" in rated.text
    proof = re.search(r'name="bewijs" value="([^"]+)"', rated.text)
    assert proof
    given = {"bewijs": proof[1], "vraag": sealed(rated)}
    assert client.post("/oordeel/reden", data=given).status_code == 422
    unclear = client.post("/oordeel/reden", data={**given, "reden": "onduidelijk", "akkoord-vraag": "ja"})
    assert unclear.status_code == 422 and "onduidelijk" in unclear.text and kept(app) == []
    assert client.post("/oordeel/reden", data={**given, "akkoord-vraag": "ja"}).status_code == 200
    assert kept(app) == [(Kind.NOT_HELPED, "wat onderzoeken jullie", "study_aim")]
