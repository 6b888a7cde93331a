"""Each process is killed between two messages of a pre-screen; the conversation goes on where it was."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.running import Stack


def say(stack: Stack, message: str, conversation: str = "") -> dict[str, Any]:
    body = {"message": message, "conversation": conversation, "language": "nl"}
    reply = requests.post(f"{stack.site}/api/chat", json=body, timeout=60)
    reply.raise_for_status()
    return dict(reply.json())


def asked(reply: dict[str, Any]) -> list[str]:
    return [message["asks"] for message in reply["messages"] if message["asks"]]


@pytest.mark.parametrize("name", ["chat", "models", "actions", "site", "desk", "worker"])
def test_a_pre_screen_goes_on_after_a_process_was_killed(stack: Stack, name: str) -> None:
    first = say(stack, "/start_prescreen")
    assert asked(first)[-1:] == ["ms_type"]
    stack.wait_until_back(name, stack.kill(name))
    second = say(stack, '/answer{"ms_type": "rrms"}', first["conversation"])
    assert asked(second)[-1:] == ["medication"]


def test_no_log_holds_what_a_person_wrote(stack: Stack) -> None:
    first = say(stack, "Ik ben mevrouw Kwartelslag en ik heb een vraag over de studie")
    say(stack, "/start_prescreen", first["conversation"])
    say(stack, "rrms, zei dokter Kwartelslag", first["conversation"])
    logs = [stack.output, *(stack.settings.var / "log").glob("*")]
    assert len(logs) > 1
    for log in logs:
        assert "kwartelslag" not in log.read_text(encoding="utf-8", errors="replace").lower()
