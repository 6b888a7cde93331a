"""Every action is counted with its outcome and timed; one that fails still tells Rasa so."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.counting import counted


def told(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"stamcelwijzer_{name}", labels)


def runs(action: str) -> tuple[float | None, ...]:
    """How often it was done, how often it failed, and how often it was timed."""
    counts = [told("actions_total", action=action, outcome=outcome) for outcome in ("done", "failed")]
    return (*counts, told("action_seconds_count", action=action))


def an_action(outcome: Exception | None) -> Action:
    own_name = f"action_{uuid4().hex}"

    class Some(Action):
        def name(self) -> str:
            return own_name

        async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
            if outcome:
                raise outcome
            dispatcher.utter_message(text="hello")
            return [{"event": "restart"}]

    return counted(Some)()


def test_one_that_works() -> None:
    action, dispatcher = an_action(None), CollectingDispatcher()
    assert runs(action.name())[:2] == (0, 0)
    assert asyncio.run(action.run(dispatcher, None, {})) == [{"event": "restart"}]
    assert dispatcher.messages[0]["text"] == "hello"
    assert runs(action.name()) == (1, 0, 1)


@pytest.mark.parametrize(
    ("error", "found"), [(ValueError("no"), (0, 1, 1)), (ActionExecutionRejection("it", "not for it"), (1, 0, 1))]
)
def test_one_that_raises(error: Exception, found: tuple[float, ...]) -> None:
    action = an_action(error)
    with pytest.raises(type(error)):
        asyncio.run(action.run(CollectingDispatcher(), None, {}))
    assert runs(action.name()) == found


def test_every_action_of_the_project_is_counted() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    own = [name for name, run in executor.actions.items() if type(run.__self__).__module__.startswith("actions.")]
    assert len(own) >= 7
    assert [name for name in own if told("actions_total", action=name, outcome="failed") is None] == []
