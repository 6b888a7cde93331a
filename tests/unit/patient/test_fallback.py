"""When Rasa is down, slow or answers rubbish, people still get a kind and useful answer."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.patient.app import create_app
from bot.settings import Settings
from tests.unit.patient.rasa_like import RasaLike, rasa_like, verdict
from tests.unit.patient.site import PAYLOAD_AIM, make_settings


@pytest.fixture
def down(tmp_path: Path) -> FlaskClient:
    """A site whose Rasa does not exist: nothing listens on port 1."""
    return create_app(make_settings(tmp_path, "http://127.0.0.1:1")).test_client()


def ask(client: FlaskClient, message: str, token: str | None = None) -> list[dict[str, object]]:
    reply = client.post("/api/chat", json={"message": message, "conversation": token})
    assert reply.status_code == 200
    messages: list[dict[str, object]] = reply.get_json()["messages"]
    return messages


def test_a_question_finds_published_topics(down: FlaskClient) -> None:
    [message] = ask(down, "valt mijn haar uit?")
    assert message["kind"] in ("answer", "clarify")
    assert "hair_loss" in str(message)


def test_a_chosen_topic_is_answered_with_its_source(down: FlaskClient) -> None:
    [message] = ask(down, PAYLOAD_AIM)
    assert (message["kind"], message["topic"]) == ("answer", "study_aim")
    assert "vergelijkt" in str(message["text"])
    assert "Q&A stamceltherapie" in str(message["sources"])


def test_nothing_found_is_said_kindly(down: FlaskClient) -> None:
    [message] = ask(down, "xyzzy")
    assert message["kind"] == "refusal"
    assert "storing" in str(message["text"])


@pytest.mark.parametrize("message", ["ik wil niet meer leven", "ik denk aan zelfmoord", "ik wil dood"])
def test_crisis_words_get_113_and_112(down: FlaskClient, message: str) -> None:
    [reply] = ask(down, message)
    assert reply["kind"] == "safety"
    assert "113" in str(reply["text"]) and "112" in str(reply["text"])


@pytest.mark.parametrize("message", ["ik krijg geen lucht", "ik kan ineens niets meer zien"])
def test_acute_symptoms_get_112(down: FlaskClient, message: str) -> None:
    [reply] = ask(down, message)
    assert reply["kind"] == "safety"
    assert "112" in str(reply["text"])


def test_danger_in_another_language_is_answered_in_that_one(down: FlaskClient) -> None:
    for message, language in (("I want to kill myself", "en"), ("Sie will sich umbringen", "de")):
        [reply] = ask(down, message)
        assert (reply["kind"], reply["language"]) == ("safety", language)
        assert "112" in str(reply["text"])


def test_the_pre_screen_waits_without_blame(down: FlaskClient) -> None:
    for payload in ("/start_prescreen", '/answer{"ms_type": "rrms"}'):
        [message] = ask(down, payload)
        assert message["kind"] == "refusal"
        assert message["intake_url"] is None


def test_the_form_is_offered_to_who_already_has_a_link(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda message: verdict("https://example.org/aanmelden/abc")
    token = client.post("/api/chat", json={"message": "klaar"}).get_json()["conversation"]
    rasa.status = 500
    messages = ask(client, "xyzzy", token)
    assert [message["intake_url"] for message in messages] == [None, "https://example.org/aanmelden/abc"]


@pytest.mark.parametrize(
    ("status", "raw"),
    [
        (200, b""),
        (200, b"[]"),
        (200, b"null"),
        (200, b"<html>"),
        (200, b'{"a": 1}'),
        (200, b"[{}]"),
        (200, b"\xff"),
        (500, b"[]"),
        (302, b""),
        (404, b""),
        (200, b"[" * 100_000),
        (200, b'["' + b"x" * 3_000_000 + b'"]'),
    ],
    ids=range(12),
)
def test_rubbish_from_rasa_is_an_outage(client: FlaskClient, rasa: RasaLike, status: int, raw: bytes) -> None:
    rasa.status, rasa.raw = status, raw
    [message] = ask(client, PAYLOAD_AIM)
    assert message["topic"] == "study_aim"


def test_a_rasa_that_is_too_slow_is_an_outage(tmp_path: Path) -> None:
    with rasa_like() as rasa:
        rasa.hold = threading.Event()
        site = create_app(make_settings(tmp_path, rasa.url, CHAT_TIMEOUT_SECONDS="1")).test_client()
        assert ask(site, PAYLOAD_AIM)[0]["topic"] == "study_aim"
        assert len(rasa.received) == 1, "a message that may have arrived is never sent twice"


def test_rasa_back_again_is_used_again(app: Flask, settings: Settings, rasa: RasaLike) -> None:
    client = app.test_client()
    rasa.status = 503
    assert "storing" in str(ask(client, "xyzzy"))
    rasa.status = 200
    assert ask(client, "xyzzy")[0]["text"] == "U zei: xyzzy"
