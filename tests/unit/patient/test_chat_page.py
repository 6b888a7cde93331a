"""The chat page without the script: a plain form, a redirect, and the whole conversation from the database."""

from __future__ import annotations

import re
import sqlite3

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from bot.patient.app import create_app
from bot.patient.parts import Parts
from bot.settings import Settings
from tests.unit.patient.rasa_like import RasaLike, answer, question, verdict
from tests.unit.patient.site import csrf, say, text_of


def test_the_first_page_tells_what_this_is(client: FlaskClient) -> None:
    page = client.get("/")
    words = text_of(page)
    assert '<html lang="nl">' in page.text
    for needed in (
        "Bij spoed: bel 112 of uw huisarts",
        "Ik ben een chatbot, geen arts",
        "Uw privacy",
        "Kijk of u kunt meedoen aan de studie",
        "Wat wordt er in de studie",
    ):
        assert needed in words
    assert 'href="/mijn-aanmelding"' in page.text and 'href="/privacy"' in page.text


def test_question_and_answer_are_shown_with_source_and_date(client: FlaskClient) -> None:
    words = text_of(say(client, "Wat is het doel?"))
    assert "U: Wat is het doel?" in words
    assert "U zei: Wat is het doel?" in words
    assert "Amsterdam UMC, 4 november 2019" in words


def test_loading_the_page_again_asks_nothing_again(client: FlaskClient, rasa: RasaLike) -> None:
    say(client, "Een vraag")
    for _ in range(3):
        assert text_of(client.get("/")).count("U: Een vraag") == 1
    assert len(rasa.received) == 1


def test_the_same_form_sent_twice_is_asked_once(client: FlaskClient, rasa: RasaLike) -> None:
    say(client, "Een vraag", ticket="abc")
    say(client, "Een vraag", ticket="abc")
    assert len(rasa.received) == 1


def test_another_process_shows_and_continues_the_conversation(
    client: FlaskClient, settings: Settings, rasa: RasaLike
) -> None:
    say(client, "Een vraag")
    cookie = client.get_cookie("gesprek")
    assert cookie
    other = create_app(settings).test_client()
    other.set_cookie("gesprek", cookie.value)
    assert "U: Een vraag" in text_of(other.get("/"))
    say(other, "Nog een vraag")
    assert len({body["sender"] for body in rasa.received}) == 1


