"""The OpenAPI document tells the truth: real answers are held against it, and every public interface stands in it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from bot.patient.app import create_app
from bot.patient.messages import KINDS, OUTCOMES, VERDICTS, BotMessage
from bot.settings import Settings
from tests.unit.patient.rasa_like import RasaLike, question, verdict


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return dict(client.get("/api/openapi.json").get_json())


def check(document: dict[str, Any], path: str, method: str, response: TestResponse) -> None:
    """Fail when an answer is not what the document says about it."""
    told = document["paths"][path][method]["responses"][str(response.status_code)]
    while "$ref" in told:
        told = document["components"]["responses"][told["$ref"].split("/")[-1]]
    schema = {**told["content"]["application/json"]["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(response.get_json())


def test_every_schema_is_well_formed(document: dict[str, Any], settings: Settings) -> None:
    assert document["openapi"].startswith("3.1") and document["servers"] == [{"url": settings.site_url}]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_real_answers_are_as_told(client: FlaskClient, document: dict[str, Any], rasa: RasaLike) -> None:
    replies = [rasa.reply, lambda _: question(3), lambda _: verdict("https://example.org/aanmelden/x")]
    for reply in replies:
        rasa.reply = reply
        check(document, "/api/chat", "post", client.post("/api/chat", json={"message": "hallo"}))
    for body in ({"message": " "}, {"message": "x" * 2000}, {"message": 3}, {}):
        check(document, "/api/chat", "post", client.post("/api/chat", json=body))
    check(document, "/api/chat", "post", client.post("/api/chat", data="{"))
    check(document, "/api/chat", "post", client.post("/api/chat", data="x" * 1_200_000))
    check(document, "/vragen.json", "get", client.get("/vragen.json"))
    check(document, "/health", "get", client.get("/health"))
    check(document, "/api/openapi.json", "get", client.get("/api/openapi.json"))


def test_answers_without_rasa_are_as_told(settings: Settings, document: dict[str, Any]) -> None:
    client = create_app(replace(settings, chat_url="http://127.0.0.1:1")).test_client()
    for message in ("wat wordt er onderzocht", "ik wil dood", "qwertyuiop"):
        check(document, "/api/chat", "post", client.post("/api/chat", json={"message": message}))
    check(document, "/health", "get", client.get("/health"))


def test_every_field_and_value_of_a_message_is_told_and_no_other(document: dict[str, Any]) -> None:
    told = document["components"]["schemas"]["Message"]
    assert set(told["properties"]) == set(told["required"]) == {field.name for field in fields(BotMessage)}
    assert tuple(told["properties"]["kind"]["enum"]) == KINDS
    assert {*told["properties"]["verdict"]["enum"]} == {*VERDICTS, None}
    assert tuple(told["properties"]["criteria"]["additionalProperties"]["enum"]) == OUTCOMES


def test_every_address_under_api_is_told(app: Flask, document: dict[str, Any]) -> None:
    assert {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")} <= set(document["paths"])
