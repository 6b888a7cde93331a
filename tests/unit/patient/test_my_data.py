"""With code and date of birth a person sees, corrects, withdraws and erases."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.database import session_scope
from bot.patient.app import create_app
from bot.patient.parts import Parts
from bot.settings import Settings
from bot.signups import triage
from bot.signups.audit import Actor
from tests.unit.patient.rasa_like import RasaLike
from tests.unit.patient.site import DETAILS, csrf, intake_path, say, text_of
from tests.unit.patient.test_intake import stored, submit


@pytest.fixture
def code(client: FlaskClient, settings: Settings) -> str:
    submit(client, intake_path(settings))
    return str(stored(client)[0].code)


@pytest.fixture
def other(app: Flask, code: str) -> FlaskClient:
    """Another browser, of the person who has the code."""
    return app.test_client()


def look_up(client: FlaskClient, code: str, born: str = "3 april 1985") -> TestResponse:
    token = csrf(client.get("/mijn-aanmelding"))
    return client.post("/mijn-aanmelding", data={"csrf_token": token, "code": code, "date_of_birth": born})


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    page = client.get(path)
    return client.post(path, data={"csrf_token": csrf(page), **fields})


def version_shown(client: FlaskClient) -> str:
    match = re.search(r'name="version" value="(\d+)"', client.get("/mijn-aanmelding/wijzigen").text)
    assert match
    return match.group(1)


def test_code_and_date_of_birth_show_everything_stored(other: FlaskClient, code: str) -> None:
    reply = look_up(other, code.lower().replace("-", " "))
    page = text_of(other.get(reply.location))
    for words in (
        code,
        "Voorbeeld Testpersoon",
        "3 april 1985",
        "+31612345678",
        "na de lunch",
        "tecfidera",
        "Ja, RRMS",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("wrong_code", "born"), [("", "3-4-1985"), ("SW-7KQ4-M2XD", "3-4-1985"), (None, "4-4-1985"), (None, "x")]
)
def test_one_of_both_wrong_shows_nothing(other: FlaskClient, code: str, wrong_code: str | None, born: str) -> None:
    page = look_up(other, code if wrong_code is None else wrong_code, born)
    assert page.status_code == 422
    assert "Testpersoon" not in page.text
    assert other.get("/mijn-aanmelding/gegevens").status_code == 303


@pytest.mark.parametrize("path", ["gegevens", "wijzigen", "intrekken", "wissen"])
def test_nothing_opens_without_code(client: FlaskClient, code: str, path: str) -> None:
    assert client.get(f"/mijn-aanmelding/{path}").location == "/mijn-aanmelding"
    if path != "gegevens":
        token = csrf(client.get("/mijn-aanmelding"))
        assert client.post(f"/mijn-aanmelding/{path}", data={"csrf_token": token}).location == "/mijn-aanmelding"
    assert stored(client)[0].state == "new"


def test_corrections_are_stored_and_the_verdict_follows(other: FlaskClient, code: str) -> None:
    look_up(other, code)
    changed = {**DETAILS, "phone": "020 123 4567", "answer_recent_activity": "yes", "version": version_shown(other)}
    assert post(other, "/mijn-aanmelding/wijzigen", **changed).location == "/mijn-aanmelding/gegevens"
    [row] = stored(other)
    assert row.phone == "+31201234567"
    assert row.verdict == "may_take_part"


def test_a_correction_that_is_wrong_loses_nothing_that_was_typed(other: FlaskClient, code: str) -> None:
    look_up(other, code)
    page = post(other, "/mijn-aanmelding/wijzigen", **{**DETAILS, "phone": "7", "call_when": "zaterdag"})
    assert page.status_code == 422
    assert 'value="zaterdag"' in page.text


def test_a_correction_of_an_older_version_is_asked_again(other: FlaskClient, code: str) -> None:
    look_up(other, code)
    version = version_shown(other)
    post(other, "/mijn-aanmelding/wijzigen", **{**DETAILS, "name": "Eerste Wijziging", "version": version})
    page = post(other, "/mijn-aanmelding/wijzigen", **{**DETAILS, "name": "Tweede Wijziging", "version": version})
    assert page.status_code == 409
    assert 'value="Tweede Wijziging"' in page.text
    assert stored(other)[0].name == "Eerste Wijziging"


def test_withdrawing_asks_first_and_ends_both_consents(other: FlaskClient, code: str) -> None:
    look_up(other, code)
    assert "intrekken?" in text_of(other.get("/mijn-aanmelding/intrekken"))
    assert stored(other)[0].state == "new"
    post(other, "/mijn-aanmelding/intrekken")
    [row] = stored(other)
    assert row.state == "withdrawn"
    assert not row.consent_call
    page = text_of(other.get("/mijn-aanmelding/gegevens"))
    assert "ingetrokken" in page
    assert other.get("/mijn-aanmelding/wijzigen").status_code == 303


def test_erasing_removes_the_person_and_the_conversation(app: Flask, settings: Settings) -> None:
    client = app.test_client()
    say(client, "Een vraag vooraf")
    parts: Parts = app.extensions["stamcelwijzer"]
    cookie = client.get_cookie("gesprek")
    assert cookie
    conversation = parts.tokens.recognise(cookie.value)
    assert conversation
    submit(client, intake_path(settings, conversation=conversation.sender))
    code = stored(client)[0].code
    look_up(client, code)
    assert "Testpersoon" in client.get("/mijn-aanmelding/gegevens").text
    page = post(client, "/mijn-aanmelding/wissen")
    assert "gewist" in page.text
    [row] = stored(client)
    assert row.name is None
    assert parts.transcript.turns(conversation.sender) == []
    assert look_up(client, code).status_code == 422


def test_guessing_is_slowed_down(settings: Settings) -> None:
    client = create_app(settings).test_client()
    statuses = [look_up(client, "SW-7KQ4-M2XD").status_code for _ in range(12)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_closing_forgets_the_sign_up_on_this_device(other: FlaskClient, code: str) -> None:
    look_up(other, code)
    token = csrf(other.get("/mijn-aanmelding/gegevens"))
    other.post("/mijn-aanmelding/sluiten", data={"csrf_token": token})
    assert other.get("/mijn-aanmelding/gegevens").location == "/mijn-aanmelding"


def test_a_person_downloads_what_was_given_and_said_but_not_what_staff_wrote(
    client: FlaskClient, other: FlaskClient, settings: Settings, rasa: RasaLike
) -> None:
    say(client, "mijn kat heet Pluisje")
    cookie = client.get_cookie("gesprek")
    parts: Parts = client.application.extensions["stamcelwijzer"]
    conversation = parts.tokens.recognise(cookie.value if cookie else None)
    assert conversation
    submit(client, intake_path(settings, conversation=conversation.sender))
    signup = stored(client)[-1]
    with session_scope(parts.engine) as session:
        triage.add_note(session, Actor("anna", "nurse", "test"), signup.id, "bellen na vakantie", datetime.now(UTC))
    look_up(other, signup.code)
    assert "/mijn-aanmelding/download" in other.get("/mijn-aanmelding/gegevens").text
    reply = other.get("/mijn-aanmelding/download")
    assert reply.status_code == 200
    assert "attachment" in reply.headers["Content-Disposition"]
    assert reply.headers["Cache-Control"] == "no-store"
    for word in ("Pluisje", signup.code, "dokter Proefkonijn", "na de lunch"):
        assert word in reply.text
    assert "vakantie" not in reply.text
    assert client.application.test_client().get("/mijn-aanmelding/download").status_code == 303
