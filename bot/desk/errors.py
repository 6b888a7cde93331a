"""Every error as a plain page that says what to do."""

from __future__ import annotations

from flask import Flask, Response, make_response, render_template

from bot.desk import guard, texts
from bot.web import errors


def install(app: Flask) -> None:
    """Let the application answer every error this way."""
    known = texts.group("errors")
    errors.install(
        app,
        answer=lambda status: _page(errors.words_for(status, known), status),
        old_form=lambda _error: guard.form_expired() or _page(known["csrf"], 400),
    )


def _page(words: str, status: int) -> Response:
    return make_response(render_template("error.html", words=words, with_menu=status < 500), status)
