"""The chat inside another site's page: `/embed.js` for that page, and the page in the iframe it opens.

An iframe on another site gets no cookies of ours, so nothing here reads or sets any. The conversation's token is kept
by the iframe's script and is sent in the body of each message. It is the only authority there is: no other page can
know it or make a browser send it, so these views need no form token. See docs/embedding.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from bot.patient import addresses, chat, keeping, texts, theme
from bot.patient.conversation import EmptyMessage, MessageTooLong, erase_conversation, forgets, take_turn
from bot.patient.language import other_languages, page_language
from bot.patient.parts import parts
from bot.patient.tokens import Conversation
from bot.patient.wording import plain
from bot.web import security

blueprint = Blueprint("embed", __name__)

_PAGE = "/ingebed"
# Stands in the script where its words come.
_WORDS = "/* words */ {}"
TOKEN_FIELD = "conversation"  # noqa: S105 - the name of a field
TOKEN_HEADER = "X-Conversation"  # noqa: S105 - the name of a header


@blueprint.get("/embed.js")
def script() -> Response:
    """The script a hospital's page loads. It may come from any page: only pages on the list can open the chat."""
    response = make_response(_script())
    response.content_type = "text/javascript; charset=utf-8"
    response.add_etag()
    response.make_conditional(request)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get("/ingebed")
def page() -> Response:
    """The page in the iframe: without a conversation yet, since only the script knows the token."""
    settings, language = parts().settings, request.args.get("taal", "")
    if language in texts.PAGE_LANGUAGES:
        return make_response(redirect(_page_in(language, request.args), 302))
    logo = _logo(request.args.get("logo", ""))
    security.allow("frame-ancestors", " ".join(settings.embed_origins) or "'none'")
    if logo:
        # Only sites on the list get here, so their origin may stand in the policy.
        security.allow("img-src", f"'self' {_origin(logo)}")
    origin = request.args.get("van", "")
    response = make_response(
        render_template(
            "embedded.html",
            origin=origin if origin in settings.embed_origins else "",
            theme={"kleur": request.args.get("kleur", "")[:7], "letter": request.args.get("letter", "")[:200]},
            logo=logo,
            topic=request.args.get(chat.OPENING, ""),
            switch={other: _page_in(other, request.args) for other in other_languages()},
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
        turn = take_turn(chat.office(), known, message, page_language(), request.form.get("ticket") or None)
    except EmptyMessage:
        return _problem(plain("chat.empty"))
    except MessageTooLong:
        return _problem(plain("chat.too_long", limit=parts().settings.max_message_length))
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
        return _problem(plain("chat.not_erased"), 503)
    return make_response("", 204)


@blueprint.post("/ingebed/downloaden")
def download() -> Response:
    """The conversation as a file."""
    return keeping.file_of(_known(), request.form.get("vorm", ""))


def _page_in(language: str, asked: Mapping[str, str]) -> str:
    """The address of the page in a language, with what was asked of it but not again what to begin with."""
    kept = {name: value for name, value in asked.items() if name != "taal"}
    if language != page_language() and "taal" not in asked:
        kept.pop(chat.OPENING, None)
    return addresses.in_language(_PAGE, language) + (f"?{urlencode(kept)}" if kept else "")


def _script() -> str:
    words = {
        language: {
            **{name: texts.text(f"embed.{name}", language) for name in ("open", "close", "name")},
            "page": addresses.in_language(_PAGE, language),
        }
        for language in texts.PAGE_LANGUAGES
    }
    return _script_file(Path(current_app.static_folder or "")).replace(_WORDS, json.dumps(words, ensure_ascii=False))


@lru_cache(maxsize=1)
def _script_file(folder: Path) -> str:
    return (folder / "embed.js").read_text(encoding="utf-8")


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
