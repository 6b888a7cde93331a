"""The chat page. Works as a plain form; with the script, the same address answers with the new turn only."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from bot.knowledge.replies import in_language, topic_payload
from bot.knowledge.schema import Topic
from bot.patient import cookies
from bot.patient.conversation import (
    EmptyMessage,
    MessageTooLong,
    Office,
    earlier_turns,
    erase_conversation,
    forgets,
    take_turn,
)
from bot.patient.language import page_language
from bot.patient.messages import Choice
from bot.patient.parts import parts
from bot.patient.tokens import Conversation
from bot.patient.transcript import Turn
from bot.patient.translated import choice_in, is_in
from bot.patient.wording import plain, section

blueprint = Blueprint("chat", __name__)

_FRAGMENT = "X-Fragment"
# The name in the address by which a link opens the chat, and the value that stands for the pre-screen.
OPENING, OPENING_PRESCREEN = "onderwerp", "meedoen"


def office() -> Office:
    """What a turn needs, from the application's parts."""
    own = parts()
    settings = own.settings
    return Office(
        rasa=own.rasa,
        transcript=own.transcript,
        library=own.library,
        most_characters=settings.max_message_length,
        most_turns=settings.max_turns,
        tracker_url=settings.tracker_url,
        counters=own.counters,
    )


@blueprint.get("/")
def show() -> Response:
    """The page with the whole conversation."""
    return page()


@blueprint.post("/bericht")
def send() -> Response:
    """One message, from the text field or from a choice."""
    conversation = cookies.known_conversation() or parts().tokens.issue()
    typed = request.form.get("message", "")
    message = request.form.get("choice") or typed
    try:
        turn = take_turn(office(), conversation, message, page_language(), request.form.get("ticket") or None)
    except EmptyMessage:
        return page(problem=plain("chat.empty"))
    except MessageTooLong:
        limit = parts().settings.max_message_length
        return page(typed=typed, problem=plain("chat.too_long", limit=limit))
    if _FRAGMENT not in request.headers:
        response = make_response(redirect(url_for("chat.show", _anchor="nieuw"), 303))
    elif forgets(turn):
        # Earlier turns have gone; the script shows the page anew.
        response = make_response("", 205)
    else:
        response = make_response(render_template("_turn.html", **shown_turn(turn)))
    cookies.remember(response, conversation, cookies.is_kept())
    return response


@blueprint.post("/wissen")
def erase() -> Response:
    """Delete this browser's conversation and begin with an empty page."""
    conversation = cookies.known_conversation()
    try:
        if conversation:
            erase_conversation(parts(), conversation)
        flash(plain("chat.erased"))
    except SQLAlchemyError:
        flash(plain("chat.not_erased"))
        return make_response(redirect(url_for("chat.show"), 303))
    response = make_response(redirect(url_for("chat.show"), 303))
    cookies.forget(response)
    return response


def page(typed: str = "", problem: str | None = None, status: int = 200) -> Response:
    """The chat page, perhaps with text that was not sent and why."""
    shown_now = {**shown(cookies.known_conversation()), "typed": typed, "problem": problem}
    return make_response(render_template("chat.html", **shown_now), status)


def shown(conversation: Conversation | None) -> dict[str, object]:
    """What the chat's template shows of a conversation."""
    turns = earlier_turns(parts().transcript, conversation) if conversation else []
    return {
        "turns": turns or [],
        "unreadable": turns is None,
        "opening": _opening(),
        "subjects": _subjects(),
        "suggestions": _suggestions(),
        "ticket": _ticket(),
        "limit": parts().settings.max_message_length,
        "days": parts().settings.retention_days,
        "kept": cookies.is_kept(),
    }


def shown_turn(turn: Turn) -> dict[str, object]:
    """What the template of one turn, the newest, shows."""
    return {"turn": turn, "last": True, "ticket": _ticket()}


def choice_language(choice: Choice, language: str) -> str:
    """The language of the words on a choice below an answer in this language."""
    content = parts().library.content()
    return choice_in(content, choice.value, language) if content else language


def _ticket() -> str:
    return secrets.token_urlsafe(12)


def _suggestions() -> list[dict[str, str]]:
    """The first choices: the pre-screen and the questions most people begin with."""
    content = parts().library.content()
    found = [_prescreen()]
    for name in section("start.suggestions"):
        if content and is_in(content, name, page_language()):
            found.append(_choice(content.topics[name]))
    return found


def _opening() -> dict[str, str] | None:
    """What a link from elsewhere wants to begin with: a topic or the pre-screen. A press asks it; a look does not."""
    wanted = request.values.get(OPENING, "")
    if wanted == OPENING_PRESCREEN:
        return _prescreen()
    content = parts().library.content()
    topic = content.topics.get(wanted) if content else None
    return _choice(topic) if topic else None


def _subjects() -> list[dict[str, object]]:
    """All subjects with their questions, to browse."""
    content = parts().library.content()
    if content is None:
        return []
    found: list[dict[str, object]] = []
    for subject in content.subjects:
        topics = [content.topics[name] for name in subject.topics if is_in(content, name, page_language())]
        if topics:
            title = in_language(subject.title, page_language())
            found.append({"title": title, "topics": [_choice(topic) for topic in topics]})
    return found


def _prescreen() -> dict[str, str]:
    return {"label": plain("start.prescreen"), "value": "/start_prescreen"}


def _choice(topic: Topic) -> dict[str, str]:
    return {"label": in_language(topic.question, page_language()), "value": topic_payload(topic.id)}
