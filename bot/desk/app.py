"""The factory of the staff web site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect

from bot import settings as settings_module
from bot.database import open_database
from bot.desk import errors, guard, health, login, pages, signups, steps, wording
from bot.desk.parts import Parts, install, real_time
from bot.settings import Settings
from bot.signups.encryption import ring_of

_MOST_BYTES = 200_000
_LOGIN_ATTEMPTS = "30 per 5 minutes"
_CONTENT = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] = real_time) -> Flask:
    """The desk as a WSGI application. Any number of processes and threads may run it.

    Args:
        settings: the environment's settings when absent.
        clock: tells the moment it is.

    Raises:
        SettingsError: when a setting cannot be used.
        EncryptionError: when there are no usable keys.
    """
    settings = settings or settings_module.load()
    app = Flask(__name__)
    engine = open_database(settings, must_answer=False)
    install(app, Parts(settings, engine, clock))
    cookie_keys = [secret.hex() for secret in ring_of(engine).secrets("desk-session")]
    app.config.update(
        SECRET_KEY=cookie_keys[0],
        SECRET_KEY_FALLBACKS=cookie_keys[1:],
        SESSION_COOKIE_NAME="stamcelwijzer-desk",
        MAX_CONTENT_LENGTH=_MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=_MOST_BYTES,
        # The token ends with the session, which has its own terms.
        WTF_CSRF_TIME_LIMIT=None,
    )
    CSRFProtect(app)
    for blueprint in (login.blueprint, signups.blueprint, steps.blueprint, pages.blueprint, health.blueprint):
        app.register_blueprint(blueprint)
    guard.install(app)
    wording.install(app)
    errors.install(app)
    _protect(app, settings)
    return app


def _protect(app: Flask, settings: Settings) -> None:
    """Headers for every response, and a limit on attempts to log in."""
    Talisman(
        app,
        # The proxy in front of the desk ends TLS and redirects; the desk itself sees plain HTTP.
        force_https=False,
        strict_transport_security=settings.secure_cookies,
        session_cookie_secure=settings.secure_cookies,
        session_cookie_samesite="Strict",
        content_security_policy=_CONTENT,
        frame_options="DENY",
        referrer_policy="same-origin",
    )
    app.after_request(_keep_private)
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=settings.redis_url or "memory://",
        in_memory_fallback_enabled=bool(settings.redis_url),
        in_memory_fallback=[],
        swallow_errors=True,
    )
    limit = limiter.limit(_LOGIN_ATTEMPTS, methods=["POST"])
    views: dict[str, Any] = app.view_functions
    for name in ("login.send", "login.code", "login.set_up", "login.password"):
        views[name] = limit(views[name])


def _keep_private(response: Response) -> Response:
    if request.endpoint == "static":
        response.headers.setdefault("Cache-Control", "public, max-age=3600")
    else:
        response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
