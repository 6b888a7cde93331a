"""The nurse's list of sign-ups, and one sign-up on one page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.database import session_scope
from bot.desk import guard
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.desk.signup_page import criterion_rows
from bot.signups import service, triage, workflow
from bot.signups.audit import Purpose
from bot.signups.records import unknown_criteria
from bot.signups.service import NotFound
from bot.signups.triage import Filter
from bot.signups.validation import call_how_choices
from bot.signups.workflow import OPEN, State

blueprint = Blueprint("signups", __name__, url_prefix="/aanmeldingen")
PAGE_SIZE = 50
ALL = "alle"
STILL_OPEN = "open"


@blueprint.get("/")
@needs(Permission.PATIENTS)
def index() -> ResponseReturnValue:
    """The list: open sign-ups, doubts and oldest first, or those of one state."""
    chosen = request.args.get("staat", STILL_OPEN)
    doubts = request.args.get("twijfel") == "1"
    number = request.args.get("pagina", "1")
    if not number.isdigit() or not 1 <= int(number) <= 100_000 or chosen not in {ALL, STILL_OPEN, *State}:
        abort(404)
    states = {ALL: (), STILL_OPEN: OPEN}.get(chosen) if chosen in {ALL, STILL_OPEN} else (State(chosen),)
    return _list(Filter(states=states or (), doubts=doubts), chosen, int(number))


@blueprint.post("/zoeken")
@needs(Permission.PATIENTS)
def search() -> ResponseReturnValue:
    """Search by name, in all states. By POST, so that no name ends up in an address or a log."""
    name = request.form.get("naam", "").strip()[:120]
    return _list(Filter(name=name), ALL, 1) if name else index()


def _list(wanted: Filter, chosen: str, number: int) -> str:
    with session_scope(parts().engine) as database:
        page = triage.list_signups(database, guard.actor(), now(), wanted, number, PAGE_SIZE)
        counts = triage.count_per_state(database)
    still_open = sum(counts[state] for state in OPEN)
    return render_template(
        "list.html", page=page, counts=counts, still_open=still_open, chosen=chosen, wanted=wanted, now=now()
    )


@blueprint.get("/<int:signup_id>")
@needs(Permission.PATIENTS)
def show(signup_id: int) -> ResponseReturnValue:
    """Everything about one sign-up."""
    return page_of(signup_id)


def page_of(
    signup_id: int, problem: str | None = None, typed: Mapping[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    """The page of a sign-up as it is now.

    Args:
        problem: what went wrong with what somebody sent.
        typed: what they typed, so that nothing is lost.
        status: of the response.
    """
    try:
        with session_scope(parts().engine) as database:
            signup = service.get(database, signup_id, guard.actor(), Purpose.TRIAGE, now())
    except NotFound:
        abort(404)
    steps = workflow.allowed(signup.state)
    body = render_template(
        "signup.html",
        signup=signup,
        rows=criterion_rows(signup, parts().trial(signup.trial)),
        unknown=unknown_criteria(signup.answers),
        main_step=workflow.next_step(signup.state),
        ways_out=[step for step in steps if step != workflow.next_step(signup.state)],
        undoable=triage.undoable(signup, now()),
        call_how=call_how_choices("nl").get(signup.details.call_how, signup.details.call_how),
        problem=problem,
        typed=typed or {},
        now=now(),
    )
    return body, status
