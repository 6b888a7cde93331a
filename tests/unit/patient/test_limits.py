"""Each limit with its kind text; what somebody typed stays on the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot import settings as project_settings
from bot.patient.app import create_app
from bot.settings import SettingsError
from tests.unit.patient.rasa_like import RasaLike
from tests.unit.patient.site import DETAILS, csrf, intake_path, make_settings, say, text_of

Make = Callable[..., FlaskClient]


@pytest.fixture
def limited(tmp_path: Path, rasa: RasaLike) -> Make:
    def make(**limits: str) -> FlaskClient:
        return create_app(make_settings(tmp_path / "limited", rasa.url, **limits)).test_client()

    return make


def ask(client: FlaskClient, conversation: str | None = None, address: str = "10.0.0.1") -> tuple[int, str | None]:
    sent = {"message": "hallo", "conversation": conversation}
    reply = client.post("/api/chat", json=sent, environ_base={"REMOTE_ADDR": address})
    return reply.status_code, reply.get_json()["conversation"]


def test_one_conversation_from_many_addresses_is_one_conversation(limited: Make) -> None:
    client = limited(CONVERSATION_RATE_LIMIT="2 per minute")
    _, conversation = ask(client)
    assert [ask(client, conversation, f"10.0.0.{number}")[0] for number in range(2, 5)] == [200, 200, 429]
    assert ask(client, None, "10.0.0.9")[0] == 200


def test_conversations_behind_one_address_do_not_count_for_each_other(limited: Make) -> None:
    client = limited(CONVERSATION_RATE_LIMIT="3 per minute")
    conversations = [ask(client)[1] for _ in range(3)]
    assert [ask(client, one)[0] for one in conversations * 3] == [200] * 9


def test_the_page_counts_by_its_cookie_and_keeps_what_was_typed(limited: Make) -> None:
    client = limited(CONVERSATION_RATE_LIMIT="2 per minute")
    for number in range(4):
        page = say(client, f"vraag {number}")
    assert page.status_code == 429
    assert "Wacht een minuut" in page.text and "112" in page.text and ">vraag 3</textarea>" in page.text


def test_a_conversation_that_is_too_long_is_told_and_danger_is_still_answered(limited: Make, rasa: RasaLike) -> None:
    client = limited(MAX_TURNS="10")
    for number in range(10):
        assert f"U zei: vraag {number}" in say(client, f"vraag {number}").text
    cookie = client.get_cookie("gesprek")
    assert cookie is not None
    for words, kind, told in (("nog een", "refusal", "erg lang geworden"), ("ik wil niet meer leven", "safety", "113")):
        reply = client.post("/api/chat", json={"message": words, "conversation": cookie.value}).get_json()
        assert reply["messages"][0]["kind"] == kind and told in reply["messages"][0]["text"]
    assert len(rasa.received) == 10
    assert "U zei: opnieuw" in client.post("/api/chat", json={"message": "opnieuw"}).get_json()["messages"][0]["text"]


def test_too_many_intake_forms_keep_what_was_typed(tmp_path: Path, rasa: RasaLike) -> None:
    settings = make_settings(tmp_path / "limited", rasa.url, FORM_LIMIT="2 per hour")
    client = create_app(settings).test_client()
    for number in range(3):
        path = intake_path(settings)
        form = {**DETAILS, "name": f"Voorbeeld {number}", "csrf_token": csrf(client.get(path))}
        page = client.post(path, data=form)
    assert page.status_code == 429
    assert "Wacht een uur" in text_of(page) and 'value="Voorbeeld 2"' in page.text


def test_too_many_call_backs_keep_what_was_typed(limited: Make) -> None:
    client = limited(FORM_LIMIT="1 per hour")
    for _ in range(2):
        form = {"name": "Voorbeeld", "phone": "06", "csrf_token": csrf(client.get("/contact"))}
        page = client.post("/contact", data=form)
    assert page.status_code == 429
    assert "Wacht een uur" in text_of(page) and 'value="Voorbeeld"' in page.text


def test_the_size_of_a_request_is_a_setting(limited: Make) -> None:
    client = limited(MAX_BODY_BYTES="10000")
    assert client.post("/api/chat", json={"message": "x" * 9_000}).status_code == 200
    reply = client.post("/api/chat", json={"message": "x" * 11_000})
    assert reply.status_code == 413 and "korter" in reply.get_json()["messages"][0]["text"]


@pytest.mark.parametrize("rate", ["veel", "0 per minute", "5", "5 per fortnight", "10/minute; 3 per x"])
def test_a_rate_that_cannot_be_read_stops_the_start(rate: str) -> None:
    with pytest.raises(SettingsError, match="60 per minute"):
        project_settings.load({"STAMCELWIJZER_FORM_LIMIT": rate})


def test_settings_as_text_show_no_secrets() -> None:
    given = {
        "KEYS": "sleutelbos",
        "DATABASE_URL": "postgresql://a:wachtwoord@x/y",
        "REDIS_URL": "redis://:wachtwoord@x",
    }
    text = repr(project_settings.load({f"STAMCELWIJZER_{name}": value for name, value in given.items()}))
    assert "sleutelbos" not in text and "wachtwoord" not in text
