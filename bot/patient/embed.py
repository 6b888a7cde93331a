"""The chat inside another site's page: `/embed.js` for that page, and the page in the iframe it opens.

An iframe on another site gets no cookies of ours, so nothing here reads or sets any. The conversation's token is kept
by the iframe's script and is sent in the body of each message. It is the only authority there is: no other page can
know it or make a browser send it, so these views need no form token. See docs/embedding.md.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from bot.patient import chat, keeping, texts, theme
from bot.patient.conversation import EmptyMessage, MessageTooLong, erase_conversation, forgets, take_turn
from bot.patient.parts import parts
from bot.patient.tokens import Conversation
from bot.web import security

blueprint = Blueprint("embed", __name__)

TOKEN_FIELD = "conversation"  # noqa: S105 - the name of a field
TOKEN_HEADER = "X-Conversation"  # noqa: S105 - the name of a header


@blueprint.get("/embed.js")
def script() -> Response:
    """The script a hospital's page loads. It may come from any page: only pages on the list can open the chat."""
    response = current_app.send_static_file("embed.js")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get("/ingebed")
def page() -> Response:
    """The page in the iframe: without a conversation yet, since only the script knows the token."""
    settings = parts().settings
    logo = _logo(request.args.get("logo", ""))
    security.allow("frame-ancestors", " ".join(settings.embed_origins) or "'none'")
    if logo:
        # Only sites on the list get here, so their origin may stand in the policy.
        security.allow("img-src", f"'self' {_origin(logo)}")
    origin = request.args.get("van", "")
    language = request.args.get("taal", "")
    response = make_response(
        render_template(
            "embedded.html",
            origin=origin if origin in settings.embed_origins else "",
            language=language if language in texts.PAGE_LANGUAGES else texts.DEFAULT_LANGUAGE,
            theme={"kleur": request.args.get("kleur", "")[:7], "letter": request.args.get("letter", "")[:200]},
            logo=logo,
            topic=request.args.get(chat.OPENING, ""),
        )
    )
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get("/ingebed.css")
def style() -> Response:
    """The hospital's colour and font as style tokens, as far as they can be used."""
    response = make_response(theme.style(request.args.get("kleur", ""), request.args.get("letter", "")))
    response.content_type = "text/css; charset=utf-8"
    return response


@blueprint.post("/ingebed/gesprek")
def conversation() -> Response:
    """The whole chat with what was said before."""
    known = _known()
    return make_response(render_template("_chat.html", **chat.shown(known), **_embedded(known)))


@blueprint.post("/ingebed/bericht")
def send() -> Response:
    """One message; gives the new turn, or status 422 with what is wrong in plain text."""
    known = _known() or parts().tokens.issue()
    try:
        message = request.form.get("choice") or request.form.get("message", "")
        turn = take_turn(chat.office(), known, message, chat.LANGUAGE, request.form.get("ticket") or None)
    except EmptyMessage:
        return _problem(texts.text("chat.empty"))
    except MessageTooLong:
        return _problem(texts.text("chat.too_long", limit=parts().settings.max_message_length))
    if forgets(turn):
        response = make_response("", 205)
    else:
        response = make_response(render_template("_turn.html", **chat.shown_turn(turn), **_embedded(known)))
    response.headers[TOKEN_HEADER] = known.token
    return response


@blueprint.post("/ingebed/wissen")
def erase() -> Response:
    """Delete the conversation."""
    known = _known()
    try:
        if known:
            erase_conversation(parts(), known)
    except SQLAlchemyError:
        return _problem(texts.text("chat.not_erased"), 503)
    return make_response("", 204)


@blueprint.post("/ingebed/downloaden")
def download() -> Response:
    """The conversation as a file."""
    return keeping.file_of(_known(), request.form.get("vorm", ""))


def _known() -> Conversation | None:
    return parts().tokens.recognise(request.form.get(TOKEN_FIELD))


def _embedded(known: Conversation | None) -> dict[str, object]:
    return {"embedded": True, "token": known.token if known else ""}


def _problem(words: str, status: int = 422) -> Response:
    response = make_response(words, status)
    response.content_type = "text/plain; charset=utf-8"
    return response


def _logo(address: str) -> str | None:
    """The address of a picture on one of the sites on the list, else None: it ends up in a header and a page."""
    safe = address.isascii() and len(address) <= 300 and not set(address) & set(" \t\r\n\"'<>;,\\`{}|^")
    return address if safe and _origin(address) in parts().settings.embed_origins else None


def _origin(address: str) -> str | None:
    try:
        split = urlsplit(address)
    except ValueError:
        return None
    return f"{split.scheme}://{split.netloc}"
