"""A human being on the phone, and whether an answer helped: the pages of the public site."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bot.contact import callbacks
from bot.contact.tables import RatingRow
from bot.database import session_scope
from bot.patient.app import create_app
from bot.signups.audit import SYSTEM
from tests.unit.patient.rasa_like import RasaLike, answer
from tests.unit.patient.site import csrf, make_settings, say


def waiting(app: Flask) -> list[callbacks.Callback]:
    with session_scope(app.extensions["stamcelwijzer"].engine) as database:
        return callbacks.waiting(database, SYSTEM, datetime.now(UTC))


def stored(app: Flask) -> list[tuple[str, bool, str | None]]:
    with session_scope(app.extensions["stamcelwijzer"].engine) as database:
        query = select(RatingRow.topic, RatingRow.helpful, RatingRow.reason).order_by(RatingRow.id)
        return [tuple(row) for row in database.execute(query)]


def test_phone_and_hours_stand_there_when_they_are_set(client: FlaskClient, tmp_path: Path, rasa: RasaLike) -> None:
    assert "Bel het studieteam" not in client.get("/contact").text
    settings = make_settings(
        tmp_path / "phone", rasa.url, CONTACT_PHONE="020 000 00 00", CONTACT_HOURS="maandag van 9 tot 12 uur"
    )
    page = create_app(settings).test_client().get("/contact").text
    assert 'href="tel:0200000000"' in page and "maandag van 9 tot 12 uur" in page


def test_somebody_asks_to_be_called_back(client: FlaskClient, app: Flask) -> None:
    token = csrf(client.get("/contact"))
    fields = {"csrf_token": token, "name": "Voorbeeld Beller", "phone": "06 12345678", "call_when": "dinsdag"}
    wrong = client.post("/contact", data={**fields, "phone": "weet ik niet"})
    assert wrong.status_code == 422 and 'value="Voorbeeld Beller"' in wrong.text and 'href="#phone"' in wrong.text
    page = client.post("/contact", data=fields, follow_redirects=True)
    assert "Wij bellen u terug" in page.text and "Voorbeeld" not in page.text
    [one] = waiting(app)
    assert (one.name, one.phone, one.call_when) == ("Voorbeeld Beller", "+31612345678", "dinsdag")


@pytest.mark.parametrize(("address", "language"), [("/contact", "nl"), ("/en/contact", "en")])
def test_a_call_back_has_the_language_of_its_page(client: FlaskClient, app: Flask, address: str, language: str) -> None:
    token = csrf(client.get(address))
    client.post(address, data={"csrf_token": token, "name": "Voorbeeld Beller", "phone": "06 12345678"})
    assert [one.language for one in waiting(app)] == [language]


def test_an_answer_is_rated_and_a_reason_kept_with_consent_only(client: FlaskClient, app: Flask) -> None:
    page = say(client, "wat wordt er onderzocht?")
    assert "Heeft dit geholpen?" in page.text
    rated = client.post("/oordeel", data={"topic": "study_aim", "geholpen": "nee"})
    proof = re.search(r'name="bewijs" value="([^"]+)"', rated.text)
    assert proof and rated.status_code == 200
    fields = {"bewijs": proof[1], "reden": "te lang, mail voorbeeld@example.org"}
    refused = client.post("/oordeel/reden", data=fields)
    assert refused.status_code == 422 and "te lang" in refused.text
    assert stored(app) == [("study_aim", False, None)]
    assert client.post("/oordeel/reden", data={**fields, "akkoord": "ja"}).status_code == 200
    [(_, _, reason)] = stored(app)
    assert reason and "te lang" in reason and "voorbeeld@example.org" not in reason


def test_only_answers_can_be_rated_and_only_ones_own_rating_explained(
    client: FlaskClient, app: Flask, rasa: RasaLike
) -> None:
    rasa.reply = lambda message: answer("Dag!", kind="smalltalk")
    assert "Heeft dit geholpen?" not in say(client, "hoi").text
    for form in ({"topic": "verzonnen", "geholpen": "ja"}, {"topic": "study_aim", "geholpen": "x"}, {}):
        assert client.post("/oordeel", data=form).status_code == 400
    assert client.post("/oordeel/reden", data={"bewijs": "1", "reden": "x", "akkoord": "ja"}).status_code == 400
    assert stored(app) == []


def test_with_script_only_the_thanks_come_back_and_no_cookie(client: FlaskClient) -> None:
    reply = client.post("/oordeel", data={"topic": "study_aim", "geholpen": "ja"}, headers={"X-Fragment": "1"})
    assert reply.text.lstrip().startswith('<div class="rated">') and "<html" not in reply.text
    assert not reply.headers.getlist("Set-Cookie")
