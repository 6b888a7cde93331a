"""What a nurse does to a sign-up: a step of the workflow, taking it back, a note, corrected answers and details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import wraps

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk import drafts, guard, texts
from bot.desk.details_form import was_sent
from bot.desk.drafts import keeps_draft
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.desk.signup_page import UnknownAnswer, with_answers
from bot.desk.signups import page_of
from bot.eligibility.criteria import Trial
from bot.signups import service, triage
from bot.signups.audit import Purpose
from bot.signups.dates import Impossible, Unreadable, parse_birth_date
from bot.signups.records import SignUp
from bot.signups.service import Conflict, NotFound
from bot.signups.triage import NothingToUndo
from bot.signups.validation import FieldError, check_details, months
from bot.signups.workflow import Missing, NotAllowed, State

blueprint = Blueprint("steps", __name__, url_prefix="/aanmeldingen/<int:signup_id>")
MAX_NOTE = 5_000
MAX_REASON = 1_000
# An appointment lies around now; anything else is a slip of the keyboard.
_PAST, _FUTURE = timedelta(days=366), timedelta(days=732)
_PAGE = "signups.show"
# What to tell when the sign-up is not, or no longer, in a state for this.
_REFUSALS: dict[type[Exception], str] = {
    Conflict: "conflict",
    NotAllowed: "step_impossible",
    NothingToUndo: "undo_impossible",
}
Change = Callable[[int], ResponseReturnValue]


class Unusable(Exception):
    """What was typed cannot be used; says in one sentence how to repair it."""

    def __init__(self, problem: str, errors: tuple[FieldError, ...] = ()) -> None:
        self.problem, self.errors = problem, errors
        super().__init__("what was typed cannot be used")


def change(view: Change) -> Change:
    """Answer what can go wrong with the page as it is now, in which everything that was typed still stands."""

    @wraps(view)
    def guarded(signup_id: int) -> ResponseReturnValue:
        kept = False
        try:
            return view(signup_id)
        except NotFound:
            abort(404)
        except Unusable as unusable:
            problem, errors, status = unusable.problem, unusable.errors, 400
        except tuple(_REFUSALS) as refused:
            problem, errors, status = texts.text("messages", _REFUSALS[type(refused)]), (), 409
            # Whoever leaves the page now still finds it there later.
            kept = _has_text() and drafts.keep() is not None
        return page_of(signup_id, problem, request.form.to_dict(), errors, status, kept)

    return guarded


@blueprint.post("/stap")
@needs(Permission.PATIENTS)
@keeps_draft(_PAGE)
@change
def take(signup_id: int) -> ResponseReturnValue:
    """Take a step of the workflow."""
    try:
        target = State(request.form.get("target", ""))
    except ValueError:
        abort(400)
    on, reason = _date(request.form.get("on", "")), request.form.get("reason", "")[:MAX_REASON]
    try:
        with session_scope(parts().engine) as database:
            signup = triage.transition(
                database, guard.actor(), signup_id, target, now(), version=shown_version(), reason=reason, on=on
            )
    except Missing as missing:
        raise Unusable(" ".join(texts.text("asks", ask.value) for ask in missing.missing)) from None
    return _done(signup_id, texts.text("messages", "step_done", state=texts.text("states", signup.state.value)))


@blueprint.post("/terug")
@needs(Permission.PATIENTS)
@change
def take_back(signup_id: int) -> ResponseReturnValue:
    """Take back the last step."""
    with session_scope(parts().engine) as database:
        signup = triage.undo(database, guard.actor(), signup_id, now(), version=shown_version())
    return _done(signup_id, texts.text("messages", "step_undone", state=texts.text("states", signup.state.value)))


@blueprint.post("/notitie")
@needs(Permission.PATIENTS)
@keeps_draft(_PAGE)
@change
def note(signup_id: int) -> ResponseReturnValue:
    """Write a note."""
    text = request.form.get("note", "")
    if len(text) > MAX_NOTE:
        raise Unusable(texts.text("messages", "note_long", limit=MAX_NOTE))
    if not text.strip():
        raise Unusable(texts.text("messages", "note_empty"))
    with session_scope(parts().engine) as database:
        triage.add_note(database, guard.actor(), signup_id, text, now())
    return _done(signup_id, texts.text("messages", "note_saved"), "notities")


@blueprint.post("/antwoord")
@needs(Permission.PATIENTS)
@keeps_draft(_PAGE)
@change
def answer(signup_id: int) -> ResponseReturnValue:
    """Correct one answer after talking with the patient; the verdict follows."""
    form = request.form
    with session_scope(parts().engine) as database:
        before = service.get(database, signup_id, guard.actor(), Purpose.TRIAGE, now())
        trial = parts().trial(before.trial)
        if trial is None:
            abort(404)
        words = form.get("words", "")[:MAX_REASON]
        try:
            given = {form.get("criterion", ""): (form.get("option", ""), words)}
            after = save_answers(database, before, trial, given)
        except UnknownAnswer:
            raise Unusable(texts.text("messages", "answer_invalid")) from None
    return _done(signup_id, answers_message(before, after), "criteria")


@blueprint.post("/gegevens")
@needs(Permission.PATIENTS)
@keeps_draft(_PAGE)
@change
def details(signup_id: int) -> ResponseReturnValue:
    """Correct contact details and consents."""
    checked = check_details(request.form, now().date(), must_allow_calls=False)
    if checked.details is None:
        raise Unusable(texts.text("messages", "details_wrong"), checked.errors)
    with session_scope(parts().engine) as database:
        service.correct(database, signup_id, checked.details, now(), actor=guard.actor(), version=shown_version())
    return _done(signup_id, texts.text("messages", "details_saved"), "contact")


@blueprint.post("/concept")
@needs(Permission.PATIENTS)
def discard(signup_id: int) -> ResponseReturnValue:
    """Throw away what was typed and not saved."""
    drafts.forget(url_for(_PAGE, signup_id=signup_id))
    return redirect(url_for(_PAGE, signup_id=signup_id), 303)


def save_answers(database: Session, before: SignUp, trial: Trial, given: Mapping[str, tuple[str, str]]) -> SignUp:
    """The sign-up after this form changed some of its answers; as it was when that makes no difference.

    Args:
        given: as of `with_answers`.

    Raises:
        UnknownAnswer: when the trial has no such criterion or answer.
        Conflict, NotAllowed: as `service.correct`.
    """
    answers = with_answers(before, trial, given)
    if answers == before.answers:
        return before
    corrected = replace(before.details, answers=answers)
    return service.correct(
        database, before.id, corrected, now(), actor=guard.actor(), version=shown_version(), trial=trial
    )


def answers_message(before: SignUp, after: SignUp) -> str:
    """What is told after answers were saved: the verdict, and what it was when it changed."""
    if before.answers == after.answers:
        return texts.text("messages", "answer_same")
    told = texts.text("messages", "answer_saved", verdict=texts.text("verdicts", after.verdict.value))
    if before.verdict is not after.verdict:
        told += " " + texts.text("messages", "answer_before", verdict=texts.text("verdicts", before.verdict.value))
    return told


def _has_text() -> bool:
    return was_sent(request.form) or any(request.form.get(name, "").strip() for name in ("reason", "words", "note"))


def shown_version() -> int:
    """The version of the sign-up that the form was shown with; ends the request when there is none."""
    given = request.form.get("version", "")
    if not given.isdigit() or len(given) > 9:
        abort(400)
    return int(given)


def _date(typed: str) -> date | None:
    if not typed.strip():
        return None
    today = now().date()
    try:
        found = parse_birth_date(typed, today, months())
    except (Unreadable, Impossible):
        found = None
    if found is None or not today - _PAST <= found <= today + _FUTURE:
        raise Unusable(texts.text("messages", "date_unreadable"))
    return found


def _done(signup_id: int, message: str, place: str = "stand") -> ResponseReturnValue:
    drafts.forget(url_for(_PAGE, signup_id=signup_id), request.endpoint)
    flash(message)
    return redirect(url_for(_PAGE, signup_id=signup_id, _anchor=place), 303)
