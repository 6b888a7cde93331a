"""Only the payloads of choices may act as intents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.patient.payloads import canonical, clean, payload_of, without_slash


@pytest.mark.parametrize(
    "message",
    [
        "/start_prescreen",
        "/go_on",
        "/go_back",
        "/stop",
        "/restart",
        '/answer{"ms_type": "rrms"}',
        '/ask_topic{"topic": "study_aim"}',
    ],
)
def test_payloads_of_choices_are_known(message: str) -> None:
    payload = payload_of(message)
    assert payload
    assert canonical(*payload) == message


@pytest.mark.parametrize(
    "message",
    [
        "/greet",
        "/faq",
        "/session_start",
        "/restart{}",
        '/restart{"a": "b"}',
        "/answer",
        "/answer{}",
        '/answer{"ms_type": 1}',
        '/answer{"ms_type": "rr ms"}',
        '/answer{"__class__": "x"}',
        '/answer{"ms_type": "rrms"',
        '/ask_topic{"subject": "x"}',
        '/ask_topic{"topic": "a", "b": "c"}',
        "/start_prescreen@1.0",
        "//stop",
        " stop",
        "/answer" + '{"a":' * 2000,
    ],
    ids=range(17),
)
def test_anything_else_is_ordinary_text(message: str) -> None:
    assert payload_of(message) is None


@given(st.text(max_size=80))
def test_typed_text_never_begins_with_a_slash(typed: str) -> None:
    assert not without_slash("/" + typed).startswith("/")


@given(st.text(st.characters(), max_size=80))
def test_clean_text_can_always_be_sent(typed: str) -> None:
    cleaned = clean(typed)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean(cleaned) == cleaned
    assert "\x00" not in cleaned


def test_half_characters_do_not_stop_a_message() -> None:
    assert clean("hallo \ud83d daar\x00") == "hallo ? daar"
