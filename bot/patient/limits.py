"""Which views of the patient site have a limit."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from flask import Flask, request
from flask_limiter.util import get_remote_address

from bot.patient import cookies
from bot.patient.parts import parts
from bot.settings import Settings
from bot.signups.codes import normalise
from bot.web.limits import limit_posts, make_limiter

# Views that do work for a person, and views where someone might try out reference codes.
_BUSY = (
    "chat.send",
    "chat.erase",
    "embed.conversation",
    "embed.send",
    "embed.erase",
    "embed.download",
    "keeping.keep",
    "contact.send",
    "ratings.send",
    "ratings.reason",
    "asked.send",
    "api.chat",
    "intake.submit",
    "my_data.correct",
    "questions.search",
    "prescreen.send",
)
# What goes on in one conversation, from however many addresses, and forms that somebody has to handle.
_TALK = ("chat.send", "embed.send", "api.chat")
_FORMS = ("intake.submit", "contact.send", "my_data.correct")
_GUESSABLE = ("my_data.open_signup",)
_GUESSES = "10 per 15 minutes"
_GUESSES_PER_CODE = "30 per day"


def install(app: Flask, settings: Settings) -> None:
    """Limit the views."""
    limiter = make_limiter(app, settings)
    limit_posts(app, limiter, _BUSY, settings.rate_limit)
    limit_posts(app, limiter, _TALK, settings.conversation_rate_limit, _conversation)
    limit_posts(app, limiter, _FORMS, settings.form_limit)
    limit_posts(app, limiter, _GUESSABLE, _GUESSES)
    # Someone with many addresses who knows a code could otherwise try every date of birth.
    limit_posts(app, limiter, _GUESSABLE, _GUESSES_PER_CODE, _code)


def _conversation() -> str:
    """The name of the conversation that a message belongs to; new ones count together by address."""
    try:
        body = request.get_json(force=True, silent=True) if request.endpoint == "api.chat" else request.form
    except RecursionError:
        body = None
    named = body.get("conversation") if isinstance(body, Mapping) else None
    if request.endpoint == "chat.send":
        named = cookies.token()
    known = parts().tokens.recognise(named if isinstance(named, str) else None)
    # Marked, as two limits that count by the same name would count twice.
    return f"conversation:{known.sender}" if known else f"new:{get_remote_address()}"


def _code() -> str:
    """The reference code that is tried, hashed: what limits are counted by may end up in Redis."""
    code = normalise(request.form.get("code", "")[:100])
    return f"code:{sha256(code.encode()).hexdigest()}" if code else get_remote_address()
