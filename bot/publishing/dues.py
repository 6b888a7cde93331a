"""What is due: answers to look at again, sources that were superseded, drafts that wait, topics off air. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from bot.knowledge.schema import Content
from bot.publishing.drafts import Draft, State

SOON = timedelta(days=60)


class Kind(str, Enum):
    """What somebody must do, the most pressing first."""

    OVERDUE = "overdue"
    OFF_AIR = "off_air"
    SUPERSEDED = "superseded"
    HELD = "held"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"
    APPROVED = "approved"
    SOON = "soon"
    UNFINISHED = "unfinished"


@dataclass(frozen=True)
class Due:
    """Something that waits for somebody.

    Attributes:
        kind: what must be done.
        piece: kind of the piece: `topic`, `source`, `text`, ...
        name: id of the piece.
        since: the day from which it is due (of `soon`: on which it will be); None when not known.
        about: more: the id of the newer source, the problem of a draft that was held or rejected; else None.
        draft: number of the draft, if it is about one.
    """

    kind: Kind
    piece: str
    name: str
    since: date | None
    about: str | None = None
    draft: int | None = None


_OF_STATES: Mapping[State, Kind] = {
    State.DRAFT: Kind.UNFINISHED,
    State.IN_REVIEW: Kind.IN_REVIEW,
    State.REJECTED: Kind.REJECTED,
    State.APPROVED: Kind.APPROVED,
}


def dues(content: Content, drafts: Iterable[Draft], today: date) -> list[Due]:
    """Everything that is due, the most pressing first and within that the longest waiting.

    Args:
        content: what is published.
        drafts: those that are open.
        today: the day.
    """
    found = [*_reviews(content, today), *_superseded(content), *_off_air(content), *map(_of_draft, drafts)]
    order = list(Kind)
    kept = [one for one in found if one is not None]
    return sorted(kept, key=lambda one: (order.index(one.kind), one.since or date.max, one.name))


def _reviews(content: Content, today: date) -> Iterable[Due]:
    for topic in content.topics.values():
        if topic.review_by < today:
            yield Due(Kind.OVERDUE, "topic", topic.id, topic.review_by)
        elif topic.review_by <= today + SOON:
            yield Due(Kind.SOON, "topic", topic.id, topic.review_by)


def _superseded(content: Content) -> Iterable[Due]:
    """Topics that rest on a passage of a source that a newer one replaced."""
    for topic in content.topics.values():
        sources = {content.passages[name].source for name in topic.passages if name in content.passages}
        for source in sorted(sources):
            newer = content.sources[source].superseded_by if source in content.sources else None
            if newer:
                yield Due(Kind.SUPERSEDED, "topic", topic.id, None, newer)


def _off_air(content: Content) -> Iterable[Due]:
    for notice in content.notices.values():
        if not notice.retires:
            yield Due(Kind.OFF_AIR, "topic", notice.topic, None)


def _of_draft(draft: Draft) -> Due | None:
    kind = Kind.HELD if draft.state is State.APPROVED and draft.problem else _OF_STATES.get(draft.state)
    if kind is None:
        return None
    return Due(kind, draft.kind, draft.name, draft.updated_at.date(), draft.problem, draft.id)
