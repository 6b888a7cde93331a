"""Conversation tokens cannot be guessed, invented or read from a database."""

from __future__ import annotations

import pytest

from bot.patient.tokens import ConversationTokens
from bot.signups.encryption import KeyRing, generate_key

KEYS = [generate_key(), generate_key()]


def test_an_issued_token_is_recognised() -> None:
    tokens = ConversationTokens(KeyRing(KEYS))
    conversation = tokens.issue()
    assert tokens.recognise(conversation.token) == conversation
    assert conversation.sender not in conversation.token
    assert len(conversation.token.split(".")[0]) * 6 >= 128


def test_two_conversations_differ() -> None:
    tokens = ConversationTokens(KeyRing(KEYS))
    assert len({tokens.issue().token for _ in range(50)}) == 50


@pytest.mark.parametrize("token", [None, "", "x", "a" * 32 + "." + "0" * 32, "é" * 65, "a" * 10_000])
def test_an_invented_token_is_not(token: str | None) -> None:
    assert ConversationTokens(KeyRing(KEYS)).recognise(token) is None


def test_a_changed_token_is_not() -> None:
    tokens = ConversationTokens(KeyRing(KEYS))
    token = tokens.issue().token
    for place in (0, 20, 40, len(token) - 1):
        changed = token[:place] + ("b" if token[place] != "b" else "c") + token[place + 1 :]
        assert tokens.recognise(changed) is None


def test_a_new_key_changes_nothing_for_conversations_under_way() -> None:
    old = ConversationTokens(KeyRing(KEYS[1:])).issue()
    assert ConversationTokens(KeyRing(KEYS)).recognise(old.token) == old


def test_a_token_under_a_lost_key_is_not_recognised() -> None:
    old = ConversationTokens(KeyRing(KEYS[:1])).issue()
    assert ConversationTokens(KeyRing(KEYS[1:])).recognise(old.token) is None
