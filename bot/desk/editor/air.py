"""A topic off the air at once with a holding text, back on, or gone for good after review."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk import drafts, texts
from bot.desk.drafts import keeps_draft
from bot.desk.editor.common import needed, say, typed, who
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.knowledge import notices, store
from bot.knowledge.schema import Content, Notice
from bot.publishing import editing, publication
from bot.publishing.drafts import NotPossible
from bot.publishing.editing import Conflict, NotFound

blueprint = Blueprint("air", __name__, url_prefix="/antwoorden/lucht")
_MOST = 1000


@blueprint.get("/<topic_id>")
@needs(Permission.CONTENT)
def show(topic_id: str) -> ResponseReturnValue:
    """Whether a topic is on the air, and the forms to change that."""
    with session_scope(parts().engine) as database:
        return _page(database, topic_id, dict(drafts.typed_here()))


@blueprint.post("/<topic_id>/af")
@needs(Permission.CONTENT)
@keeps_draft("air.show")
def off(topic_id: str) -> ResponseReturnValue:
    """Say a holding text instead, live at once."""
    text = _text()
    with session_scope(parts().engine) as database:
        content = _known(database, topic_id)
        if "nl" not in text:
            return _page(database, topic_id, request.form.to_dict(), say("text_missing"), 400)
        try:
            publication.off_air(
                database, topic_id, text, who(), now(), topics=_offered(content), note=typed("note", _MOST) or None
            )
        except NotFound:
            abort(404)
    return _done(topic_id, say("off_air"))


@blueprint.post("/<topic_id>/op")
@needs(Permission.CONTENT)
def on(topic_id: str) -> ResponseReturnValue:
    """Give its own answer again."""
    with session_scope(parts().engine) as database:
        _known(database, topic_id)
        try:
            publication.on_air(database, topic_id, who(), now())
            message = say("on_air")
        except NotFound:
            message = say("not_off_air")
    return _done(topic_id, message)


@blueprint.post("/<topic_id>/vervallen")
@needs(Permission.CONTENT)
@keeps_draft("air.show")
def retire(topic_id: str) -> ResponseReturnValue:
    """A draft that takes the topic away; a second person looks at it."""
    text = _text()
    with session_scope(parts().engine) as database:
        content = _known(database, topic_id)
        if "nl" not in text:
            return _page(database, topic_id, request.form.to_dict(), say("text_missing"), 400)
        seen = editing.current(database, "notice", topic_id).seen
        notice = Notice(topic_id, text, _offered(content), retires=True)
        try:
            draft = editing.save(database, notice, seen, who(), now(), typed("note", _MOST) or None)
            editing.submit(database, draft.id, who(), now(), needed(notice))
        except NotPossible as refusal:
            return _page(
                database, topic_id, request.form.to_dict(), texts.group("editor_refusals")[refusal.reason], 409
            )
        except Conflict:
            return _page(database, topic_id, request.form.to_dict(), say("again"), 409)
    drafts.forget(url_for("air.show", topic_id=topic_id))
    flash(say("retiring"))
    return redirect(url_for("review.show", draft_id=draft.id), 303)


def _known(database: Session, topic_id: str) -> Content:
    content = store.published(database)
    if not content.answers(topic_id):
        abort(404)
    return content


def _text() -> dict[str, str]:
    found = {language: typed(f"text_{language}", _MOST) for language in ("nl", "en")}
    return {language: text for language, text in found.items() if text}


def _offered(content: Content) -> tuple[str, ...]:
    chosen = (typed(name, 100) for name in ("offer_1", "offer_2"))
    return tuple(dict.fromkeys(name for name in chosen if name in content.topics))


def _page(
    database: Session, topic_id: str, form: dict[str, str], problem: str = "", status: int = 200
) -> ResponseReturnValue:
    content = _known(database, topic_id)
    draft = editing.draft_of(database, "notice", topic_id)
    page = render_template(
        "editor/air.html",
        topic=content.topics.get(topic_id),
        topic_id=topic_id,
        notice_now=content.notices.get(topic_id),
        content=content,
        general={language: notices.general(content, language) for language in ("nl", "en")},
        form=form,
        problem=problem,
        draft=draft,
    )
    return page, status


def _done(topic_id: str, message: str) -> ResponseReturnValue:
    place = url_for("air.show", topic_id=topic_id)
    drafts.forget(place)
    flash(message)
    return redirect(place, 303)
