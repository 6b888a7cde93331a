"""What every error has in common: an answer of the site itself, the right headers, and a log without personal data."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from typing import TypeVar

from flask import Flask, Response, make_response, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)
Words = TypeVar("Words")
_BACK_AFTER_SECONDS = 30


def install(app: Flask, answer: Callable[[int], Response], old_form: Callable[[CSRFError], Response]) -> None:
    """Let a site answer every error its own way.

    Args:
        app: the site.
        answer: the site's answer for a status.
        old_form: its answer to a form whose token is not valid any more.
    """

    def known(error: HTTPException) -> Response:
        if error.response is not None:
            return make_response(error.response)
        status = error.code or 500
        if status < 400:
            return make_response(error.get_response())
        response = answer(status)
        for name in ("Allow", "Retry-After"):
            for value in error.get_response().headers.get_all(name):
                response.headers[name] = value
        return response

    def unknown(error: Exception) -> Response:
        # Only the kind of error and its place: its message may hold what somebody typed.
        place = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s %s failed with %s\n%s", request.method, request.endpoint, type(error).__name__, place)
        if not isinstance(error, OperationalError | InterfaceError | PoolTimeout):
            return answer(500)
        # A database that is away, busy or full comes back: who asked hears that, and when to try again.
        response = answer(503)
        response.headers["Retry-After"] = str(_BACK_AFTER_SECONDS)
        return response

    app.register_error_handler(CSRFError, old_form)
    app.register_error_handler(HTTPException, known)
    app.register_error_handler(Exception, unknown)


def words_for(status: int, texts: Mapping[str, Words]) -> Words:
    """The texts for a status, or those for the most general error of its kind."""
    return texts.get(str(status)) or texts["400" if status < 500 else "500"]
