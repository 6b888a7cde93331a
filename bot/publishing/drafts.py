"""The life of a draft: its states, who may do what in which, and how many people must approve. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bot.knowledge.fixed_texts import needs_two
from bot.knowledge.schema import Text
from bot.knowledge.store_format import Piece


class State(str, Enum):
    """Where a draft is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    TRAINING = "training"
    PUBLISHED = "published"
    REJECTED = "rejected"
    DISCARDED = "discarded"


class Action(str, Enum):
    """What can be done to a draft."""

    SAVE = "save"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    TAKE_BACK = "take_back"
    SCHEDULE = "schedule"
    TRAIN = "train"
    PUBLISH = "publish"
    HOLD = "hold"
    DISCARD = "discard"


OPEN = frozenset(State) - {State.PUBLISHED, State.DISCARDED}

# From which states an action is possible, and where it leads. Whoever changes a text that was approved asks again.
TRANSITIONS: Mapping[Action, tuple[frozenset[State], State]] = {
    Action.SAVE: (OPEN - {State.TRAINING}, State.DRAFT),
    Action.SUBMIT: (frozenset({State.DRAFT, State.REJECTED}), State.IN_REVIEW),
    Action.APPROVE: (frozenset({State.IN_REVIEW}), State.APPROVED),
    Action.REJECT: (frozenset({State.IN_REVIEW, State.APPROVED, State.SCHEDULED}), State.REJECTED),
    Action.TAKE_BACK: (frozenset({State.IN_REVIEW, State.APPROVED, State.SCHEDULED}), State.DRAFT),
    Action.SCHEDULE: (frozenset({State.APPROVED, State.SCHEDULED}), State.SCHEDULED),
    Action.TRAIN: (frozenset({State.APPROVED, State.SCHEDULED}), State.TRAINING),
    Action.PUBLISH: (frozenset({State.APPROVED, State.SCHEDULED, State.TRAINING}), State.PUBLISHED),
    Action.HOLD: (frozenset({State.SCHEDULED, State.TRAINING, State.APPROVED}), State.APPROVED),
    Action.DISCARD: (OPEN - {State.TRAINING}, State.DISCARDED),
}


class NotPossible(Exception):
    """An action cannot be done. `reason` is a key of the texts of the desk, the message is for the log.

    Reasons: `state` (not in this state), `own` (nobody approves a text of their own), `approved_already`.
    """

    def __init__(self, reason: str, message: str) -> None:
        """Keep the reason apart from the words."""
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Seen:
    """What an editor started from: the published version (None when none) and the edit of the draft (0 when none)."""

    version: int | None = None
    edit: int = 0


@dataclass(frozen=True)
class Approval:
    """Somebody's agreement with exactly the text as it is now."""

    who: str
    at: datetime


@dataclass(frozen=True)
class Draft:
    """A piece as it may become.

    Attributes:
        id: number of the draft.
        kind: kind of the piece.
        name: id of the piece.
        piece: the piece as it must become.
        base_version: the published version it was made from; None for a piece that is new.
        edit: goes up by one with every save; whoever saves names the one they started from.
        state: where it is.
        authors: everybody who saved it, in order.
        approvals: of the text as it is now.
        note: why, in the words of the last who gave any.
        publish_at: when it goes live by itself.
        problem: why it was held or rejected, in words for staff.
        job: the training that decides on it.
        updated_at: the last change.
    """

    id: int
    kind: str
    name: str
    piece: Piece
    base_version: int | None
    edit: int
    state: State
    authors: tuple[str, ...]
    approvals: tuple[Approval, ...]
    note: str | None
    publish_at: datetime | None
    problem: str | None
    job: int | None
    updated_at: datetime

    @property
    def seen(self) -> Seen:
        """What somebody who goes on with this draft starts from."""
        return Seen(self.base_version, self.edit)


def after(action: Action, state: State) -> State:
    """The state an action leads to.

    Raises:
        NotPossible: when the action cannot be done in this state.
    """
    possible, to = TRANSITIONS[action]
    if state not in possible:
        raise NotPossible("state", f"{action.value} is not possible for a draft that is {state.value}")
    return to


def after_approval(draft: Draft, who: str, needed: int) -> State:
    """The state after one more approval, by `who`.

    Raises:
        NotPossible: when they wrote some of it themselves, approved it already, or it is not in review.
    """
    to = after(Action.APPROVE, draft.state)
    if who in draft.authors:
        raise NotPossible("own", "nobody approves a text they worked on themselves")
    if who in approvers(draft.approvals):
        raise NotPossible("approved_already", "this person approved it already")
    return to if len(draft.approvals) + 1 >= needed else draft.state


def approvers(approvals: Sequence[Approval]) -> tuple[str, ...]:
    """The names of those who approved."""
    return tuple(approval.who for approval in approvals)


def approvals_needed(piece: Piece, second_person: bool) -> int:
    """How many people beside the authors must approve a piece.

    What is said about safety, or asks who may take part, never goes out on one person's word.
    """
    weighty = isinstance(piece, Text) and needs_two(piece.id)
    return 1 if second_person or weighty else 0
