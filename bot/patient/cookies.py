"""The cookies of a conversation: which one this browser is in, and whether it goes on another day."""

from __future__ import annotations

from flask import Response, request

from bot.patient.parts import parts
from bot.patient.tokens import Conversation
from bot.web.security import cookie_name

_CONVERSATION = "gesprek"
# There when the person wants to go on with the conversation on another day.
_KEPT = "gesprek-bewaren"
_DAY = 24 * 3600


def token() -> str | None:
    """What this browser shows of its conversation; nobody has looked yet whether it is one of ours."""
    return request.cookies.get(_named(_CONVERSATION))


def known_conversation() -> Conversation | None:
    """The conversation this browser is in, if any."""
    return parts().tokens.recognise(token())


def is_kept() -> bool:
    """Whether this person wants to go on with the conversation on another day."""
    return _named(_KEPT) in request.cookies


def remember(response: Response, conversation: Conversation, kept: bool) -> None:
    """Let the browser keep the conversation: for a day, or as long as it is stored when the person wants that."""
    seconds = parts().settings.retention_days * _DAY if kept else _DAY
    _set(response, _CONVERSATION, conversation.token, seconds)
    if kept:
        _set(response, _KEPT, "ja", seconds)
    elif is_kept():
        _drop(response, _KEPT)


def forget(response: Response) -> None:
    """Let the browser forget the conversation."""
    for cookie in (_CONVERSATION, _KEPT):
        _drop(response, cookie)


def _named(cookie: str) -> str:
    return cookie_name(cookie, parts().settings)


def _set(response: Response, cookie: str, value: str, seconds: int) -> None:
    secure = parts().settings.secure_cookies
    response.set_cookie(_named(cookie), value, seconds, httponly=True, samesite="Lax", secure=secure)


def _drop(response: Response, cookie: str) -> None:
    secure = parts().settings.secure_cookies
    response.delete_cookie(_named(cookie), httponly=True, samesite="Lax", secure=secure)
