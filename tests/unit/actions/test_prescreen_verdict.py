"""The verdict that the action server sends, with the recruitment switch in each position."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import trial as current
from actions.prescreen_state import STOPPED, stored
from actions.prescreen_verdict import ActionPrescreenVerdict
from bot import settings
from bot.eligibility.criteria import Outcome
from bot.signups.encryption import generate_key
from bot.signups.handover import read_token

TRIAL = settings.ROOT / "data" / "trials" / "ram-ms.yml"


@pytest.fixture
def switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Puts the recruitment switch in a position, in a copy of the trial file."""

    def put(status: str) -> None:
        copy = tmp_path / "trial.yml"
        text = TRIAL.read_text(encoding="utf-8")
        assert "\n  status: open\n" in text
        copy.write_text(text.replace("\n  status: open\n", f"\n  status: {status}\n"), encoding="utf-8")
        monkeypatch.setenv("STAMCELWIJZER_TRIAL_FILE", str(copy))
        monkeypatch.setenv("STAMCELWIJZER_KEYS", generate_key())
        monkeypatch.setenv("STAMCELWIJZER_VAR", str(tmp_path))
        current.current_study.cache_clear()

    yield put
    current.current_study.cache_clear()


def sent(slots: dict[str, Any]) -> list[dict[str, Any]]:
    """What the action sends for these slots."""
    dispatcher = CollectingDispatcher()
    tracker = Tracker("someone", slots, {}, [], False, None, {}, "action_listen")
    asyncio.run(ActionPrescreenVerdict().run(dispatcher, tracker, {}))
    return dispatcher.messages


def all_met() -> dict[str, Any]:
    slots = {}
    for criterion in current.current_trial().criteria:
        met = next(option for option in criterion.options if option.outcome is Outcome.MET)
        slots[criterion.id] = stored(met.id, met.outcome, "ja")
    return slots


@pytest.mark.parametrize("status", ["open", "waiting_list"])
def test_an_open_study_or_a_waiting_list_takes_sign_ups(switch: Any, status: str) -> None:
    switch(status)
    message = sent(all_met())[0]
    assert message["response"] == "utter_verdict_may_take_part"
    url = message["custom"]["intake_url"]
    handover = read_token(settings.load().keys, url.rsplit("/", 1)[-1], 1, datetime.now(UTC))
    assert set(handover.answers) == set(current.current_trial().criterion_ids)


def test_a_closed_study_explains_and_takes_no_sign_ups(switch: Any) -> None:
    switch("closed")
    message = sent(all_met())[0]
    assert message["response"] == "utter_verdict_may_take_part_closed"
    assert message["custom"]["intake_url"] is None
    assert message["custom"]["verdict"] == "may_take_part"


def test_who_cannot_take_part_gets_no_link_but_a_way_on(switch: Any) -> None:
    switch("open")
    slots = {**all_met(), "second_line": stored("yes", Outcome.NOT_MET, "ocrevus vorig jaar")}
    shown = sent(slots)[0]["custom"]
    assert shown["intake_url"] is None
    row = next(row for row in shown["details"] if row["criterion"] == "second_line")
    assert row["words"] == "ocrevus vorig jaar"
    assert "2022" in row["way_on"]
    assert row["source"]["publisher"]


def test_two_links_are_two_hand_overs(switch: Any) -> None:
    switch("open")
    first, second = (sent(all_met())[0]["custom"]["intake_url"] for _ in range(2))
    assert first != second


def test_stopping_tells_no_verdict(switch: Any) -> None:
    switch("open")
    assert [message["response"] for message in sent({**all_met(), STOPPED: True})] == ["utter_prescreen_stopped"]
