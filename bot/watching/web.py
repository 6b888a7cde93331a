"""Counts the requests of a web site: how many, with which outcome, how long; by the pattern of an address."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request

from bot.watching.metrics import REQUEST_SECONDS, REQUESTS


def install(app: Flask, site: str) -> None:
    """Count every request of a site.

    Args:
        app: the site, before the other functions that run after a request.
        site: its name, for the label.
    """

    def begin() -> None:
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        # The pattern, not the address, which may hold a token. All that fits no pattern counts as one.
        route = request.url_rule.rule if request.url_rule else "none"
        REQUESTS.labels(site, route, response.status_code).inc()
        REQUEST_SECONDS.labels(site, route).observe(time.perf_counter() - g.get("began", time.perf_counter()))
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(end)
