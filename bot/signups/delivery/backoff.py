"""When to try again: exponential back-off with jitter, and never sooner than the target asks. Pure."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from tenacity import RetryCallState, wait_exponential

FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=6)
# A target that asks for more than a day is misconfigured; the desk shows that it fails.
LONGEST_ASKED = timedelta(hours=24)
# Each pause is shortened by up to half, so that deliveries that failed together do not come back together.
LEAST_PART = 0.5

_schedule = wait_exponential(multiplier=FIRST.total_seconds(), max=LONGEST.total_seconds())


def pause(attempts: int, asked: timedelta | None = None, part: float | None = None) -> timedelta:
    """How long to wait after a failure.

    Args:
        attempts: how many attempts have failed, at least one.
        asked: what the target asked for in `Retry-After`.
        part: which part of the full pause to take, from `LEAST_PART` to 1; drawn by chance when absent.
    """
    nothing: Any = None
    state = RetryCallState(nothing, nothing, (), {})
    state.attempt_number = attempts
    full = timedelta(seconds=_schedule(state))
    drawn = random.uniform(LEAST_PART, 1.0) if part is None else part  # noqa: S311  # spreads load, guards nothing
    return max(full * drawn, min(asked or timedelta(0), LONGEST_ASKED))


def asked_pause(header: str | None, now: datetime) -> timedelta | None:
    """What a `Retry-After` header asks for: seconds or a date; None when it says nothing that can be read."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), LONGEST_ASKED.total_seconds()))
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if until.tzinfo is None:
        return None
    return max(timedelta(0), until - now)
