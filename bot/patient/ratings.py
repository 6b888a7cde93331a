"""Whether an answer helped: two buttons below it, and afterwards room for a reason. Works as a page and as a fragment.

Nothing here knows who somebody is, so no form token is asked and it works inside another site's page too.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError

from bot.contact import ratings
from bot.database import session_scope
from bot.patient import asked
from bot.patient.parts import parts
from bot.patient.wording import plain

blueprint = Blueprint("ratings", __name__, url_prefix="/oordeel")

_SECONDS_FOR_A_REASON = 3600
_FRAGMENT = "X-Fragment"


@blueprint.post("")
def send() -> Response:
    """Store whether the answer helped, and ask why."""
    topic, verdict = request.form.get("topic", ""), request.form.get("geholpen", "")
    content = parts().library.content()
    if content is None or topic not in content.topics or verdict not in ("ja", "nee"):
        abort(400)
    try:
        with session_scope(parts().engine) as database:
            revision = parts().library.revision
            number = ratings.rate(database, topic, revision, verdict == "ja", datetime.now(UTC))
    except SQLAlchemyError:
        return _answer(plain("rating.not_stored"), "", 503)
    question = request.form.get("vraag", "") if verdict == "nee" else ""
    shown = question if asked.opened(question) else ""
    return _answer(plain("rating.thanks"), _serializer().dumps(number), question=shown)


@blueprint.post("/reden")
def reason() -> Response:
    """Store the reason and the question, each when the person agrees that it is kept."""
    words, sealed = request.form.get("reden", "").strip(), request.form.get("vraag", "")
    question = asked.opened(sealed) if request.form.get("akkoord-vraag") == "ja" else None
    try:
        number = int(_serializer().loads(request.form.get("bewijs", ""), max_age=_SECONDS_FOR_A_REASON))
    except (BadSignature, ValueError):
        abort(400)
    if (words and request.form.get("akkoord") != "ja") or not (words or question):
        return _answer(plain("rating.no_consent"), request.form["bewijs"], 422, words, sealed)
    try:
        if question:
            asked.store(question)
        if words:
            with session_scope(parts().engine) as database:
                ratings.add_reason(database, number, words, datetime.now(UTC))
    except SQLAlchemyError:
        return _answer(plain("rating.not_stored"), request.form["bewijs"], 503, words, sealed)
    return _answer(plain("rating.thanks_reason"), "")


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="rating")


def _answer(words: str, proof: str, status: int = 200, typed: str = "", question: str = "") -> Response:
    template = "_rated.html" if _FRAGMENT in request.headers else "rated.html"
    shown = {"words": words, "proof": proof, "typed": typed, "question": question}
    return make_response(render_template(template, **shown, most=ratings.MOST_WORDS), status)
