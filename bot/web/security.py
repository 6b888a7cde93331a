"""Headers that tell the browser what a page may do: nothing beyond its own site, unless a view says so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request, send_from_directory
from flask_talisman import Talisman

from bot.settings import Settings

STATIC = ("static", "shared")
_NOTHING = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_PERMISSIONS = dict.fromkeys(
    ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics", "display-capture"), "()"
)
# Addresses of own files change with the file.
_STATIC_SECONDS = 30 * 24 * 3600
_SHARED = Path(__file__).with_name("static")


def install(
    app: Flask,
    settings: Settings,
    same_site: str,
    content: Mapping[str, str] | None = None,
    same_for_all: Mapping[str, int] | None = None,
) -> None:
    """Add the headers to every response, also to error pages.

    Args:
        app: the site.
        settings: whether cookies are for https only.
        same_site: `Lax` or `Strict`, of the session cookie.
        content: what this site's pages may do beside showing their own styles and pictures.
        same_for_all: endpoints whose answers are the same for everybody -> seconds that a browser may keep them.
    """
    policy = {**_NOTHING, **(content or {})}
    kept = {**dict.fromkeys(STATIC, _STATIC_SECONDS), **(same_for_all or {})}

    def finish(response: Response) -> Response:
        changed: dict[str, str] = g.get("content_policy", {})
        response.headers["Content-Security-Policy"] = "; ".join(
            f"{name} {value}" for name, value in {**policy, **changed}.items()
        )
        if "frame-ancestors" in changed:
            # The older header knows no list of origins, and browsers that know the policy ignore it.
            del response.headers["X-Frame-Options"]
        seconds = kept.get(request.endpoint or "") if response.status_code in (200, 304) else None
        response.headers["Cache-Control"] = f"public, max-age={seconds}" if seconds else "no-store"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    # What is registered first runs last: after the headers of Talisman.
    app.after_request(finish)
    Talisman(
        app,
        # The proxy in front of the site ends TLS and redirects; the site itself sees plain HTTP.
        force_https=False,
        strict_transport_security=settings.secure_cookies,
        session_cookie_secure=settings.secure_cookies,
        session_cookie_samesite=same_site,
        content_security_policy=None,
        frame_options="DENY",
        permissions_policy=_PERMISSIONS,
        # Addresses may hold a token that no other site may see.
        referrer_policy="same-origin",
    )
    app.url_defaults(_name_version)
    app.add_url_rule("/gedeeld/<path:filename>", "shared", _shared)


def cookie_name(name: str, settings: Settings) -> str:
    """The name of a cookie for the whole site: on https one that a browser takes from this host itself only."""
    return f"__Host-{name}" if settings.secure_cookies else name


def allow(directive: str, value: str) -> None:
    """Give the response to this request another value for one directive of the content policy."""
    g.setdefault("content_policy", {})[directive] = value


def _shared(filename: str) -> Response:
    """A file that both sites use."""
    return send_from_directory(_SHARED, filename)


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    """Put the moment of change into the address of an own file, so that nobody sees an old style with a new page."""
    if endpoint in STATIC and "v" not in values:
        folder = _SHARED if endpoint == "shared" else Path(current_app.static_folder or "")
        file = folder / values["filename"]
        values["v"] = f"{int(file.stat().st_mtime):x}" if file.is_file() else None
