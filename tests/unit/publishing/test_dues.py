"""What waits for somebody, the most pressing first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.knowledge.schema import Notice, Source
from bot.publishing import editing
from bot.publishing.drafts import Seen
from bot.publishing.dues import SOON, Due, Kind, dues
from tests.unit.knowledge.builders import content, topic
from tests.unit.publishing.times import NOW

TODAY = date(2026, 11, 20)


def test_nothing_is_due_in_content_that_is_up_to_date() -> None:
    assert dues(content(), [], TODAY) == []


def test_reviews_are_due_from_the_day_after_and_announced_before() -> None:
    day = topic("study_aim").review_by
    others = [topic(name, review_by=day + timedelta(days=900)) for name in ("study_groups", "study_where")]
    shown = content(*others)
    assert dues(shown, [], day - SOON - timedelta(days=1)) == []
    assert dues(shown, [], day) == [Due(Kind.SOON, "topic", "study_aim", day)]
    assert dues(shown, [], day + timedelta(days=1)) == [Due(Kind.OVERDUE, "topic", "study_aim", day)]


def test_topics_that_rest_on_a_superseded_source_are_due() -> None:
    newer = Source("ram-ms-qa-2", "Nieuwe vragen", "Een ziekenhuis", "2026-01-01", None, "qa.txt")
    older = replace(content().sources["ram-ms-qa"], superseded_by=newer.id)
    found = dues(content(sources={older.id: older, newer.id: newer}), [], TODAY)
    assert [(one.kind, one.name, one.about) for one in found] == [
        (Kind.SUPERSEDED, name, newer.id) for name in ("study_aim", "study_groups", "study_where")
    ]


def test_topics_off_air_are_due_and_retired_ones_are_not() -> None:
    notices = {
        "study_aim": Notice("study_aim", {"nl": "Wij kijken dit na."}),
        "study_gone": Notice("study_gone", {"nl": "Dit is er niet meer."}, retires=True),
    }
    assert [(one.kind, one.name) for one in dues(content(notices=notices), [], TODAY)] == [(Kind.OFF_AIR, "study_aim")]


def test_drafts_are_due_by_what_they_wait_for(session: Session) -> None:
    def saved(name: str) -> int:
        return editing.save(session, topic(name, short={"nl": "Anders."}), Seen(1), "anna", NOW).id

    unfinished, waiting, rejected = saved("study_aim"), saved("study_groups"), saved("study_where")
    for number in (waiting, rejected):
        editing.submit(session, number, "anna", NOW, needed=1)
    editing.reject(session, rejected, "bert", NOW, "te kort")
    found = dues(content(), editing.drafts(session), TODAY)
    assert [(one.kind, one.draft, one.about) for one in found] == [
        (Kind.IN_REVIEW, waiting, None),
        (Kind.REJECTED, rejected, "te kort"),
        (Kind.UNFINISHED, unfinished, None),
    ]