def test_a_clicked_choice_is_shown_in_its_own_words(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda message: question()
    page = say(client, "ik wil meedoen")
    assert "Vraag 1 van 8" in text_of(page)
    values = re.findall(r'name="choice" value="([^"]+)"', page.text)
    assert "/answer{&#34;ms_type&#34;: &#34;rrms&#34;}" in values
    words = text_of(say(client, "", choice='/answer{"ms_type": "rrms"}'))
    assert "U: Ja, RRMS" in words
    assert rasa.received[-1]["message"] == '/answer{"ms_type": "rrms"}'


def test_choices_stand_below_the_message_they_belong_to(client: FlaskClient, rasa: RasaLike) -> None:
    more = {"title": "Wat is een MRI?", "payload": '/ask_topic{"topic": "mri_lesions"}'}
    rasa.reply = lambda message: [*answer("Een schub is een aanval.", buttons=[more]), *question(step=4)]
    words = text_of(say(client, "wat is een schub?"))
    places = [words.index(part) for part in ("is een aanval", "Wat is een MRI?", "Vraag 4 van 8", "Ja, RRMS")]
    assert places == sorted(places)


def test_only_the_last_turn_has_choices(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda message: question()
    say(client, "een")
    assert say(client, "twee").text.count("Weet ik niet") == 1


def test_the_verdict_is_a_card_that_does_not_repeat_the_list(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda message: verdict("https://elsewhere.example/aanmelden/abc")
    page = say(client, "klaar")
    words = text_of(page)
    for needed in (
        "Past bij de studie",
        "Nog niet bekend",
        "Past niet bij de studie",
        "ocrevus vorig jaar",
        "gewone zorg",
    ):
        assert needed in words
    assert words.count("Vorm van MS") == 1
    assert 'href="/aanmelden/abc"' in page.text


@pytest.mark.parametrize(
    "message", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "**vet** [x](javascript:alert(1))"]
)
def test_nothing_typed_or_answered_becomes_markup_that_runs(client: FlaskClient, message: str) -> None:
    page = say(client, message)
    assert "<script>alert" not in page.text and "<img" not in page.text
    assert 'href="javascript' not in page.text


def test_an_empty_or_too_long_message_is_explained_and_kept(
    client: FlaskClient, settings: Settings, rasa: RasaLike
) -> None:
    assert "Typ eerst uw vraag" in say(client, "   ").text
    long = "woord " * settings.max_message_length
    page = say(client, long)
    assert "te lang" in page.text
    assert long.strip() in page.text
    assert rasa.received == []


def test_an_old_form_token_keeps_the_text(client: FlaskClient, rasa: RasaLike) -> None:
    page = client.post("/bericht", data={"csrf_token": "old", "message": "Mijn lange vraag"})
    assert page.status_code == 400
    assert "Mijn lange vraag" in page.text
    assert rasa.received == []


def test_the_script_gets_only_the_new_turn(client: FlaskClient) -> None:
    token = csrf(client.get("/"))
    page = client.post("/bericht", data={"csrf_token": token, "message": "Een vraag"}, headers={"X-Fragment": "1"})
    assert page.status_code == 200
    assert page.text.lstrip().startswith('<div class="turn"')


def test_erasing_removes_the_conversation_here_and_at_rasa(client: FlaskClient, app: Flask, settings: Settings) -> None:
    say(client, "Een vraag")
    parts: Parts = app.extensions["stamcelwijzer"]
    cookie = client.get_cookie("gesprek")
    assert cookie
    conversation = parts.tokens.recognise(cookie.value)
    assert conversation
    tracker = sqlite3.connect(settings.tracker_url.removeprefix("sqlite:///"))
    with tracker:
        tracker.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, data TEXT)")
        tracker.executemany(
            "INSERT INTO events (sender_id, data) VALUES (?, ?)", [(conversation.sender, "mine"), ("other", "theirs")]
        )
    token = csrf(client.get("/"))
    page = client.post("/wissen", data={"csrf_token": token}, follow_redirects=True)
    assert "gewist" in page.text and "Een vraag" not in page.text
    assert parts.transcript.turns(conversation.sender) == []
    assert [row[0] for row in tracker.execute("SELECT data FROM events")] == ["theirs"]
    tracker.close()
    assert client.get_cookie("gesprek") is None


def test_stopping_the_pre_screen_keeps_none_of_it(client: FlaskClient, rasa: RasaLike) -> None:
    say(client, "Eerst een vraag")
    rasa.reply = lambda message: question()
    say(client, "/start_prescreen")
    say(client, "ik heb schubs")
    rasa.reply = lambda message: answer("Goed, we stoppen.", kind="smalltalk", forget="prescreen")
    words = text_of(say(client, "stop"))
    assert "Eerst een vraag" in words and "we stoppen" in words
    assert "schubs" not in words and "Vraag 1 van 8" not in words


def test_the_stored_conversation_cannot_be_read_from_the_file(
    client: FlaskClient, app: Flask, settings: Settings
) -> None:
    say(client, "Een heel herkenbare vraag")
    cookie = client.get_cookie("gesprek")
    assert cookie
    parts: Parts = app.extensions["stamcelwijzer"]
    with parts.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    raw = b"".join(file.read_bytes() for file in settings.var.glob("stamcelwijzer.db*"))
    assert b"herkenbare" not in raw
    assert cookie.value.split(".")[0].encode() not in raw


def test_a_turn_that_cannot_be_opened_does_not_hide_the_others(client: FlaskClient, app: Flask) -> None:
    say(client, "Eerste vraag")
    say(client, "Tweede vraag")
    parts: Parts = app.extensions["stamcelwijzer"]
    with parts.engine.begin() as connection:
        connection.execute(text("UPDATE conversation_messages SET turn = 'broken' WHERE id = 1"))
    words = text_of(client.get("/"))
    assert "U: Eerste vraag" not in words and "U: Tweede vraag" in words


def test_a_turn_moved_to_another_conversation_is_not_shown(client: FlaskClient, app: Flask) -> None:
    other = app.test_client()
    say(client, "Mijn vraag")
    say(other, "Een andere vraag")
    parts: Parts = app.extensions["stamcelwijzer"]
    with parts.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE conversation_messages SET conversation ="
                " (SELECT conversation FROM conversation_messages WHERE id = 2)"
            )
        )
    assert "Mijn vraag" not in other.get("/").text


def test_a_database_that_fails_still_answers(client: FlaskClient, app: Flask) -> None:
    say(client, "Een vraag")
    parts: Parts = app.extensions["stamcelwijzer"]
    with parts.engine.begin() as connection:
        connection.execute(text("ALTER TABLE conversation_messages RENAME TO elsewhere"))
    reply = client.post("/api/chat", json={"message": "Nog een vraag"})
    assert reply.get_json()["messages"][0]["text"] == "U zei: Nog een vraag"
    assert "nu even niet te zien" in client.get("/").text
    assert client.get("/health").status_code == 503
