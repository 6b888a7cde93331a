"""The proxies in front of a site: whose word is believed about the address a request comes from."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from bot.settings import Settings


def install(app: Flask, settings: Settings) -> None:
    """Take the sender's address from `X-Forwarded-For`, counted from the end by the number of trusted proxies.

    With none trusted the header is ignored, since anybody can send it. Name and scheme of the site come from the
    settings, never from a header.
    """
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0
        )
