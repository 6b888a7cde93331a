"""Whether we may keep a question that we could not answer: asked below the answer, never taken.

Nothing here knows who somebody is: the question travels in the form, signed, and not the conversation's name. So no
form token is asked, and it works inside another site's page too.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError

from bot.contact import asked
from bot.contact.asked import Kind
from bot.database import session_scope
from bot.patient.parts import parts
from bot.patient.transcript import Turn
from bot.patient.wording import plain

blueprint = Blueprint("asked", __name__, url_prefix="/vraag-bewaren")

# Somebody who is tired may come back to the page hours later.
_SECONDS = 24 * 3600
_FRAGMENT = "X-Fragment"
_KINDS = {"refusal": Kind.REFUSED, "clarify": Kind.CLARIFIED, "answer": Kind.NOT_HELPED}


@dataclass(frozen=True)
class Question:
    """A question as it stands in a form: its words, what went wrong, the topic that answered, the form's mark."""

    words: str
    kind: Kind
    topic: str | None
    form: str


def seal(turn: Turn, topic: str | None = None) -> str | None:
    """The question of a turn for a form, or None when there is nothing to ask.

    Only what was typed is worth keeping, and nothing is asked of somebody who may be in danger.

    Args:
        turn: the turn.
        topic: the topic whose answer is rated; None for a turn without an answer.
    """
    kinds = {reply.kind for reply in turn.replies}
    wanted = "answer" if topic else next((kind for kind in ("refusal", "clarify") if kind in kinds), None)
    if not turn.typed or "safety" in kinds or wanted is None:
        return None
    told = {"w": turn.said, "k": _KINDS[wanted].value, "t": topic, "f": secrets.token_urlsafe(12)}
    return str(_serializer().dumps(told))


def opened(sealed: str) -> Question | None:
    """The question in a form that this site made within a day, or None."""
    try:
        told = _serializer().loads(sealed, max_age=_SECONDS)
    except BadSignature:
        return None
    return Question(told["w"], Kind(told["k"]), told["t"], told["f"])


def store(question: Question) -> None:
    """Keep a question, now that the person agreed. Raises SQLAlchemyError when the database cannot."""
    with session_scope(parts().engine) as database:
        asked.keep(database, question.kind, question.words, question.form, datetime.now(UTC), question.topic)


@blueprint.post("")
def send() -> Response:
    """Keep the question in the form: pressing the button is the consent."""
    question = opened(request.form.get("vraag", ""))
    if question is None:
        abort(400)
    try:
        store(question)
    except SQLAlchemyError:
        return _answer(plain("asked.not_stored"), 503)
    return _answer(plain("asked.thanks"))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="asked")


def _answer(words: str, status: int = 200) -> Response:
    template = "_rated.html" if _FRAGMENT in request.headers else "rated.html"
    return make_response(render_template(template, heading=plain("asked.heading"), words=words), status)
