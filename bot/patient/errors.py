"""Every error as a kind page, or for the API as a message in the same shape as an answer."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from bot.patient import chat, intake, texts
from bot.patient.messages import BotMessage

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Let the application answer every error this way."""
    app.register_error_handler(CSRFError, _old_form)
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(Exception, _unknown)


def _old_form(error: CSRFError) -> Response:
    if request.endpoint == "chat.send":
        return chat.page(typed=request.form.get("message", ""), problem=texts.text("chat.expired"), status=400)
    if request.endpoint == "intake.submit":
        return intake.expired_form(**(request.view_args or {}))
    return _known(error)


def _known(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    response = _answer(status)
    for name in ("Allow", "Retry-After"):
        for value in error.get_response().headers.get_all(name):
            response.headers[name] = value
    return response


def _unknown(error: Exception) -> Response:
    log.exception("a request failed", exc_info=error)
    return _answer(InternalServerError.code)


def _answer(status: int) -> Response:
    words = _words(status)
    if request.path.startswith("/api/"):
        return json_problem(words["text"], status)
    return make_response(render_template("error.html", **words), status)


def _words(status: int) -> dict[str, Any]:
    for name in (str(status), "400" if status < 500 else "500"):
        try:
            return dict(texts.section(f"errors.{name}"))
        except KeyError:
            continue
    raise AssertionError("texts.yml lacks the texts for 400 and 500")


def json_problem(text: str, status: int) -> Response:
    """A problem as the API tells it: the shape of an answer, with a kind sentence."""
    message = BotMessage(text=text, kind="refusal").as_json()
    return make_response(jsonify(conversation=None, messages=[message]), status)
