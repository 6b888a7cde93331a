"""Counts and times what the action server runs, by the name of the action."""

from __future__ import annotations

import time
from functools import wraps
from typing import Any, TypeVar

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection
from rasa_sdk.types import DomainDict

from bot.watching.metrics import ACTION_SECONDS, ACTIONS, DONE, FAILED

Kind = TypeVar("Kind", bound=type[Action])


def counted(kind: Kind) -> Kind:
    """Decorates an action class: every run is counted with its outcome, and timed."""
    name = kind().name()
    run = kind.run
    # Alerts look at these: the first failure must be seen as a rise.
    for outcome in (DONE, FAILED):
        ACTIONS.labels(name, outcome)
    ACTION_SECONDS.labels(name)

    # Written out: Rasa looks at the number of arguments.
    @wraps(run)
    async def counting(self: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Any:
        began = time.perf_counter()
        outcome = FAILED
        try:
            events = await run(self, dispatcher, tracker, domain)
            outcome = DONE
            return events
        except ActionExecutionRejection:
            # How an action tells Rasa that it is not for it.
            outcome = DONE
            raise
        finally:
            ACTIONS.labels(name, outcome).inc()
            ACTION_SECONDS.labels(name).observe(time.perf_counter() - began)

    kind.run = counting
    return kind
