"""The nurse's list of sign-ups, and one sign-up on one page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.database import session_scope
from bot.desk import drafts, guard, texts
from bot.desk.details_form import form_fields, was_sent
from bot.desk.guard import needs, unattended
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.desk.signup_page import cited, criterion_rows, labels, timeline
from bot.signups import service, triage, workflow
from bot.signups.audit import Purpose
from bot.signups.records import ListedSignUp, unknown_criteria
from bot.signups.service import NotFound
from bot.signups.triage import Filter
from bot.signups.validation import FieldError, call_how_choices
from bot.signups.workflow import FINAL, OPEN, State

blueprint = Blueprint("signups", __name__, url_prefix="/aanmeldingen")
PAGE_SIZE = 50
ALL = "alle"
STILL_OPEN = "open"
# As many as fit on the line that is kept free for news.
NEWS_SIZE = 3


@blueprint.get("/")
@needs(Permission.PATIENTS)
def index() -> ResponseReturnValue:
    """The list: open sign-ups, doubts and oldest first, or those of one state."""
    chosen, wanted = _asked_for()
    return _list(wanted, chosen, _number(request.args.get("pagina", "1")), _number(request.args.get("na", "0"), 0))


@blueprint.post("/zoeken")
@needs(Permission.PATIENTS)
def search() -> ResponseReturnValue:
    """Search by name or code, in all states. By POST, so that no name ends up in an address or a log."""
    name = request.form.get("naam", "").strip()[:120]
    return _list(Filter(name=name), ALL, _number(request.form.get("pagina", "1"))) if name else index()


@blueprint.get("/nieuw")
@needs(Permission.PATIENTS)
@unattended
def arrivals() -> ResponseReturnValue:
    """How many sign-ups came in since the list was loaded, and who came last, for the script of the list."""
    _, wanted = _asked_for()
    after = _number(request.args.get("na", "0"), 0)
    with session_scope(parts().engine) as database:
        count, last = triage.count_since(database, wanted, after)
        tag = f"{count}-{last}"
        # Asked every few seconds: whoever is shown already is neither read nor in the trail again.
        told = request.if_none_match.contains(tag)
        if count and not told:
            people = triage.list_since(database, guard.actor(), now(), wanted, after, NEWS_SIZE)
        else:
            people = ()
    words = texts.text("messages", "arrived_one" if count == 1 else "arrived", count=count) if count else ""
    response = jsonify(count=count, text=words, people=[_news_of(line) for line in people])
    response.set_etag(tag)
    return response.make_conditional(request)


def _news_of(line: ListedSignUp) -> dict[str, str]:
    return {
        "name": line.name,
        "url": url_for("signups.show", signup_id=line.id),
        "verdict": texts.text("verdicts", line.verdict.value),
        "tag": line.verdict.value,
    }


def _asked_for() -> tuple[str, Filter]:
    """Which list the address asks for: its name, and the filter."""
    chosen = request.args.get("staat", STILL_OPEN)
    if chosen not in {ALL, STILL_OPEN, *State}:
        abort(404)
    states = {ALL: (), STILL_OPEN: OPEN}.get(chosen) if chosen in {ALL, STILL_OPEN} else (State(chosen),)
    return chosen, Filter(states=states or (), doubts=request.args.get("twijfel") == "1")


def _number(typed: str, lowest: int = 1) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 9 and int(typed) >= lowest):
        abort(404)
    return int(typed)


def _list(wanted: Filter, chosen: str, number: int, after: int = 0) -> str:
    """The page with the list; sign-ups newer than `after` are marked."""
    with session_scope(parts().engine) as database:
        # Before the list itself, so that what comes in between is told as new and never missed.
        newest = triage.newest(database)
        page = triage.list_signups(database, guard.actor(), now(), wanted, number, PAGE_SIZE)
        counts = triage.count_per_state(database, doubts=wanted.doubts)
    still_open = sum(counts[state] for state in OPEN)
    return render_template(
        "list.html",
        page=page,
        counts=counts,
        still_open=still_open,
        chosen=chosen,
        wanted=wanted,
        newest=newest,
        after=after,
        final=FINAL,
        now=now(),
    )


@blueprint.get("/<int:signup_id>")
@needs(Permission.PATIENTS)
def show(signup_id: int) -> ResponseReturnValue:
    """Everything about one sign-up, and what this person typed there and could not save."""
    typed = drafts.typed_here()
    return page_of(signup_id, problem=texts.text("messages", "draft_kept") if typed else None, typed=typed, kept=True)


def page_of(
    signup_id: int,
    problem: str | None = None,
    typed: Mapping[str, str] | None = None,
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
    kept: bool = False,
) -> ResponseReturnValue:
    """The page of a sign-up as it is now.

    Args:
        problem: what went wrong with what somebody sent.
        typed: what they typed, so that nothing is lost.
        errors: what is wrong with which of the contact details.
        status: of the response.
        kept: whether what was typed was kept from before.
    """
    typed = typed or {}
    try:
        with session_scope(parts().engine) as database:
            signup = service.get(database, signup_id, guard.actor(), Purpose.TRIAGE, now())
    except NotFound:
        abort(404)
    steps = workflow.allowed(signup.state)
    trial = parts().trial(signup.trial)
    body = render_template(
        "signup.html",
        signup=signup,
        rows=criterion_rows(signup, trial),
        cited=cited(trial, parts().published()),
        labels=labels(trial),
        timeline=timeline(signup),
        unknown=unknown_criteria(signup.answers),
        main_step=workflow.next_step(signup.state),
        ways_out=[step for step in steps if step != workflow.next_step(signup.state)],
        undoable=triage.undoable(signup, now()),
        fields={field.name: field for field in form_fields(signup.details, typed, errors)},
        editing=was_sent(typed),
        call_how=call_how_choices("nl"),
        problem=problem,
        typed=typed,
        kept=kept and bool(typed),
        homeless=_homeless(typed, signup.state),
        now=now(),
    )
    return body, status


def _homeless(typed: Mapping[str, str], state: State) -> list[str]:
    """What was typed in a form that the page does not have any more, because another changed the state."""
    targets = {step.target.value for step in workflow.allowed(state)}
    gone = [typed.get("reason", "")] if typed.get("target") not in targets else []
    gone += [typed.get("words", "")] if state is State.WITHDRAWN else []
    return [text for text in gone if text.strip()]
