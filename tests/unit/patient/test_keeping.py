"""A conversation to take along, and to go on with on another day when the person asks for that."""

from __future__ import annotations

import json
import re

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from bot.patient import texts
from bot.patient.download import as_json, as_text
from bot.patient.messages import BotMessage, from_json
from bot.patient.transcript import Turn
from tests.unit.patient.rasa_like import RasaLike, question
from tests.unit.patient.site import csrf, say

WORDS = texts.section("keep.file")


def age(response: object, name: str) -> int | None:
    """For how many seconds a response lets the browser keep a cookie."""
    for line in response.headers.getlist("Set-Cookie"):  # type: ignore[attr-defined]
        found = re.match(rf"{name}=.*Max-Age=(\d+)", line)
        if found:
            return int(found[1])
    return None


def press(client: FlaskClient, answer: str) -> object:
    return client.post("/gesprek/bewaren", data={"csrf_token": csrf(client.get("/")), "bewaren": answer})


def test_a_conversation_is_kept_longer_only_when_asked(client: FlaskClient) -> None:
    token = csrf(client.get("/"))
    send = {"csrf_token": token, "message": "hallo"}
    assert age(client.post("/bericht", data=send), "gesprek") == 24 * 3600
    assert "Later verdergaan op dit apparaat" in client.get("/").text
    assert age(press(client, "ja"), "gesprek") == 30 * 24 * 3600
    assert "Onthoud dit gesprek niet langer" in client.get("/").text
    assert age(client.post("/bericht", data=send), "gesprek") == 30 * 24 * 3600
    assert age(press(client, "nee"), "gesprek") == 24 * 3600
    assert age(client.post("/bericht", data=send), "gesprek") == 24 * 3600


def test_erasing_ends_the_wish_too(client: FlaskClient) -> None:
    say(client, "hallo")
    press(client, "ja")
    client.post("/wissen", data={"csrf_token": csrf(client.get("/"))})
    assert client.get_cookie("gesprek-bewaren") is None and client.get_cookie("gesprek") is None


def test_a_conversation_can_be_downloaded_as_text_and_as_json(client: FlaskClient) -> None:
    assert client.get("/gesprek/downloaden").status_code == 404
    say(client, "wat wordt er onderzocht?")
    written, data = client.get("/gesprek/downloaden"), client.get("/gesprek/downloaden?vorm=json")
    assert "attachment" in written.headers["Content-Disposition"] and written.headers["Cache-Control"] == "no-store"
    assert "U: wat wordt er onderzocht?" in written.text and "Chatbot: " in written.text
    [turn] = json.loads(data.text)["turns"]
    assert turn["said"] == "wat wordt er onderzocht?" and turn["messages"]


def test_the_file_tells_sources_and_date_and_no_link_to_the_form() -> None:
    reply = BotMessage(
        text="De **studie** vergelijkt.",
        kind="answer",
        sources=({"title": "Q&A", "publisher": "Amsterdam UMC", "date": "2019-11-04", "url": None},),
        as_of="2019-11-04",
        intake_url="https://example.org/aanmelden/geheim",
    )
    turns = [Turn("wat?", (reply,))]
    written = as_text(turns, WORDS, "nl").replace("\N{NO-BREAK SPACE}", " ")
    assert "Chatbot: De studie vergelijkt.\n" in written
    assert "Bron: Q&A, Amsterdam UMC, 4 november 2019" in written and "Informatie van: 4 november 2019" in written
    assert "geheim" not in written + as_json(turns)


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=80)), max_size=4))
def test_whatever_was_said_stands_in_the_file(said: list[tuple[str, str]]) -> None:
    turns = [Turn(words, (BotMessage(text=answer),)) for words, answer in said]
    plain = json.loads(as_json(turns))["turns"]
    assert [turn["said"] for turn in plain] == [words for words, _ in said]
    assert [from_json(turn["messages"][0]).text for turn in plain] == [answer.strip() for _, answer in said]
    written = as_text(turns, WORDS, "nl")
    assert all(words in written for words, _ in said)


def test_a_question_of_the_prescreen_offers_to_go_back_begin_again_and_stop(
    client: FlaskClient, rasa: RasaLike
) -> None:
    for step, back in ((1, False), (4, True)):
        rasa.reply = lambda message, step=step: question(step)
        page = say(client, "verder")
        assert 'value="/restart"' in page.text and 'value="/stop"' in page.text
        assert ('value="/go_back"' in page.text) is back
