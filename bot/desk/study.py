"""The page `Studie`: recruitment, what patients hear about waiting, and the notice when the register says otherwise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user  # type: ignore[import-untyped]
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk import guard, texts
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.eligibility.criteria import Recruitment, RegisterStatus, Trial
from bot.eligibility.trial_file import TrialFileError
from bot.signups.dates import Impossible, Unreadable, parse_birth_date
from bot.signups.validation import months
from bot.study import store
from bot.study.store import Conflict
from bot.study.values import RecruitmentStatus, Waiting, applied, confirmed, contradicts, doubtful

log = logging.getLogger(__name__)
blueprint = Blueprint("study", __name__, url_prefix="/studie")
MAX_SOURCE = 300
MAX_NOTE = 1_000
MOST_MONTHS = 60


class Refused(Exception):
    """What was sent cannot be stored; the message says why, for the person."""


def install(app: Flask) -> None:
    """Let every page show the notice."""
    app.jinja_env.globals["register_doubt"] = register_doubt


def register_doubt() -> RegisterStatus | None:
    """What the register says, while the setting contradicts it and nobody confirmed that; for staff who log in."""
    if not current_user.is_authenticated:
        return None
    try:
        trial, state = parts().study.trial(), parts().study.state()
    except TrialFileError:
        log.exception("the trial cannot be read")
        return None
    return trial.register if doubtful(trial, state) else None


@blueprint.get("/")
@needs(Permission.STUDY)
def show() -> ResponseReturnValue:
    """The settings as they are now, and who set them."""
    return _page()


@blueprint.post("/werving")
@needs(Permission.STUDY)
def recruitment() -> ResponseReturnValue:
    """Set the recruitment status; patients hear it within seconds."""

    def change(database: Session, trial: Trial) -> None:
        status = request.form.get("status", "")
        if status not in {each.value for each in Recruitment}:
            raise Refused(texts.text("study", "status_missing"))
        chosen = RecruitmentStatus(Recruitment(status), _date().isoformat(), _text("source", MAX_SOURCE))
        if not chosen.source:
            raise Refused(texts.text("study", "source_missing"))
        note = _text("note", MAX_NOTE)
        store.set_recruitment(database, guard.actor(), trial.id, chosen, note, _version(), now())

    return _changed(change, "changed")


@blueprint.post("/wachten")
@needs(Permission.STUDY)
def waiting() -> ResponseReturnValue:
    """Set what patients and nurses hear about waiting."""

    def change(database: Session, trial: Trial) -> None:
        typed = request.form.get("long_months", "").strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) < 4 and 1 <= int(typed) <= MOST_MONTHS):
            raise Refused(texts.text("study", "months_wrong"))
        chosen = Waiting(shown=request.form.get("shown") == "yes", long_months=int(typed))
        store.set_waiting(database, guard.actor(), trial.id, chosen, _text("note", MAX_NOTE), _version(), now())

    return _changed(change, "changed")


@blueprint.post("/bevestigen")
@needs(Permission.STUDY)
def confirm() -> ResponseReturnValue:
    """Confirm that the status is right though the register says otherwise."""

    def change(database: Session, trial: Trial) -> None:
        reason = _text("reason", MAX_NOTE)
        if not reason:
            raise Refused(texts.text("study", "reason_missing"))
        current = applied(trial, store.state(database, trial.id))
        store.confirm(database, guard.actor(), current, _version(), reason, now())

    return _changed(change, "confirmed")


def _changed(change: Callable[[Session, Trial], None], done: str) -> ResponseReturnValue:
    """Make a change, or show the page with everything that was typed and what is wrong with it."""
    try:
        with session_scope(parts().engine) as database:
            change(database, parts().study.trial())
    except TrialFileError:
        log.exception("the trial cannot be read")
        return _page(texts.text("study", "file_broken"), 503)
    except Refused as refused:
        return _page(str(refused), 400)
    except Conflict:
        return _page(texts.text("study", "conflict"), 409)
    flash(texts.text("study", done))
    return redirect(url_for("study.show"), 303)


def _page(problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    try:
        trial = parts().study.trial()
    except TrialFileError:
        log.exception("the trial cannot be read")
        problem = texts.text("study", "file_broken")
        return render_template("study.html", trial=None, problem=problem, typed={}, form=""), 503
    with session_scope(parts().engine) as database:
        state = store.state(database, trial.id)
        history = [(row.name, store.version_of(row), row.data) for row in store.history(database, trial.id)]
    typed: Mapping[str, str] = request.form.to_dict() if problem else {}
    body = render_template(
        "study.html",
        trial=trial,
        state=state,
        history=history,
        contradicts=contradicts(trial),
        confirmation=confirmed(trial, state.recruitment_version.number, state.confirmations),
        statuses=[each.value for each in Recruitment],
        problem=problem,
        typed=typed,
        # Which of the forms somebody was filling in: only there what they typed comes back.
        form=(request.endpoint or "").rpartition(".")[2],
        most_months=MOST_MONTHS,
    )
    return body, status


def _text(name: str, longest: int) -> str:
    text = request.form.get(name, "").strip()
    if len(text) > longest:
        raise Refused(texts.text("study", "too_long", limit=longest))
    return text


def _version() -> int:
    given = request.form.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) < 9):
        raise Conflict("no version")
    return int(given)


def _date() -> date:
    today = now().date()
    try:
        found = parse_birth_date(request.form.get("as_of", ""), today, months())
    except (Unreadable, Impossible):
        raise Refused(texts.text("study", "date_unreadable")) from None
    if found > today:
        raise Refused(texts.text("study", "date_unreadable"))
    return found
