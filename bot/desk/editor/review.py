"""One draft: what it changes, what the checks say, and the steps from review to publishing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk import drafts, texts, wording
from bot.desk.drafts import keeps_draft
from bot.desk.editor.common import needed, related, say, to_outcome, typed, who
from bot.desk.editor.words import field_name
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.knowledge import store
from bot.publishing import editing, publication, trail
from bot.publishing.candidate import judge, needs_training, with_pieces
from bot.publishing.compare import difference
from bot.publishing.drafts import OPEN, Action, Draft, NotPossible, State, after, after_approval
from bot.publishing.editing import NotFound

blueprint = Blueprint("review", __name__, url_prefix="/antwoorden/concept")
_MOST_NOTE = 1000


@blueprint.get("/<int:draft_id>")
@needs(Permission.CONTENT)
def show(draft_id: int) -> ResponseReturnValue:
    """The draft with everything somebody needs to judge it."""
    typed_before = drafts.typed_here()
    with session_scope(parts().engine) as database:
        return _page(database, _draft(database, draft_id), typed=typed_before)


@blueprint.post("/<int:draft_id>/voorleggen")
@needs(Permission.CONTENT)
def submit(draft_id: int) -> ResponseReturnValue:
    """Ask a second person to look, at this draft and what belongs to it."""
    note = typed("note", _MOST_NOTE) or None
    return _each(
        draft_id,
        Action.SUBMIT,
        lambda session, one: editing.submit(session, one.id, who(), now(), needed(one.piece), note),
    )


@blueprint.post("/<int:draft_id>/goedkeuren")
@needs(Permission.CONTENT)
def approve(draft_id: int) -> ResponseReturnValue:
    """Agree with the text as it is now."""
    note = typed("note", _MOST_NOTE) or None
    return _each(
        draft_id,
        Action.APPROVE,
        lambda session, one: editing.approve(session, one.id, who(), now(), needed(one.piece), note),
    )


@blueprint.post("/<int:draft_id>/terugsturen")
@needs(Permission.CONTENT)
@keeps_draft("review.show")
def reject(draft_id: int) -> ResponseReturnValue:
    """Send it back to its author with a reason."""
    reason = typed("reason", _MOST_NOTE)
    if not reason:
        with session_scope(parts().engine) as database:
            return _page(database, _draft(database, draft_id), problem=say("reason_missing"), status=400)
    drafts.forget(url_for("review.show", draft_id=draft_id))
    return _each(draft_id, Action.REJECT, lambda session, one: editing.reject(session, one.id, who(), now(), reason))


@blueprint.post("/<int:draft_id>/terughalen")
@needs(Permission.CONTENT)
def take_back(draft_id: int) -> ResponseReturnValue:
    """Out of review or off the schedule."""
    return _each(draft_id, Action.TAKE_BACK, lambda session, one: editing.take_back(session, one.id, who(), now()))


@blueprint.post("/<int:draft_id>/weggooien")
@needs(Permission.CONTENT)
def discard(draft_id: int) -> ResponseReturnValue:
    """Give up this draft only."""
    return _step(draft_id, lambda session: _told(editing.discard(session, draft_id, who(), now()), "discarded"))


@blueprint.post("/<int:draft_id>/bijwerken")
@needs(Permission.CONTENT)
def rebase(draft_id: int) -> ResponseReturnValue:
    """Bring what was published since into the draft."""

    def step(session: Session) -> str:
        _, merged = editing.rebase(session, draft_id, who(), now())
        fields = ", ".join(field_name(name) for name in merged.clashes)
        return say("rebased_clash", fields=fields) if fields else say("rebased")

    return _step(draft_id, step)


@blueprint.post("/<int:draft_id>/proefmodel")
@needs(Permission.CONTENT)
def try_out(draft_id: int) -> ResponseReturnValue:
    """Train on it without publishing."""
    with session_scope(parts().engine) as database:
        draft = _draft(database, draft_id)
        pieces = [draft.piece, *(one.piece for one in related(database, draft.piece))]
        job = publication.try_out(database, pieces, who(), now())
    flash(say("trying_started"))
    return redirect(url_for("training.show", job_id=job), 303)


@blueprint.post("/<int:draft_id>/publiceren")
@needs(Permission.CONTENT)
def publish(draft_id: int) -> ResponseReturnValue:
    """Put it live with what belongs to it and what was chosen to go with it, now or at a time."""
    at = None
    if request.form.get("when") == "later":
        at = wording.at_hospital(request.form.get("at", ""))
        if at is None or at <= now():
            with session_scope(parts().engine) as database:
                return _page(database, _draft(database, draft_id), problem=say("at_wrong"), status=400)
    chosen = [name.removeprefix("with-") for name in request.form if name.startswith("with-")]
    numbers = list(dict.fromkeys([draft_id, *(int(one) for one in chosen if one.isdecimal() and len(one) < 10)]))
    try:
        with session_scope(parts().engine) as database:
            outcome = publication.publish(database, numbers, parts().settings.content, who(), now(), at=at)
    except (NotPossible, NotFound):
        flash(say("already_moved"))
        return redirect(url_for("review.show", draft_id=draft_id), 303)
    return to_outcome(outcome, draft_id)


def _each(draft_id: int, action: Action, do: Callable[[Session, Draft], Draft]) -> ResponseReturnValue:
    """Do the same to a draft and to what belongs to it, as far as that is possible there."""

    def step(session: Session) -> str:
        draft = _draft(session, draft_id)
        others = [one for one in related(session, draft.piece) if _possible(action, one)]
        done = do(session, draft)
        for one in others:
            do(session, one)
        name = {Action.SUBMIT: "submitted", Action.APPROVE: "approved", Action.REJECT: "rejected"}
        told = name.get(action, "taken_back")
        return say("submitted_approved" if action is Action.SUBMIT and done.state is State.APPROVED else told)

    return _step(draft_id, step)


def _possible(action: Action, draft: Draft) -> bool:
    try:
        after(action, draft.state)
        if action is Action.APPROVE:
            after_approval(draft, who(), needed(draft.piece))
    except NotPossible:
        return False
    return True


def _step(draft_id: int, do: Callable[[Session], str]) -> ResponseReturnValue:
    try:
        with session_scope(parts().engine) as database:
            message = do(database)
    except NotPossible as refusal:
        message = texts.group("editor_refusals")[refusal.reason]
    except NotFound:
        abort(404)
    flash(message)
    return redirect(url_for("review.show", draft_id=draft_id), 303)


def _told(_: Draft, name: str) -> str:
    return say(name)


def _draft(database: Session, draft_id: int) -> Draft:
    try:
        return editing.draft(database, draft_id)
    except NotFound:
        abort(404)


def _page(
    database: Session,
    draft: Draft,
    problem: str = "",
    status: int = 200,
    typed: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    published = store.published(database)
    others = related(database, draft.piece)
    pieces = [draft.piece, *(one.piece for one in others)]
    judgement = judge(published, pieces, parts().settings.content, now().date())
    ready = [one for one in editing.drafts(database, [State.APPROVED]) if one.id != draft.id]
    page = render_template(
        "editor/draft.html",
        draft=draft,
        problem=problem,
        typed=request.form if typed is None else typed,
        changed=difference(editing.base_of(database, draft), draft.piece),
        judgement=judgement,
        others=others,
        ready=ready,
        together={one.id for one in others},
        outdated=draft.state in OPEN and editing.outdated(database, draft),
        trains=needs_training(published, with_pieces(published, pieces)),
        mine=who() in draft.authors,
        needed=needed(draft.piece),
        saves=editing.saves(database, draft.id),
        events=trail.events(database, draft.kind, draft.name, limit=30),
        reasons=texts.group("editor_reasons"),
        is_open=draft.state in OPEN,
    )
    return page, status
