"""What a delivery is and where it stands. Plain data, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

# Longer than a target's restart, shorter than a nurse's patience.
STUCK_AFTER = timedelta(minutes=30)


class Kind(str, Enum):
    """What happened to the sign-up."""

    SUBMITTED = "submitted"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


EVERY_KIND = frozenset(Kind)


class DeliveryState(str, Enum):
    """Where a delivery stands.

    `superseded`: a later delivery tells the same target the same and more. `cancelled`: there is nothing left to tell.
    """

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    DEAD = "dead"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


UNFINISHED = (DeliveryState.WAITING, DeliveryState.SENDING)


class Problem(str, Enum):
    """Why an attempt failed."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    GARBLED = "garbled"
    TOO_LARGE = "too_large"
    REDIRECTED = "redirected"
    TOO_BUSY = "too_busy"
    SERVER_ERROR = "server_error"
    CONFLICT = "conflict"
    NOT_ALLOWED = "not_allowed"
    REFUSED = "refused"
    # The worker died, or the record cannot be put into the target's form.
    LOST = "lost"
    UNRENDERABLE = "unrenderable"
    # Of this program or its set-up, for example a trial file that cannot be read.
    FAULT = "fault"


class NothingToTell(Exception):
    """There is nothing in a sign-up that this target may or need be told."""


@dataclass(frozen=True)
class Delivery:
    """A delivery as others see it: no personal data.

    Attributes:
        key: goes along with every attempt as `Idempotency-Key`.
        at: when the change happened that is delivered.
        due_at: when the next attempt is made.
        problem: what went wrong the last time, or None.
        status: HTTP status of the last answer, or None.
    """

    id: int
    key: str
    target: str
    signup_id: int
    kind: Kind
    state: DeliveryState
    attempts: int
    at: datetime
    due_at: datetime
    finished_at: datetime | None
    problem: Problem | None
    status: int | None
