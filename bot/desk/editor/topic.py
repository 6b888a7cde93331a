"""One topic: its form, checks while somebody types, saving, and what happens when two people save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk import drafts, texts
from bot.desk.drafts import keeps_draft
from bot.desk.editor import conflict as conflicts
from bot.desk.editor import form as forms
from bot.desk.editor.common import needed, read_seen, related, say, who, written
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.knowledge import store
from bot.knowledge.readability import flesch_douma
from bot.knowledge.schema import Content, Topic
from bot.languages import codes
from bot.pictures import drawing
from bot.publishing import editing
from bot.publishing.candidate import judge, with_pieces
from bot.publishing.drafts import NotPossible, State
from bot.publishing.editing import Conflict, Current
from bot.web import security

blueprint = Blueprint("topic", __name__, url_prefix="/antwoorden/onderwerp")
SEEN, SHOWN, NOTE = "seen", "shown", "note"
_MOST_NOTE = 500
_NOT_KEPT = frozenset({"csrf_token", drafts.OWNER})


@blueprint.get("/<topic_id>")
@needs(Permission.CONTENT)
def show(topic_id: str) -> ResponseReturnValue:
    """The form: what was typed last and not saved, else the draft, else what is published."""
    typed = dict(drafts.typed_here())
    with session_scope(parts().engine) as database:
        current, topic = _current(database, topic_id)
        kept = editing.autosaved(database, "topic", topic_id, who())
        if SEEN in typed:
            return _page(database, current, typed, notice=say("typed_note"), unsaved=True)
        if kept is not None:
            form = {**kept.form, SEEN: written(kept.seen)}
            return _page(database, current, form, notice=say("autosaved_note"), unsaved=True)
        return _page(database, current, {**forms.to_form(topic), SEEN: written(current.seen)})


@blueprint.post("/<topic_id>")
@needs(Permission.CONTENT)
@keeps_draft("topic.show")
def save(topic_id: str) -> ResponseReturnValue:
    """Save a draft, maybe ask for review at once; `check` only looks what the checks say."""
    form = _typed()
    with session_scope(parts().engine) as database:
        current, base = _current(database, topic_id)
        seen = read_seen(form.get(SEEN, ""))
        topic, wrong = forms.from_form(form, base, _choices(database))
        if wrong or "check" in form:
            editing.autosave(database, "topic", topic_id, form, seen, who(), now())
            return _page(database, current, form, wrong=wrong, unsaved=True, status=400 if wrong else 200)
        if topic == current.piece and current.seen == seen and "submit" not in form:
            editing.forget_autosave(database, "topic", topic_id, who())
            message = say("same")
        else:
            try:
                draft = editing.save(
                    database, topic, seen, who(), now(), form.get(NOTE, "").strip()[:_MOST_NOTE] or None
                )
            except NotPossible as refusal:
                notice = texts.group("editor_refusals")[refusal.reason]
                return _page(database, current, form, notice=notice, unsaved=True, status=409)
            except Conflict as conflict:
                return _conflict(database, conflict, form)
            message = say("saved")
            if "submit" in form:
                _submit(database, draft.id, topic)
                message = say("submitted" if needed(topic) else "submitted_approved")
    if "submit" in form:
        drafts.forget(url_for("topic.show", topic_id=topic_id))
        flash(message)
        return redirect(url_for("review.show", draft_id=draft.id), 303)
    return _done(topic_id, message)


@blueprint.post("/<topic_id>/controle")
@needs(Permission.CONTENT)
@keeps_draft("topic.show")
def checks(topic_id: str) -> ResponseReturnValue:
    """Keep what is being typed and say what the checks find: a piece of the page, for its script."""
    form = _typed()
    with session_scope(parts().engine) as database:
        current, base = _current(database, topic_id)
        seen = read_seen(form.get(SEEN, ""))
        topic, wrong = forms.from_form(form, base, _choices(database))
        if topic == current.piece and not wrong and current.seen == seen:
            editing.forget_autosave(database, "topic", topic_id, who())
        else:
            editing.autosave(database, "topic", topic_id, form, seen, who(), now())
        return render_template("editor/checks.html", **_checked(database, topic), wrong=wrong)


@blueprint.post("/<topic_id>/samenvoegen")
@needs(Permission.CONTENT)
@keeps_draft("topic.show")
def merge(topic_id: str) -> ResponseReturnValue:
    """Save what somebody chose of two versions, field by field."""
    form = _typed()
    with session_scope(parts().engine) as database:
        current, base = _current(database, topic_id)
        seen = read_seen(form.get(SEEN, ""))
        mine, _ = forms.from_form(form, base, _choices(database))
        try:
            try:
                editing.save(database, mine, seen, who(), now())
            except Conflict as conflict:
                if written(conflict.seen) != form.get(SHOWN):
                    return _conflict(database, conflict, form)
                editing.save(database, conflicts.composed(conflict, form), conflict.seen, who(), now())
        except Conflict as newer:
            return _conflict(database, newer, form)
        except NotPossible as refusal:
            notice = texts.group("editor_refusals")[refusal.reason]
            return _page(database, current, form, notice=notice, unsaved=True, status=409)
    return _done(topic_id, say("merged"))


@blueprint.post("/<topic_id>/weggooien")
@needs(Permission.CONTENT)
def throw_away(topic_id: str) -> ResponseReturnValue:
    """Forget what this person typed and did not save."""
    with session_scope(parts().engine) as database:
        _current(database, topic_id)
        editing.forget_autosave(database, "topic", topic_id, who())
    return _done(topic_id, say("thrown_away"))


def _current(database: Session, topic_id: str) -> tuple[Current, Topic]:
    current = editing.current(database, "topic", topic_id)
    if not isinstance(current.piece, Topic):
        abort(404)
    return current, current.piece


def _choices(database: Session) -> Content:
    """What a topic can be made of: what is published, and the passages and sources that others draft."""
    open_drafts = [one.piece for one in editing.drafts(database) if one.kind in {"passage", "source"}]
    return with_pieces(store.published(database), open_drafts)


def _checked(database: Session, topic: Topic) -> dict[str, object]:
    pieces = [topic, *(one.piece for one in related(database, topic))]
    judgement = judge(store.published(database), pieces, parts().settings.content, now().date())
    errors = [one for one in judgement.findings if one.severity == "error"]
    return {
        "errors": errors,
        "warnings": [one for one in judgement.findings if one.severity != "error"],
        "score": flesch_douma(topic.answer.get("nl", "")),
    }


def _page(
    database: Session,
    current: Current,
    form: Mapping[str, str],
    *,
    notice: str = "",
    wrong: Sequence[str] = (),
    unsaved: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    assert isinstance(current.piece, Topic)
    content = _choices(database)
    topic, _ = forms.from_form(form, current.piece, content)
    draft = current.draft
    if draft is not None and draft.state is State.TRAINING:
        notice = notice or say("training_now")
    # The preview stands in a frame of this same site.
    security.allow("frame-src", "'self'")
    page = render_template(
        "editor/topic.html",
        topic=topic,
        form=form,
        current=current,
        draft=draft,
        notice_text=notice,
        wrong=wrong,
        unsaved=unsaved,
        content=content,
        off_air=content.notices.get(topic.id),
        by_source=_by_source(content, topic),
        pictures=drawing.names(),
        languages=codes(),
        filled=[one for one in codes() if any(form.get(f"{name}_{one}") for name in (*forms.TEXTS, "questions"))],
        needed=needed(topic),
        problems=_checked(database, topic),
    )
    return page, status


def _by_source(content: Content, topic: Topic) -> list[tuple[str, list[str], bool]]:
    """The passages by source: title, ids, and whether the topic rests on any of them; those first."""
    found = []
    for source in content.sources.values():
        names = [name for name, passage in content.passages.items() if passage.source == source.id]
        if names:
            found.append((source.title, names, any(name in topic.passages for name in names)))
    return sorted(found, key=lambda one: not one[2])


def _conflict(database: Session, conflict: Conflict, form: Mapping[str, str]) -> ResponseReturnValue:
    assert isinstance(conflict.mine, Topic)
    editing.autosave(database, "topic", conflict.mine.id, form, read_seen(form.get(SEEN, "")), who(), now())
    mine = {name: value for name, value in form.items() if not name.startswith(conflicts.CHOICE)}
    mine |= {SHOWN: written(conflict.seen)}
    found = conflicts.differences(conflict)
    chosen = {one.field: conflicts.proposal(conflict, one.field) for one in found}
    page = render_template(
        "editor/conflict.html", topic=conflict.mine, conflict=conflict, differences=found, mine=mine, chosen=chosen
    )
    return page, 409


def _submit(database: Session, draft_id: int, topic: Topic) -> None:
    """Ask for review of a topic, and of the new passages and sources it rests on."""
    for one in related(database, topic):
        if one.state in {State.DRAFT, State.REJECTED}:
            editing.submit(database, one.id, who(), now(), needed(one.piece))
    editing.submit(database, draft_id, who(), now(), needed(topic))


def _done(topic_id: str, message: str) -> ResponseReturnValue:
    place = url_for("topic.show", topic_id=topic_id)
    drafts.forget(place)
    flash(message)
    return redirect(place, 303)


def _typed() -> dict[str, str]:
    return {name: forms.tidy(value) for name, value in request.form.items() if name not in _NOT_KEPT}
