"""What a person does with a conversation as a whole: take it along, or have it kept for another day on this device."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from bot.patient import cookies
from bot.patient.download import as_json, as_text
from bot.patient.language import page_language
from bot.patient.parts import parts
from bot.patient.tokens import Conversation
from bot.patient.wording import plain, section

blueprint = Blueprint("keeping", __name__)

AS_JSON = "json"


@blueprint.get("/gesprek/downloaden")
def download() -> Response:
    """This browser's conversation as a file."""
    return file_of(cookies.known_conversation(), request.args.get("vorm", ""))


@blueprint.post("/gesprek/bewaren")
def keep() -> Response:
    """Say yes or no to going on with this conversation on another day."""
    wanted = request.form.get("bewaren") == "ja"
    flash(plain("keep.on" if wanted else "keep.off", days=parts().settings.retention_days))
    response = make_response(redirect(url_for("chat.show", _anchor="bewaren"), 303))
    known = cookies.known_conversation()
    if known:
        cookies.remember(response, known, wanted)
    return response


def file_of(conversation: Conversation | None, form: str) -> Response:
    """A conversation as a file: `json`, else plain text; status 404 when there is none, 503 when it cannot be read."""
    try:
        turns = parts().transcript.turns(conversation.sender) if conversation else []
    except SQLAlchemyError:
        return make_response(plain("chat.not_shown"), 503)
    if not turns:
        return make_response(plain("keep.nothing"), 404)
    if form == AS_JSON:
        body, kind, ending = as_json(turns), "application/json", "json"
    else:
        body, kind, ending = as_text(turns, section("keep.file"), page_language()), "text/plain", "txt"
    response = make_response(body)
    response.content_type = f"{kind}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{plain("keep.file.name")}.{ending}"'
    return response
