"""Headers that tell the browser what these pages may do: nothing beyond this site."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_talisman import Talisman

from bot.settings import Settings

_CONTENT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_PERMISSIONS = dict.fromkeys(
    ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics", "display-capture"), "()"
)


def install(app: Flask, settings: Settings) -> None:
    """Add the headers to every response, also to error pages."""
    Talisman(
        app,
        # The proxy in front of the site ends TLS and redirects; the site itself sees plain HTTP.
        force_https=False,
        strict_transport_security=settings.secure_cookies,
        session_cookie_secure=settings.secure_cookies,
        session_cookie_samesite="Lax",
        content_security_policy=_CONTENT,
        frame_options="DENY",
        permissions_policy=_PERMISSIONS,
        # The address of the intake form holds a token that no other site may see.
        referrer_policy="same-origin",
    )
    app.after_request(_keep_private)


def _keep_private(response: Response) -> Response:
    if request.endpoint == "static":
        response.headers.setdefault("Cache-Control", "public, max-age=3600")
    else:
        response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
