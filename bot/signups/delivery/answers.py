"""What a target's answer means for a delivery: done, try again, or give up. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from bot.signups.delivery.states import DeliveryState, Problem
from bot.signups.delivery.transport import Answer


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended.

    Attributes:
        state: `delivered`, `waiting` for another attempt, or `dead`.
    """

    state: DeliveryState
    problem: Problem | None = None


DONE = Outcome(DeliveryState.DELIVERED)
_BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_WHO_ARE_YOU = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


def again(problem: Problem) -> Outcome:
    """Another attempt may succeed."""
    return Outcome(DeliveryState.WAITING, problem)


def give_up(problem: Problem) -> Outcome:
    """The same attempt will fail again, until somebody changes something."""
    return Outcome(DeliveryState.DEAD, problem)


def meaning(answer: Answer) -> Outcome:
    """What a status means for any target; a target that knows more looks first."""
    status = answer.status
    if 200 <= status < 300:
        return DONE
    if 300 <= status < 400:
        # Often the login or maintenance page of something in between.
        return again(Problem.REDIRECTED)
    if status in _BUSY:
        return again(Problem.TOO_BUSY)
    if status in _WHO_ARE_YOU:
        return give_up(Problem.NOT_ALLOWED)
    if 400 <= status < 500:
        return give_up(Problem.REFUSED)
    return again(Problem.SERVER_ERROR if 500 <= status < 600 else Problem.GARBLED)
