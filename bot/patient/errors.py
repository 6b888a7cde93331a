"""Every error as a kind page, or for the API as a message in the same shape as an answer."""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError

from bot.patient import chat, contact, intake
from bot.patient.messages import BotMessage
from bot.patient.wording import plain, section
from bot.web import errors


def install(app: Flask) -> None:
    """Let the application answer every error this way."""
    errors.install(app, _answer, _old_form)


def _old_form(_error: CSRFError) -> Response:
    if request.endpoint == "chat.send":
        return chat.page(typed=request.form.get("message", ""), problem=plain("chat.expired"), status=400)
    if request.endpoint == "intake.submit":
        return intake.unsent_form(problem="stale", status=400, **(request.view_args or {}))
    return _answer(400)


def _answer(status: int) -> Response:
    if status == 429 and request.endpoint == "chat.send":
        return chat.page(request.form.get("message", ""), plain("chat.too_many"), status)
    if status == 429 and request.endpoint == "intake.submit":
        return intake.unsent_form(problem="too_many", status=status, **(request.view_args or {}))
    if status == 429 and request.endpoint == "contact.send":
        return contact.unsent()
    told = errors.words_for(status, section("errors"))
    if request.path.startswith("/api/"):
        return json_problem(told["text"], status)
    return make_response(render_template("error.html", **told), status)


def json_problem(text: str, status: int) -> Response:
    """A problem as the API tells it: the shape of an answer, with a kind sentence."""
    message = BotMessage(text=text, kind="refusal").as_json()
    return make_response(jsonify(conversation=None, messages=[message]), status)
