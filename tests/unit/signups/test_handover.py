"""Hand-over tokens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.signups.encryption import generate_key
from bot.signups.handover import (
    MAX_TOKEN_LENGTH,
    Handover,
    HandoverExpired,
    HandoverInvalid,
    intake_link,
    make_token,
    read_token,
)
from tests.unit.signups.builders import CRITERIA, NOW, answers, handover

KEYS = [generate_key()]
words = st.text(max_size=40)
given_answers = st.dictionaries(
    st.sampled_from(CRITERIA),
    st.fixed_dictionaries({"option": words, "outcome": st.sampled_from(["met", "not_met", "unknown"]), "words": words}),
)
handovers = st.builds(
    Handover,
    id=st.uuids().map(str),
    trial=words,
    answers=given_answers,
    language=st.sampled_from(["nl", "en"]),
    conversation=st.none() | words,
    created_at=st.timedeltas(timedelta(0), timedelta(hours=48)).map(lambda age: NOW - age),
)


@given(handovers)
@settings(max_examples=50)
def test_what_is_sealed_is_what_is_opened(sent: Handover) -> None:
    token = make_token(KEYS, sent)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
    assert read_token(KEYS, token, 48, NOW) == sent


@given(st.data())
@settings(max_examples=50)
def test_a_token_changed_anywhere_is_refused(data: st.DataObject) -> None:
    token = make_token(KEYS, handover())
    # The last character may hold unused bits only.
    place = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.sampled_from("abcXYZ019-_é").filter(lambda character: character != token[place]))
    with pytest.raises(HandoverInvalid):
        read_token(KEYS, token[:place] + other + token[place + 1 :], 48, NOW)


@pytest.mark.parametrize("junk", ["", "x", "====", "gAAAAA", "é", "a" * 5000, "<script>", "../../etc/passwd"])
def test_junk_is_refused(junk: str) -> None:
    with pytest.raises(HandoverInvalid):
        read_token(KEYS, junk, 48, NOW)


def test_a_token_expires() -> None:
    token = make_token(KEYS, handover())
    assert read_token(KEYS, token, 48, NOW + timedelta(hours=48))
    with pytest.raises(HandoverExpired):
        read_token(KEYS, token, 48, NOW + timedelta(hours=48, seconds=1))


def test_a_token_from_the_future_is_refused() -> None:
    token = make_token(KEYS, handover(created_at=NOW + timedelta(hours=1)))
    with pytest.raises(HandoverInvalid):
        read_token(KEYS, token, 48, NOW)


def test_a_token_made_with_an_older_key_still_opens_until_that_key_is_gone() -> None:
    sent = handover()
    token = make_token(KEYS, sent)
    new = generate_key()
    assert read_token([new, *KEYS], token, 48, NOW) == sent
    with pytest.raises(HandoverInvalid):
        read_token([new], token, 48, NOW)


def test_the_answers_cannot_be_read_from_the_token() -> None:
    assert "eigen" not in make_token(KEYS, handover())


def test_very_long_words_are_cut_so_that_the_token_fits_in_an_address() -> None:
    wordy = answers()
    for place, answer in enumerate(wordy.values()):
        answer["words"] = "".join(chr(0x4E00 + (i * 7919 + place * 104729) % 20000) for i in range(2000))
    token = make_token(KEYS, handover(answers=wordy))
    assert len(token) <= MAX_TOKEN_LENGTH
    opened = read_token(KEYS, token, 48, NOW)
    for criterion, answer in opened.answers.items():
        assert answer["outcome"] == wordy[criterion]["outcome"]
        assert wordy[criterion]["words"].startswith(answer["words"])


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        make_token(KEYS, handover(created_at=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize(("language", "form"), [("nl", "/aanmelden/"), ("en", "/en/sign-up/"), ("de", "/en/sign-up/")])
def test_the_link_leads_to_the_form_in_the_language_or_what_stands_in_for_it(language: str, form: str) -> None:
    link = intake_link("https://example.org", KEYS, "ram-ms", answers(), language, None, NOW)
    assert link.startswith(f"https://example.org{form}")
