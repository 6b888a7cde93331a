"""What a nurse does to a sign-up: a step of the workflow, taking it back, a note, a corrected answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.database import session_scope
from bot.desk import guard, texts
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.desk.signup_page import UnknownAnswer, with_answer
from bot.desk.signups import page_of
from bot.signups import service, triage
from bot.signups.audit import Purpose
from bot.signups.dates import Impossible, Unreadable, parse_birth_date
from bot.signups.service import Conflict, NotFound
from bot.signups.triage import NothingToUndo
from bot.signups.validation import months
from bot.signups.workflow import Missing, NotAllowed, State

blueprint = Blueprint("steps", __name__, url_prefix="/aanmeldingen/<int:signup_id>")
MAX_NOTE = 5_000
MAX_REASON = 1_000
# An appointment lies around now; anything else is a slip of the keyboard.
_PAST, _FUTURE = timedelta(days=366), timedelta(days=732)


@blueprint.post("/stap")
@needs(Permission.PATIENTS)
def take(signup_id: int) -> ResponseReturnValue:
    """Take a step of the workflow."""
    try:
        target = State(request.form.get("target", ""))
        on = _date(request.form.get("on", ""))
    except (Unreadable, Impossible):
        return _again(signup_id, texts.text("messages", "date_unreadable"), 400)
    except ValueError:
        abort(400)
    reason = request.form.get("reason", "")[:MAX_REASON]
    try:
        with session_scope(parts().engine) as database:
            signup = triage.transition(
                database, guard.actor(), signup_id, target, now(), version=_version(), reason=reason, on=on
            )
    except Missing as missing:
        return _again(signup_id, " ".join(texts.text("asks", ask.value) for ask in missing.missing), 400)
    except NotAllowed:
        return _again(signup_id, texts.text("messages", "step_impossible"), 409)
    except Conflict:
        return _again(signup_id, texts.text("messages", "conflict"), 409)
    except NotFound:
        abort(404)
    return _done(signup_id, texts.text("messages", "step_done", state=texts.text("states", signup.state.value)))


@blueprint.post("/terug")
@needs(Permission.PATIENTS)
def take_back(signup_id: int) -> ResponseReturnValue:
    """Take back the last step."""
    try:
        with session_scope(parts().engine) as database:
            signup = triage.undo(database, guard.actor(), signup_id, now(), version=_version())
    except NothingToUndo:
        return _again(signup_id, texts.text("messages", "undo_impossible"), 409)
    except Conflict:
        return _again(signup_id, texts.text("messages", "conflict"), 409)
    except NotFound:
        abort(404)
    return _done(signup_id, texts.text("messages", "step_undone", state=texts.text("states", signup.state.value)))


@blueprint.post("/notitie")
@needs(Permission.PATIENTS)
def note(signup_id: int) -> ResponseReturnValue:
    """Write a note."""
    text = request.form.get("note", "")
    if len(text) > MAX_NOTE:
        return _again(signup_id, texts.text("messages", "note_long", limit=MAX_NOTE), 400)
    if not text.strip():
        return _again(signup_id, texts.text("messages", "note_empty"), 400)
    try:
        with session_scope(parts().engine) as database:
            triage.add_note(database, guard.actor(), signup_id, text, now())
    except NotFound:
        abort(404)
    return _done(signup_id, texts.text("messages", "note_saved"), "notities")


@blueprint.post("/antwoord")
@needs(Permission.PATIENTS)
def answer(signup_id: int) -> ResponseReturnValue:
    """Correct one answer after talking with the patient; the verdict follows."""
    form = request.form
    try:
        with session_scope(parts().engine) as database:
            before = service.get(database, signup_id, guard.actor(), Purpose.TRIAGE, now())
            trial = parts().trial(before.trial)
            if trial is None:
                abort(404)
            words = form.get("words", "")[:MAX_REASON]
            answers = with_answer(before, trial, form.get("criterion", ""), form.get("option", ""), words)
            if answers == before.answers:
                return _done(signup_id, texts.text("messages", "answer_same"), "criteria")
            signup = service.correct(
                database,
                signup_id,
                replace(before.details, answers=answers),
                now(),
                actor=guard.actor(),
                version=_version(),
                trial=trial,
            )
    except UnknownAnswer:
        return _again(signup_id, texts.text("messages", "answer_invalid"), 400)
    except NotAllowed:
        return _again(signup_id, texts.text("messages", "step_impossible"), 409)
    except Conflict:
        return _again(signup_id, texts.text("messages", "conflict"), 409)
    except NotFound:
        abort(404)
    verdict = texts.text("verdicts", signup.verdict.value)
    return _done(signup_id, texts.text("messages", "answer_saved", verdict=verdict), "criteria")


def _version() -> int:
    given = request.form.get("version", "")
    if not given.isdigit() or len(given) > 9:
        abort(400)
    return int(given)


def _date(typed: str) -> date | None:
    if not typed.strip():
        return None
    today = now().date()
    found = parse_birth_date(typed, today, months())
    if not today - _PAST <= found <= today + _FUTURE:
        raise Unreadable("too far away")
    return found


def _done(signup_id: int, message: str, place: str = "stand") -> ResponseReturnValue:
    flash(message)
    return redirect(url_for("signups.show", signup_id=signup_id, _anchor=place), 303)


def _again(signup_id: int, problem: str, status: int) -> ResponseReturnValue:
    return page_of(signup_id, problem=problem, typed=request.form.to_dict(), status=status)
