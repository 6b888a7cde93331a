"""Whether answers helped: stored per topic and revision of the content, with a masked reason where somebody agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.contact.tables import RatingRow
from bot.privacy.masking import mask

MOST_WORDS = 500


# Fewer ratings than this tell about the people who gave them, not about the answer.
LEAST_SHOWN = 5
MOST_REASONS = 20


@dataclass(frozen=True)
class TopicRating:
    """How often the answer to a topic helped, and how often it did not."""

    topic: str
    helped: int
    not_helped: int


@dataclass(frozen=True)
class VersionRating:
    """The same for one version of an answer; the numbers are None when there are too few to show."""

    version: int
    since: datetime
    helped: int | None
    not_helped: int | None


@dataclass(frozen=True)
class Reason:
    """Why an answer helped or not, in somebody's own words, masked and given with consent."""

    words: str
    helpful: bool


def rate(session: Session, topic: str, revision: int, helpful: bool, now: datetime) -> int:
    """Store one rating; gives its number, to add a reason to."""
    row = RatingRow(created_at=now, topic=topic, revision=revision, helpful=helpful)
    session.add(row)
    session.flush()
    return int(row.id)


def add_reason(session: Session, rating: int, words: str, now: datetime) -> None:
    """Add what somebody said about a rating, without numbers and addresses. Does nothing when the rating has gone."""
    row = session.get(RatingRow, rating)
    if row is not None:
        row.reason = mask(" ".join(words.split())[:MOST_WORDS], now.date()) or None


def by_topic(session: Session) -> list[TopicRating]:
    """All topics that were rated, the one that failed most often first."""
    failed = func.sum(case((RatingRow.helpful.is_(False), 1), else_=0))
    helped = func.sum(case((RatingRow.helpful.is_(True), 1), else_=0))
    query = select(RatingRow.topic, helped, failed).group_by(RatingRow.topic).order_by(failed.desc(), RatingRow.topic)
    return [TopicRating(topic, int(yes), int(no)) for topic, yes, no in session.execute(query)]


def by_version(session: Session, topic: str, versions: Sequence[tuple[int, datetime]]) -> list[VersionRating]:
    """How a topic's versions were rated, newest first; versions that nobody rated are left out.

    Args:
        session: an open session.
        topic: the topic.
        versions: number and moment of publication of each, newest first.
    """
    # All ratings of one revision are of the same version: that of the first of them.
    first, failed = func.min(RatingRow.created_at), func.sum(case((RatingRow.helpful.is_(False), 1), else_=0))
    query = select(first, func.count(), failed).where(RatingRow.topic == topic).group_by(RatingRow.revision)
    found: dict[int, tuple[int, int]] = {}
    for at, number, no in session.execute(query):
        rated = next((version for version, since in versions if since <= at), versions[-1][0] if versions else 1)
        before = found.get(rated, (0, 0))
        found[rated] = (before[0] + int(number - no), before[1] + int(no))
    told = []
    for version, since in versions:
        if version in found:
            yes, no = found[version]
            shown = yes + no >= LEAST_SHOWN
            told.append(VersionRating(version, since, yes if shown else None, no if shown else None))
    return told


def reasons(session: Session, topic: str) -> list[Reason]:
    """The newest reasons that people gave about a topic."""
    query = select(RatingRow).where(RatingRow.topic == topic, RatingRow.reason.is_not(None))
    rows = session.execute(query.order_by(RatingRow.created_at.desc()).limit(MOST_REASONS)).scalars()
    return [Reason(row.reason, row.helpful) for row in rows]
