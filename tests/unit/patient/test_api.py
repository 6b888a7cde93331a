"""`POST /api/chat` keeps the shape that other pages and the evaluation rely on, whatever is sent."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import event
from werkzeug.test import TestResponse

from bot.patient.parts import Parts
from tests.unit.patient.rasa_like import RasaLike, question, verdict

FIELDS = {"text", "kind", "topic", "asks", "choices", "sources", "verdict", "criteria", "intake_url"}
KINDS = {"answer", "question", "clarify", "verdict", "safety", "handover", "refusal", "smalltalk"}


def ask(client: FlaskClient, message: object, **fields: object) -> TestResponse:
    return client.post("/api/chat", json={"message": message, **fields})


def check_shape(reply: TestResponse) -> None:
    body = reply.get_json()
    assert set(body) == {"conversation", "messages"}
    assert body["messages"]
    for message in body["messages"]:
        assert set(message) >= FIELDS
        assert message["kind"] in KINDS
        assert message["text"]
        for choice in message["choices"]:
            assert set(choice) == {"label", "value"}


def test_an_answer_carries_topic_and_sources(client: FlaskClient) -> None:
    reply = ask(client, "Wat is het doel?")
    check_shape(reply)
    [message] = reply.get_json()["messages"]
    assert (message["kind"], message["topic"], message["verdict"]) == ("answer", "study_aim", None)
    assert message["sources"][0]["title"].startswith("Q&A")


def test_a_message_asks_the_database_for_little(app: Flask, client: FlaskClient) -> None:
    parts: Parts = app.extensions["stamcelwijzer"]
    statements: list[str] = []
    event.listen(parts.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    token = None
    for number in range(12):
        statements.clear()
        token = ask(client, f"vraag {number}", conversation=token).get_json()["conversation"]
        # Beside a look whether the content changed, once a second.
        of_turns = [one.split()[0] for one in statements if "conversation_messages" in one]
        assert of_turns in (["SELECT", "INSERT"], ["SELECT", "SELECT", "INSERT"])


def test_a_conversation_goes_on_under_its_token_and_rasa_never_sees_the_token(
    client: FlaskClient, rasa: RasaLike
) -> None:
    token = ask(client, "een").get_json()["conversation"]
    assert ask(client, "twee", conversation=token).get_json()["conversation"] == token
    senders = {body["sender"] for body in rasa.received}
    assert len(senders) == 1
    assert token not in senders and not token.startswith(senders.pop())


@pytest.mark.parametrize("token", ["", None, "invented", "a" * 32 + "." + "0" * 32])
def test_a_token_we_did_not_issue_starts_a_new_conversation(client: FlaskClient, token: str | None) -> None:
    reply = ask(client, "hallo", conversation=token)
    assert reply.status_code == 200
    assert reply.get_json()["conversation"] not in (token, "")


def test_a_choice_sent_back_acts_as_that_choice(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda message: question()
    body = ask(client, "/start_prescreen").get_json()
    choice = body["messages"][0]["choices"][0]
    ask(client, choice["value"], conversation=body["conversation"])
    assert rasa.received[-1]["message"] == '/answer{"ms_type": "rrms"}'
    assert rasa.received[-1]["sender"] == rasa.received[0]["sender"]


def test_a_choice_of_long_ago_still_acts_and_is_told_in_its_own_words(
    app: Flask, client: FlaskClient, rasa: RasaLike
) -> None:
    rasa.reply = lambda message: question() if message == "/start_prescreen" else [{"text": "Ja.", "custom": {}}]
    token = ask(client, "/start_prescreen").get_json()["conversation"]
    for number in range(12):
        ask(client, f"vraag {number}", conversation=token)
    ask(client, '/answer{"ms_type": "rrms"}', conversation=token)
    assert rasa.received[-1]["message"] == '/answer{"ms_type": "rrms"}'
    parts: Parts = app.extensions["stamcelwijzer"]
    conversation = parts.tokens.recognise(token)
    assert conversation
    offered = parts.transcript.turns(conversation.sender)[0].replies[0].choices[0]
    assert offered.value == '/answer{"ms_type": "rrms"}'
    assert [turn.said for turn in parts.transcript.turns(conversation.sender, 2)] == ["vraag 11", offered.label]


def test_a_verdict_carries_criteria_and_the_way_to_the_form(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda message: verdict("https://example.org/aanmelden/abc")
    [message] = ask(client, "klaar").get_json()["messages"]
    assert message["verdict"] == "needs_check"
    assert message["criteria"] == {"ms_type": "met", "age": "unknown", "second_line": "not_met"}
    assert message["intake_url"] == "https://example.org/aanmelden/abc"


@pytest.mark.parametrize("typed", ["/greet", "/session_start", '/inform{"x": "y"}', "//stop", " /faq/study_aim"])
def test_a_typed_intent_loses_its_slash(client: FlaskClient, rasa: RasaLike, typed: str) -> None:
    ask(client, typed)
    assert not rasa.received[-1]["message"].startswith("/")


def test_personal_numbers_reach_neither_rasa_nor_the_database(app: Flask, client: FlaskClient, rasa: RasaLike) -> None:
    token = ask(client, "bel mij op 0612345678 of mail a@b.nl").get_json()["conversation"]
    assert rasa.received[-1]["message"] == "bel mij op [telefoonnummer] of mail [e-mailadres]"
    parts: Parts = app.extensions["stamcelwijzer"]
    conversation = parts.tokens.recognise(token)
    assert conversation
    [turn] = parts.transcript.turns(conversation.sender)
    assert turn.said == "bel mij op [telefoonnummer] of mail [e-mailadres]"


@pytest.mark.parametrize(
    "message",
    [
        "",
        "   ",
        "\x00",
        "x" * 10_000,
        "😀" * 10_000,
        "😀😀😀",
        "<script>alert(1)</script>",
        "'; DROP TABLE x; --",
        "\ud800",
        "?",
        "/",
    ],
    ids=range(11),
)
def test_odd_messages_get_a_kind_reply(client: FlaskClient, message: str) -> None:
    reply = client.post("/api/chat", data=json.dumps({"message": message}), content_type="application/json")
    assert reply.status_code == 200
    check_shape(reply)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b"{}",
        b'{"message": 5}',
        b'{"message": null}',
        b'{"message": ["x"]}',
        b'{"message": "x", "conversation": 5}',
        b'{"message": "x", "language": {}}',
        b"\xff\xfe",
        b"[" * 9000,
    ],
    ids=range(13),
)
def test_malformed_requests_get_400_with_a_kind_sentence(client: FlaskClient, raw: bytes) -> None:
    reply = client.post("/api/chat", data=raw, content_type="application/json")
    assert reply.status_code == 400
    check_shape(reply)


def test_an_unknown_language_is_answered_in_dutch(client: FlaskClient, rasa: RasaLike) -> None:
    assert ask(client, "hallo", language="xx").status_code == 200
    assert rasa.received[-1]["metadata"] == {"language": "nl"}


def test_too_much_at_once_and_other_methods_keep_the_shape(client: FlaskClient) -> None:
    for reply, status in (
        (client.post("/api/chat", data=b"x" * 1_100_000), 413),
        (client.get("/api/chat"), 405),
        (client.get("/api/other"), 404),
    ):
        assert reply.status_code == status
        check_shape(reply)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_no_message_ever_fails(client: FlaskClient, message: str) -> None:
    reply = client.post("/api/chat", data=json.dumps({"message": message}), content_type="application/json")
    assert reply.status_code == 200
    check_shape(reply)
