"""How often one address may ask. Counted in Redis when there is one, else in each process for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from bot.settings import Settings
from bot.web.counts import Counts

# A Redis that hangs must not hold a page: without it each process counts for itself.
_PATIENCE: dict[str, Any] = {"socket_connect_timeout": 1, "socket_timeout": 1}


def make_limiter(app: Flask, settings: Settings) -> Limiter:
    """The counter of a site. One that cannot be reached never keeps anyone out."""
    return Limiter(
        get_remote_address,
        app=app,
        storage_uri=settings.redis_url or f"{Counts.STORAGE_SCHEME[0]}://",
        storage_options=_PATIENCE if settings.redis_url else {},
        in_memory_fallback_enabled=bool(settings.redis_url),
        in_memory_fallback=[],
        swallow_errors=True,
        headers_enabled=False,
    )


def limit_posts(
    app: Flask, limiter: Limiter, endpoints: Iterable[str], limit: str, key: Callable[[], str] | None = None
) -> None:
    """Limit what is posted to these views.

    Args:
        app: the site, its views registered.
        limiter: what counts.
        endpoints: the views.
        limit: for example `30 per 5 minutes`.
        key: by what is counted; the address that asks when absent.
    """
    views: dict[str, Any] = app.view_functions
    for name in endpoints:
        views[name] = limiter.limit(limit, methods=["POST"], key_func=key)(views[name])
