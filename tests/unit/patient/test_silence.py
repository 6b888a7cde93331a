"""An address of Rasa that stays silent is left alone until it answers something simple; others go on."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.patient.app import create_app
from bot.patient.rasa_client import ChatUnavailable, RasaClient
from bot.patient.silence import REST, Silence
from tests.unit.patient.rasa_like import rasa_like
from tests.unit.patient.site import make_settings


class Address:
    """Whether an address answers now, how often it was asked, and what time it is."""

    def __init__(self) -> None:
        self.well = False
        self.asked = 0
        self.now = 100.0

    def answers(self, _address: str) -> bool:
        self.asked += 1
        return self.well


def test_an_address_is_believed_until_somebody_waited_in_vain() -> None:
    address = Address()
    assert not Silence(address.answers, lambda: address.now).broken("a")
    assert address.asked == 0


def test_a_silent_address_is_asked_once_and_then_left_alone_for_a_while() -> None:
    address = Address()
    silence = Silence(address.answers, lambda: address.now)
    silence.note("a")
    assert [silence.broken("a") for _ in range(3)] == [True] * 3
    assert (address.asked, silence.broken("b")) == (1, False)
    address.now += REST
    address.well = True
    assert [silence.broken("a") for _ in range(3)] == [False] * 3
    assert address.asked == 2


def test_one_that_was_only_slow_is_used_again_at_once() -> None:
    address = Address()
    address.well = True
    silence = Silence(address.answers, lambda: address.now)
    silence.note("a")
    assert not silence.broken("a")


def ask(client: FlaskClient, conversation: str | None = None) -> tuple[str, str]:
    reply = client.post("/api/chat", json={"message": "xyzzy", "conversation": conversation}).get_json()
    return reply["conversation"], reply["messages"][0]["text"]


def test_conversations_of_a_stopped_process_go_to_another(tmp_path: Path) -> None:
    with rasa_like() as stopped, rasa_like() as well:
        stopped.hold = threading.Event()
        urls = f"{stopped.url},{well.url}"
        client = create_app(make_settings(tmp_path, urls, CHAT_TIMEOUT_SECONDS="1")).test_client()
        conversation, text = ask(client)
        while "storing" not in text:
            conversation, text = ask(client)
        assert len(stopped.received) == 1
        assert ask(client, conversation)[1] == "U zei: xyzzy"
        assert all(ask(client)[1] == "U zei: xyzzy" for _ in range(5))
        assert len(stopped.received) == 1, "nobody else waits for it"
        stopped.hold.set()
        stopped.hold = None


def test_with_only_a_stopped_process_nobody_waits_twice(tmp_path: Path) -> None:
    with rasa_like() as stopped:
        stopped.hold = threading.Event()
        client = create_app(make_settings(tmp_path, stopped.url, CHAT_TIMEOUT_SECONDS="1")).test_client()
        for _ in range(4):
            assert "storing" in ask(client)[1]
        assert len(stopped.received) == 1


def test_without_a_fault_each_conversation_keeps_its_process(tmp_path: Path) -> None:
    with rasa_like() as one, rasa_like() as two:
        client = create_app(make_settings(tmp_path, f"{one.url},{two.url}")).test_client()
        conversation, _ = ask(client)
        for _ in range(3):
            ask(client, conversation)
        senders: list[set[str]] = [{body["sender"] for body in rasa.received} for rasa in (one, two)]
        assert sorted(len(found) for found in senders) == [0, 1]


def test_one_that_refuses_is_not_silent_and_is_used_as_soon_as_it_is_back() -> None:
    with rasa_like() as rasa:
        port = int(rasa.url.rsplit(":", 1)[-1])
    client = RasaClient([f"http://127.0.0.1:{port}"], 5)
    for _ in range(2):
        with pytest.raises(ChatUnavailable):
            client.send("someone", "hallo", "nl")
    with rasa_like(port):
        assert client.send("someone", "hallo", "nl")
