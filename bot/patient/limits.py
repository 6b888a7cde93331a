"""How often one address may ask. Counted in Redis when there is one, else in each process for itself."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from bot.settings import Settings

# Views that do work for a person, and views where someone might try out reference codes.
_BUSY = ("chat.send", "chat.erase", "api.chat")
_GUESSABLE: tuple[str, ...] = ()
_GUESSES = "10 per 15 minutes"


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
    for names, limit in ((_BUSY, settings.rate_limit), (_GUESSABLE, _GUESSES)):
        for name in names:
            app.view_functions[name] = limiter.limit(limit, methods=["POST"])(app.view_functions[name])
