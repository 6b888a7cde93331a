"""A topic as the patient sees it, with the same template parts and styles as the patient site."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, abort, make_response, render_template, request
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk.editor import form as forms
from bot.desk.editor.common import related, who
from bot.desk.guard import needs, unattended
from bot.desk.parts import parts
from bot.desk.roles import Permission
from bot.eligibility.trial_file import TrialFileError
from bot.knowledge import replies, store
from bot.knowledge.schema import Content, Topic
from bot.languages import codes
from bot.pictures.drawing import Drawing, NoSuchDrawing, draw
from bot.publishing import editing
from bot.publishing.candidate import with_pieces
from bot.web import answers, security

blueprint = Blueprint("preview", __name__, url_prefix="/antwoorden/voorbeeld")


@blueprint.get("/<topic_id>")
@needs(Permission.CONTENT)
@unattended
def show(topic_id: str) -> Response:
    """What this person is typing, else the draft, else what is published; `?stand=nu` is what is published."""
    with session_scope(parts().engine) as database:
        content, topic = _shown(database, topic_id, published=request.args.get("stand") == "nu")
    languages = [language for language in codes() if topic.answer.get(language) or language == "nl"]
    shown = [(language, _replies(content, topic, language), _picture(topic, language)) for language in languages]
    security.allow("frame-ancestors", "'self'")
    return make_response(render_template("editor/preview.html", topic=topic, shown=shown))


@blueprint.get("/huisstijl.css")
@needs(Permission.CONTENT)
@unattended
def own_style() -> Response:
    """The hospital's style tokens, as the patient site has them."""
    return answers.own_style(parts().settings)


def _shown(database: Session, topic_id: str, *, published: bool) -> tuple[Content, Topic]:
    content = store.published(database)
    topic = content.topics.get(topic_id)
    if not published:
        found = editing.current(database, "topic", topic_id).piece
        topic = found if isinstance(found, Topic) else None
        kept = editing.autosaved(database, "topic", topic_id, who())
        drafted = [one.piece for one in editing.drafts(database) if one.kind in {"passage", "source"}]
        if topic is not None and kept is not None:
            topic, _ = forms.from_form(kept.form, topic, with_pieces(content, drafted))
        if topic is not None:
            content = with_pieces(content, [one.piece for one in related(database, topic)])
    if topic is None:
        abort(404)
    known = tuple(name for name in topic.passages if name in content.passages)
    topic = replace(topic, passages=known, answer={"nl": "", **topic.answer}, short={"nl": "", **topic.short})
    topics, notices = {**content.topics, topic.id: topic}, {**content.notices}
    notices.pop(topic.id, None)
    return replace(content, topics=topics, notices=notices), topic


def _replies(content: Content, topic: Topic, language: str) -> list[dict[str, object]]:
    """The whole answer, and the short one for who asks again."""
    told = []
    for short in (False, True):
        message = replies.topic_message(content, topic.id, language, _recruitment(language), short)
        told.append({"text": message["text"], "buttons": message["buttons"], **message["custom"]})
    return told


def _picture(topic: Topic, language: str) -> Drawing | None:
    if topic.picture is None:
        return None
    try:
        return draw(
            topic.picture.name, language, replies.in_language({"nl": "", **topic.picture.description}, language)
        )
    except NoSuchDrawing:
        return None


def _recruitment(language: str) -> str:
    try:
        trial = parts().study.trial()
    except TrialFileError:
        return ""
    words = trial.recruitment_text[trial.recruitment]
    return words.get(language) or words["nl"]
