"""What Rasa sends becomes messages; what is no message is refused; what is stored comes back the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.patient.messages import BotMessage, Choice, NotAnAnswer, from_json, from_rasa
from tests.unit.patient.rasa_like import SOURCE, answer, question, verdict

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    [
        "text",
        "buttons",
        "custom",
        "kind",
        "verdict",
        "criteria",
        "sources",
        "details",
        "progress",
        "intake_url",
        "title",
        "payload",
    ]
)
RASA_LIKE = st.recursive(
    JSON, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=20
)


def test_a_text_and_what_follows_become_one_message() -> None:
    [message] = from_rasa(answer("Hallo", topic="study_aim", sources=[SOURCE], as_of="2019-11-04"))
    assert (message.text, message.kind, message.topic, message.as_of) == ("Hallo", "answer", "study_aim", "2019-11-04")
    assert message.sources[0]["url"] == "https://example.org/qa"


def test_paragraphs_that_rasa_sends_apart_are_one_message() -> None:
    [message] = from_rasa([{"text": "Eerste alinea."}, {"text": "Tweede alinea."}, {"custom": {"kind": "answer"}}])
    assert message.text == "Eerste alinea.\n\nTweede alinea."


def test_two_texts_keep_what_belongs_to_each() -> None:
    first, second = from_rasa([{"text": "Genoteerd."}, {"custom": {"kind": "smalltalk"}}, *question()])
    assert (first.text, first.asks) == ("Genoteerd.", None)
    assert second.asks == "ms_type"
    assert second.choices[0] == Choice("Ja, RRMS", '/answer{"ms_type": "rrms"}')
    assert second.progress == {"step": 1, "of": 8}


@pytest.mark.parametrize(
    "rubbish", [None, "ok", 5, {}, [], [1], [[]], [{}], [{"text": ""}], [{"text": 3}], [{"image": "x"}]]
)
def test_rubbish_is_refused(rubbish: object) -> None:
    with pytest.raises(NotAnAnswer):
        from_rasa(rubbish)


@given(st.lists(RASA_LIKE, max_size=4) | RASA_LIKE)
def test_whatever_arrives_gives_messages_that_fit_json_or_is_refused(items: object) -> None:
    try:
        messages = from_rasa(items)
    except NotAnAnswer:
        return
    for message in messages:
        assert from_json(json.loads(json.dumps(message.as_json()))) == message


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://[", 5])
def test_only_web_addresses_become_links(address: object) -> None:
    [message] = from_rasa(answer("Hallo", sources=[{"title": "x", "url": address}], intake_url=address))
    assert message.sources[0]["url"] is None
    assert message.intake_url is None


def test_stored_messages_come_back_the_same() -> None:
    for message in [*from_rasa(question()), *from_rasa(verdict("https://example.org/aanmelden/x")), BotMessage("x")]:
        assert from_json(json.loads(json.dumps(message.as_json()))) == message
