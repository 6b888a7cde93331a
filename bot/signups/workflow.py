"""The way a sign-up goes at the desk, from new to included, as a table. Pure: no database, no Flask."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

UNDO_WITHIN = timedelta(minutes=10)


class State(str, Enum):
    """Where a sign-up stands."""

    NEW = "new"
    CALLED = "called"
    RECORDS_REQUESTED = "records_requested"
    RECORDS_REVIEWED = "records_reviewed"
    INVITED = "invited"
    EXAMINED = "examined"
    INCLUDED = "included"
    INELIGIBLE = "ineligible"
    WITHDRAWN = "withdrawn"
    SECOND_LINE_ADVISED = "second_line_advised"


class Asks(str, Enum):
    """What a transition wants to know or have before it may happen."""

    REASON = "reason"
    DATE = "date"
    RECORDS_CONSENT = "records_consent"


MAIN_LINE = (
    State.NEW,
    State.CALLED,
    State.RECORDS_REQUESTED,
    State.RECORDS_REVIEWED,
    State.INVITED,
    State.EXAMINED,
    State.INCLUDED,
)
FINAL = frozenset({State.INCLUDED, State.INELIGIBLE, State.WITHDRAWN, State.SECOND_LINE_ADVISED})
OPEN = tuple(state for state in State if state not in FINAL)


@dataclass(frozen=True)
class Transition:
    """One step a sign-up can take, and what the step asks for."""

    source: State
    target: State
    asks: tuple[Asks, ...] = ()


class NotAllowed(Exception):
    """The workflow has no such step from here."""

    def __init__(self, source: State, target: State | None = None) -> None:
        self.source, self.target = source, target
        super().__init__(f"no step from {source.value} to {target.value}" if target else f"{source.value} is final")


class Missing(Exception):
    """The step exists, but something it asks for was not given."""

    def __init__(self, missing: tuple[Asks, ...]) -> None:
        self.missing = missing
        super().__init__("missing: " + ", ".join(ask.value for ask in missing))


# Records may only be requested from the neurologist with the patient's separate consent; an invitation and an
# examination happen on a day; whoever is turned away has a right to the reason.
_ASKED_BY_TARGET: Mapping[State, tuple[Asks, ...]] = {
    State.RECORDS_REQUESTED: (Asks.RECORDS_CONSENT,),
    State.INVITED: (Asks.DATE,),
    State.EXAMINED: (Asks.DATE,),
    State.INELIGIBLE: (Asks.REASON,),
}
_WAYS_OUT = (State.INELIGIBLE, State.SECOND_LINE_ADVISED, State.WITHDRAWN)


def _table() -> dict[tuple[State, State], Transition]:
    steps = list(itertools.pairwise(MAIN_LINE))
    steps += [(source, target) for source in OPEN for target in _WAYS_OUT]
    return {(a, b): Transition(a, b, _ASKED_BY_TARGET.get(b, ())) for a, b in steps}


TRANSITIONS: Mapping[tuple[State, State], Transition] = _table()


def allowed(state: State) -> tuple[Transition, ...]:
    """The steps possible from a state, the next on the main line first. Empty for a final state."""
    return tuple(step for (source, _), step in TRANSITIONS.items() if source is state)


def next_step(state: State) -> Transition | None:
    """The step on the main line, or None from a final state."""
    return next((step for step in allowed(state) if step.target in MAIN_LINE), None)


def check(
    state: State, target: State, *, reason: str = "", on: date | None = None, records_consent: bool = False
) -> Transition:
    """Decide whether a sign-up may go to another state with what was given.

    Returns:
        The transition.

    Raises:
        NotAllowed: when the workflow has no such step.
        Missing: when the step asks for something that was not given; names all of it.
    """
    step = TRANSITIONS.get((state, target))
    if step is None:
        raise NotAllowed(state, target)
    given = {Asks.REASON: bool(reason.strip()), Asks.DATE: on is not None, Asks.RECORDS_CONSENT: records_consent}
    missing = tuple(ask for ask in step.asks if not given[ask])
    if missing:
        raise Missing(missing)
    return step


def may_undo(taken_at: datetime, now: datetime) -> bool:
    """Whether a step can still be undone: a slip of the hand is repaired at once or not at all."""
    return timedelta(0) <= now - taken_at <= UNDO_WITHIN
