"""What the editor's views share: who works, what was seen, and what became of a request to publish."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user  # type: ignore[import-untyped]
from sqlalchemy.orm import Session

from bot.desk import texts, wording
from bot.desk.parts import parts
from bot.knowledge.schema import Topic
from bot.knowledge.store_format import Piece
from bot.publishing import editing
from bot.publishing.drafts import Draft, Seen, approvals_needed
from bot.publishing.publication import Outcome

LONGEST = 20_000


def who() -> str:
    """The name of the member of staff who makes this request."""
    return str(current_user.account.name)


def needed(piece: Piece) -> int:
    """How many people beside the authors must approve a piece."""
    return approvals_needed(piece, parts().settings.review_by_second)


def say(name: str, **values: object) -> str:
    """One of the editor's texts."""
    return texts.text("editor", name, **values)


def written(seen: Seen) -> str:
    """What an editor started from, for a hidden field: `3:2`, or `:0` for a piece that is new."""
    return f"{'' if seen.version is None else seen.version}:{seen.edit}"


def read_seen(value: str) -> Seen:
    """What `written` made this of; any other value ends the request."""
    version, _, edit = value.partition(":")
    if not edit.isdecimal() or not (version == "" or version.isdecimal()) or len(value) > 20:
        abort(400)
    return Seen(int(version) if version else None, int(edit))


def typed(name: str, longest: int = LONGEST) -> str:
    """A field of this request's form, with the line ends and edges of ordinary text."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()[:longest]


def related(session: Session, piece: Piece) -> list[Draft]:
    """The open drafts of passages and sources that a piece rests on: they go with it."""
    open_drafts = [one for one in editing.drafts(session) if one.kind in {"passage", "source"}]
    if not isinstance(piece, Topic):
        needs = {getattr(piece, "source", None), getattr(piece, "superseded_by", None)}
        return [one for one in open_drafts if one.kind == "source" and one.name in needs]
    passages = [one for one in open_drafts if one.kind == "passage" and one.name in piece.passages]
    sources = {getattr(one.piece, "source", None) for one in passages}
    return [*passages, *(one for one in open_drafts if one.kind == "source" and one.name in sources)]


def to_outcome(outcome: Outcome, draft_id: int) -> ResponseReturnValue:
    """Tell what became of a request to publish, and go where that can be followed."""
    if outcome.result == "training":
        return redirect(url_for("training.show", job_id=outcome.job), 303)
    if outcome.result == "scheduled":
        with_time = request.form.get("at", "")
        at = wording.at_hospital(with_time)
        flash(say("scheduled", at=wording.moment(at) if at else with_time))
    else:
        flash(say("outdated" if outcome.outdated else outcome.result))
    return redirect(url_for("review.show", draft_id=draft_id), 303)
