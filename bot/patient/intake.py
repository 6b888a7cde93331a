"""The intake form behind the hand-over link, and its confirmation."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from sqlalchemy.exc import SQLAlchemyError

from bot.database import outlive_power_cut, session_scope
from bot.eligibility.criteria import Recruitment, Trial
from bot.funnel.counters import FORM_OPENED
from bot.patient.answers_form import in_language, read_answers
from bot.patient.form_view import TOLD, FormView, all_told, form_view
from bot.patient.language import page_language
from bot.patient.parts import parts
from bot.patient.wording import plain, section
from bot.signups import service
from bot.signups.encryption import EncryptionError
from bot.signups.handover import Handover, HandoverExpired, HandoverInvalid, read_token
from bot.signups.records import IntakeDetails, SignUp
from bot.signups.validation import check_details
from bot.watching import metrics

log = logging.getLogger(__name__)

blueprint = Blueprint("intake", __name__)

_DONE = "signed_up"
_OPENED = "form_opened"


@blueprint.get("/aanmelden/<token>")
def show(token: str) -> Response:
    """The form, filled in with the answers of the pre-screen."""
    opened = _open(token)
    if isinstance(opened, Response):
        return opened
    handover, trial = opened
    _count(handover)
    answers = read_answers(trial, {}, handover.answers)
    return _form(token, trial, form_view(trial, answers, page_language()))


@blueprint.post("/aanmelden/<token>")
def submit(token: str) -> Response:
    """Check what was typed; store it, or show the form again with everything that was typed."""
    opened = _open(token)
    if isinstance(opened, Response):
        return opened
    handover, trial = opened
    now = datetime.now(UTC)
    answers = read_answers(trial, request.form, handover.answers)
    checked = check_details(request.form, now.date(), page_language())
    view = form_view(trial, answers, page_language(), request.form, checked.errors)
    if checked.details is None or not all_told(view, request.form.get(TOLD, "")):
        return _form(token, trial, view)
    try:
        return _store(handover, replace(checked.details, answers=answers), trial, now)
    except service.Erased:
        return _message("intake.erased", 410)
    except (SQLAlchemyError, EncryptionError, OSError):
        log.exception("a sign-up could not be stored")
        metrics.SIGNUPS_LOST.inc()
        return _form(token, trial, replace(view, problem=plain("intake.not_stored")), 503)


@blueprint.get("/aangemeld")
def done() -> Response:
    """The confirmation with the reference code. It can be loaded again; the code stands in the signed cookie only."""
    kept = session.get(_DONE)
    if not isinstance(kept, dict):
        return redirect_to_lookup()
    return make_response(render_template("done.html", **kept))


def unsent_form(token: str, problem: str, status: int) -> Response:
    """The form again with everything that was typed, and why it was not sent: the name of a text under `intake`."""
    opened = _open(token)
    if isinstance(opened, Response):
        return opened
    handover, trial = opened
    answers = read_answers(trial, request.form, handover.answers)
    told = plain(f"intake.{problem}")
    return _form(token, trial, form_view(trial, answers, page_language(), request.form, problem=told), status)


def _count(handover: Handover) -> None:
    """Count that the form was opened, once for each link and browser."""
    mark = sha256(handover.id.encode()).hexdigest()[:16]
    if session.get(_OPENED) != mark:
        session[_OPENED] = mark
        parts().counters.add([FORM_OPENED])


def redirect_to_lookup() -> Response:
    """To the page where one looks up a sign-up with its code."""
    return make_response(redirect(url_for("my_data.look_up"), 303))


def _open(token: str) -> tuple[Handover, Trial] | Response:
    """What the link holds, or the page that says why it cannot be used."""
    settings = parts().settings
    try:
        handover = read_token(settings.keys, token, settings.link_hours, datetime.now(UTC))
    except HandoverExpired:
        return _message("intake.expired", 410, hours=settings.link_hours)
    except HandoverInvalid:
        return _message("intake.invalid", 404)
    trial = parts().library.trial()
    if trial is None:
        return _message("intake.unavailable", 503)
    if trial.id != handover.trial:
        return _message("intake.invalid", 404)
    if trial.recruitment is Recruitment.CLOSED:
        told = in_language(trial.recruitment_text[Recruitment.CLOSED], page_language())
        return _message("intake.closed", 200, recruitment=told)
    return handover, trial


def _store(handover: Handover, details: IntakeDetails, trial: Trial, now: datetime) -> Response:
    with session_scope(parts().engine) as database:
        # Who changed the language of the page wants to be written to in that one.
        signup = service.submit(database, replace(handover, language=page_language()), details, now, trial)
    outlive_power_cut(parts().engine)
    if signup.created_at == now:
        metrics.SIGNUPS.inc()
    session[_DONE] = {
        "code": signup.code,
        "ignored": _ignored(signup, details, now),
        "records": details.consent_records,
    }
    return make_response(redirect(url_for("intake.done"), 303))


def _ignored(signup: SignUp, details: IntakeDetails, now: datetime) -> bool:
    """Whether this was a second submit with other details, which are not stored."""
    return signup.created_at != now and signup.details != details


def _form(token: str, trial: Trial, view: FormView, status: int | None = None) -> Response:
    wrong = bool(view.errors or (view.misfits and request.method == "POST"))
    told = in_language(trial.recruitment_text[trial.recruitment], page_language())
    page = render_template(
        "intake.html",
        view=view,
        action=url_for("intake.submit", token=token),
        recruitment=told,
    )
    return make_response(page, status or (422 if wrong else 200))


def _message(name: str, status: int, **values: object) -> Response:
    told: Mapping[str, str] = section(name)
    return make_response(render_template("error.html", title=told["title"], text=told["text"].format(**values)), status)
