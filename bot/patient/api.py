"""`POST /api/chat`: the conversation as JSON, for other pages and for evaluation. The contract is in the README."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, Response, jsonify, make_response, request

from bot.patient import texts
from bot.patient.chat import office
from bot.patient.conversation import EmptyMessage, MessageTooLong, take_turn
from bot.patient.messages import BotMessage
from bot.patient.parts import parts

blueprint = Blueprint("api", __name__, url_prefix="/api")

_DOCUMENT = Path(__file__).with_name("openapi.yml")


@blueprint.post("/chat")
def chat() -> Response:
    """One message of a conversation; see `POST /api/chat` in the README."""
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError:  # thousands of brackets inside one another
        body = None
    if not isinstance(body, dict):
        return _problem("api.not_json")
    message, language, token = body.get("message"), body.get("language"), body.get("conversation")
    if not isinstance(message, str):
        return _problem("api.no_message", language)
    if not all(value is None or isinstance(value, str) for value in (language, token)):
        return _problem("api.wrong_type", language)
    language = _known(language)
    conversation = parts().tokens.recognise(token) or parts().tokens.issue()
    try:
        replies = take_turn(office(), conversation, message, language).replies
    except EmptyMessage:
        replies = (BotMessage(text=texts.text("chat.empty", language), kind="refusal", language=language),)
    except MessageTooLong:
        limit = parts().settings.max_message_length
        replies = (
            BotMessage(text=texts.text("chat.too_long", language, limit=limit), kind="refusal", language=language),
        )
    return make_response(jsonify(_answer(conversation.token, replies)))


@blueprint.get("/openapi.json")
def description() -> Response:
    """The public interfaces as an OpenAPI document."""
    return make_response(jsonify({**_document(), "servers": [{"url": parts().settings.site_url}]}))


@lru_cache(maxsize=1)
def _document() -> Mapping[str, Any]:
    return dict(yaml.safe_load(_DOCUMENT.read_text(encoding="utf-8")))


def _answer(token: str | None, replies: tuple[BotMessage, ...]) -> dict[str, Any]:
    return {"conversation": token, "messages": [reply.as_json() for reply in replies]}


def _known(language: object) -> str:
    return str(language) if language in texts.PAGE_LANGUAGES else texts.DEFAULT_LANGUAGE


def _problem(name: str, language: object = None) -> Response:
    reply = BotMessage(text=texts.text(name, _known(language)), kind="refusal", language=_known(language))
    return make_response(jsonify(_answer(None, (reply,))), 400)
