"""How often one address may ask. Counted in Redis when there is one, else in each process for itself."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from bot.settings import Settings
from bot.signups.codes import normalise

# Views that do work for a person, and views where someone might try out reference codes.
_BUSY = ("chat.send", "chat.erase", "api.chat", "intake.submit", "my_data.correct")
_GUESSABLE = ("my_data.open_signup",)
_GUESSES = "10 per 15 minutes"
_GUESSES_PER_CODE = "30 per day"


def install(app: Flask, settings: Settings) -> None:
    """Limit the views. A counter that cannot be reached never keeps anyone out."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=settings.redis_url or "memory://",
        in_memory_fallback_enabled=bool(settings.redis_url),
        in_memory_fallback=[],
        swallow_errors=True,
        headers_enabled=False,
    )
    for name in _BUSY:
        _limit(app, name, limiter.limit(settings.rate_limit, methods=["POST"]))
    for name in _GUESSABLE:
        _limit(app, name, limiter.limit(_GUESSES, methods=["POST"]))
        # Someone with many addresses who knows a code could otherwise try every date of birth.
        _limit(app, name, limiter.limit(_GUESSES_PER_CODE, methods=["POST"], key_func=_code))


def _limit(app: Flask, name: str, limited: Callable[[Any], Any]) -> None:
    app.view_functions[name] = limited(app.view_functions[name])


def _code() -> str:
    """The reference code that is tried, hashed: what limits are counted by may end up in Redis."""
    code = normalise(request.form.get("code", "")[:100])
    return f"code:{sha256(code.encode()).hexdigest()}" if code else get_remote_address()
