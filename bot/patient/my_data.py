"""`/mijn-aanmelding`: with code and date of birth a person sees, corrects, withdraws or erases their sign-up."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from sqlalchemy.exc import SQLAlchemyError

from bot.database import empty_log, make_engine, session_scope
from bot.eligibility.criteria import Trial
from bot.patient.answers_form import questions, read_answers
from bot.patient.form_view import TOLD, all_told, form_view, values_of
from bot.patient.language import page_language
from bot.patient.parts import parts
from bot.patient.wording import plain, section
from bot.privacy import person
from bot.signups import codes, service
from bot.signups.audit import PATIENT, Purpose
from bot.signups.encryption import use_keys
from bot.signups.records import SignUp
from bot.signups.validation import Refused, call_how_choices, check_birth_date, check_details, error_text
from bot.signups.workflow import NotAllowed, State

log = logging.getLogger(__name__)

blueprint = Blueprint("my_data", __name__, url_prefix="/mijn-aanmelding")

_OPEN = "my_signup"
_MINUTES = 20
# Tables with what staff wrote down or did.
_OF_STAFF = ("signup_notes", "drafts", "audit_trail")
View = Callable[[SignUp, Trial], Response]


@blueprint.get("")
def look_up() -> Response:
    """Asks for code and date of birth."""
    return make_response(render_template("look_up.html", values={}, errors={}))


@blueprint.post("")
def open_signup() -> Response:
    """Open the sign-up with this code and date of birth."""
    now = datetime.now(UTC)
    code, typed = request.form.get("code", ""), request.form.get("date_of_birth", "")
    errors = {}
    born = None
    if codes.normalise(code) is None:
        errors["code"] = error_text("code_invalid", page_language())
    try:
        born = check_birth_date(typed, now.date())
    except Refused as refused:
        errors["date_of_birth"] = error_text(refused.code, page_language(), **refused.values)
    if not errors and born:
        with session_scope(parts().engine) as database:
            signup = service.find(database, code, born, now)
        if signup:
            session[_OPEN] = {"id": signup.id, "at": time.time()}
            return _to("show")
        # Which of the two is wrong stays untold: whoever guesses should not learn it.
        errors["code"] = error_text("not_found", page_language())
    values = {"code": code, "date_of_birth": typed}
    return make_response(render_template("look_up.html", values=values, errors=errors), 422)


def opened(view: View) -> Callable[[], Response]:
    """Let a view only be reached by someone who opened a sign-up a short while ago, and hand it that sign-up."""

    @wraps(view)
    def guarded() -> Response:
        kept = session.get(_OPEN)
        if not isinstance(kept, dict) or time.time() - float(kept.get("at", 0)) > _MINUTES * 60:
            session.pop(_OPEN, None)
            return _to("look_up")
        trial = parts().library.trial()
        if trial is None:
            return _problem("503")
        try:
            with session_scope(parts().engine) as database:
                signup = service.get(database, int(kept["id"]), PATIENT, Purpose.PATIENT_REQUEST, datetime.now(UTC))
        except service.NotFound:
            session.pop(_OPEN, None)
            return _to("look_up")
        session[_OPEN] = {"id": signup.id, "at": time.time()}
        return view(signup, trial)

    return guarded


@blueprint.get("/gegevens")
@opened
def show(signup: SignUp, trial: Trial) -> Response:
    """Everything that is stored about this person."""
    answers = read_answers(trial, {}, signup.answers)
    page = render_template(
        "my_data.html",
        signup=signup,
        answers=questions(trial, answers, page_language()),
        state=section(f"states.{signup.state.value}"),
        call_how=call_how_choices(page_language()).get(signup.details.call_how, signup.details.call_how),
        withdrawn=signup.state is State.WITHDRAWN,
    )
    return make_response(page)


@blueprint.get("/download")
@opened
def download(signup: SignUp, trial: Trial) -> Response:
    """Everything about this person as a file: sign-up, answers, timeline, and the conversation.

    Without what staff wrote: those who want to read that ask the hospital, which uses `stamcelwijzer person export`.
    """
    settings = parts().settings
    tracker = make_engine(settings.tracker_url)
    try:
        use_keys(tracker, settings.keys)
        who = person.of_signup(signup.id, signup.conversation, signup.details.phone)
        found = person.export(parts().engine, tracker, who, PATIENT, leave_out=_OF_STAFF)
    finally:
        tracker.dispose()
    response = make_response(json.dumps(found, ensure_ascii=False, indent=2))
    response.content_type = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{plain("my_data.file")}.json"'
    return response


@blueprint.get("/wijzigen")
@opened
def edit(signup: SignUp, trial: Trial) -> Response:
    """The form with what is stored."""
    if signup.state is State.WITHDRAWN:
        flash(plain("my_data.withdrawn_fixed"))
        return _to("show")
    answers = read_answers(trial, {}, signup.answers)
    view = form_view(trial, answers, page_language(), values_of(signup.details))
    return make_response(render_template("my_data_edit.html", view=view, version=signup.version))


@blueprint.post("/wijzigen")
@opened
def correct(signup: SignUp, trial: Trial) -> Response:
    """Store the corrections, or show the form again with everything that was typed."""
    now = datetime.now(UTC)
    answers = read_answers(trial, request.form, signup.answers)
    checked = check_details(request.form, now.date(), page_language())
    view = form_view(trial, answers, page_language(), request.form, checked.errors)
    version = request.form.get("version", "")
    if checked.details is None or not all_told(view, request.form.get(TOLD, "")):
        return make_response(render_template("my_data_edit.html", view=view, version=version), 422)
    try:
        with session_scope(parts().engine) as database:
            details = replace(checked.details, answers=answers)
            known = int(version) if version.isdecimal() else 0
            service.correct(database, signup.id, details, now, version=known, trial=trial)
    except service.Conflict:
        # The form stays as typed; sending it once more replaces what the other one stored.
        problem = replace(view, problem=plain("my_data.conflict"))
        return make_response(render_template("my_data_edit.html", view=problem, version=signup.version), 409)
    except NotAllowed:
        flash(plain("my_data.withdrawn_fixed"))
        return _to("show")
    flash(plain("my_data.corrected"))
    return _to("show")


@blueprint.get("/intrekken")
@opened
def ask_withdraw(signup: SignUp, trial: Trial) -> Response:
    """Ask whether the person is sure."""
    return make_response(render_template("confirm.html", action=url_for("my_data.withdraw"), **_words("withdraw")))


@blueprint.post("/intrekken")
@opened
def withdraw(signup: SignUp, trial: Trial) -> Response:
    """Take the sign-up back."""
    if signup.state is not State.WITHDRAWN:
        with session_scope(parts().engine) as database:
            service.withdraw(database, signup.id, datetime.now(UTC))
    flash(plain("my_data.withdrawn"))
    return _to("show")


@blueprint.get("/wissen")
@opened
def ask_erase(signup: SignUp, trial: Trial) -> Response:
    """Ask whether the person is sure."""
    return make_response(render_template("confirm.html", action=url_for("my_data.erase"), **_words("erase")))


@blueprint.post("/wissen")
@opened
def erase(signup: SignUp, trial: Trial) -> Response:
    """Erase the sign-up, and the conversation it came from."""
    with session_scope(parts().engine) as database:
        conversation = service.erase(database, signup.id, datetime.now(UTC))
    session.clear()
    try:
        person.erase_callbacks(parts().engine, [signup.details.phone])
        if conversation:
            person.erase_conversation(parts().engine, parts().settings.tracker_url, conversation)
        else:
            empty_log(parts().engine)
    except SQLAlchemyError:
        # The retention rule erases it later; the sign-up itself is gone.
        log.exception("the conversation of an erased sign-up could not be erased")
    return make_response(render_template("erased.html"))


@blueprint.post("/sluiten")
def close() -> Response:
    """Close the sign-up, for instance on someone else's computer."""
    session.clear()
    flash(plain("my_data.closed"))
    return _to("look_up")


def _words(name: str) -> dict[str, str]:
    return dict(section(f"my_data.confirm_{name}"))


def _problem(status: str) -> Response:
    return make_response(render_template("error.html", **section(f"errors.{status}")), int(status))


def _to(view: str) -> Response:
    return make_response(redirect(url_for(f"my_data.{view}"), 303))
