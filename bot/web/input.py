"""Refuses what no database takes, before any view sees it: the character NUL, and numbers beyond a column."""

from __future__ import annotations

from itertools import chain

from flask import Flask, abort, request

_NUL = "\x00"
_LARGEST = 2**31 - 1


def install(app: Flask) -> None:
    """Let a site answer such requests as ones it cannot read, or as addresses that are not there."""

    def refuse() -> None:
        parts = (request.view_args or {}).values()
        if any(isinstance(part, int) and part > _LARGEST for part in parts):
            abort(404)
        typed = chain(request.args.items(multi=True), request.form.items(multi=True))
        if any(_NUL in text for pair in typed for text in pair) or any(_NUL in str(part) for part in parts):
            abort(400)

    app.before_request(refuse)
