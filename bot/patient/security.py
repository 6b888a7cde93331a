"""Headers that tell the browser what these pages may do: nothing beyond this site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
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
# Seconds that a browser may keep what is the same for everyone. Addresses of own files change with the file.
_SAME_FOR_ALL = {"static": 30 * 24 * 3600, "pages.own_style": 300}
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
    app.url_defaults(_name_version)


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    """Put the moment of change into the address of an own file, so that nobody sees an old style with a new page."""
    if endpoint == "static" and "v" not in values:
        file = Path(current_app.static_folder or "") / values["filename"]
        values["v"] = f"{int(file.stat().st_mtime):x}" if file.is_file() else None


def _keep_private(response: Response) -> Response:
    if request.endpoint in _SAME_FOR_ALL and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={_SAME_FOR_ALL[request.endpoint]}"
    elif request.endpoint not in _SAME_FOR_ALL:
        response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
