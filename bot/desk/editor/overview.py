"""The editor's start: what is due, and all topics by subject with their state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from bot.database import session_scope
from bot.desk import texts
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.knowledge import store
from bot.knowledge.schema import Content, Topic
from bot.knowledge.text import fold
from bot.publishing import editing
from bot.publishing.drafts import Draft
from bot.publishing.dues import Due, Kind, dues

blueprint = Blueprint("overview", __name__)
OFF_AIR, RETIRED, PUBLISHED = "off_air", "retired", "published"
# What counts as a state for the filter, beside those of drafts.
_MOST_TYPED = 100


@dataclass(frozen=True)
class Line:
    """A topic in the list."""

    topic: Topic
    state: str
    owner: str
    draft: int | None
    overdue: bool


@blueprint.get("/antwoorden")
@needs(Permission.CONTENT)
def show() -> ResponseReturnValue:
    """All topics, those that fit a search, or those in one state."""
    wanted, state = request.args.get("zoek", "").strip()[:_MOST_TYPED], request.args.get("stand", "")
    today = now().date()
    with session_scope(parts().engine) as database:
        content = store.published(database)
        open_drafts = editing.drafts(database)
        owners = store.active_authors(database, "topic")
    lines = _lines(content, open_drafts, owners, today)
    shown = [line for line in lines if _fits(line, wanted) and state in {"", line.state}]
    known = {subject.id: subject.title["nl"] for subject in content.subjects}
    groups = [
        (known.get(name, name), [line for line in shown if line.topic.subject == name])
        for name in dict.fromkeys((*known, *(line.topic.subject for line in shown)))
    ]
    due = dues(content, open_drafts, today)
    return render_template(
        "editor/overview.html",
        groups=[(title, found) for title, found in groups if found],
        count=len(shown),
        due=[(kind, [one for one in due if one.kind is kind]) for kind in Kind],
        titles={line.topic.id: line.topic.question.get("nl") or line.topic.id for line in lines},
        addressed=_addressed,
        zoek=wanted,
        stand=state,
        states=sorted({line.state for line in lines}, key=list(texts.group("editor_states")).index),
    )


def _addressed(due: Due) -> tuple[str, dict[str, str | int]]:
    """Where to go to do what is due: endpoint and values."""
    if due.draft is not None and due.kind is not Kind.UNFINISHED:
        return "review.show", {"draft_id": due.draft}
    if due.piece == "topic" and due.kind is not Kind.OFF_AIR:
        return "topic.show", {"topic_id": due.name}
    if due.draft is not None:
        return "review.show", {"draft_id": due.draft}
    return "air.show", {"topic_id": due.name}


def _lines(content: Content, drafts: list[Draft], owners: Mapping[str, str], today: date) -> list[Line]:
    by_name = {one.name: one for one in drafts if one.kind == "topic"}
    found = []
    topics = {**content.topics, **{name: one.piece for name, one in by_name.items() if name not in content.topics}}
    for name, topic in topics.items():
        assert isinstance(topic, Topic)
        draft = by_name.get(name)
        notice = content.notices.get(name)
        state = RETIRED if notice and notice.retires else OFF_AIR if notice else PUBLISHED
        if draft is not None and state == PUBLISHED:
            state = draft.state.value
        owner = draft.authors[-1] if draft and draft.authors else owners.get(name, "")
        shown = draft.piece if draft is not None else topic
        assert isinstance(shown, Topic)
        overdue = name in content.topics and topic.review_by < today
        found.append(Line(shown, state, owner, draft.id if draft else None, overdue))
    return found


def _fits(line: Line, wanted: str) -> bool:
    topic = line.topic
    everything = (topic.id, *topic.question.values(), *topic.answer.values(), *topic.questions.get("nl", ()))
    where = fold(" ".join(everything))
    return all(word in where for word in fold(wanted).split())
