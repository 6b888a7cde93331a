"""Every error as a plain page that says what to do."""

from __future__ import annotations

import logging
import traceback

from flask import Flask, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from bot.desk import texts

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Let the application answer every error this way."""
    app.register_error_handler(CSRFError, lambda _error: _page("csrf", 400))
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(Exception, _unknown)


def _known(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    response = make_response(_page(str(status), status))
    for name in ("Allow", "Retry-After"):
        for value in error.get_response().headers.get_all(name):
            response.headers[name] = value
    return response


def _unknown(error: Exception) -> ResponseReturnValue:
    # Only the kind of error and its place: its message may hold what somebody typed.
    place = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s %s failed with %s\n%s", request.method, request.endpoint, type(error).__name__, place)
    return _page("500", 500)


def _page(name: str, status: int) -> ResponseReturnValue:
    known = texts.group("errors")
    words = known.get(name) or known["400" if status < 500 else "500"]
    return render_template("error.html", words=words, with_menu=status < 500), status
