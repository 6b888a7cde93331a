"""The page `Capaciteit`: room per quarter, who is planned, and how long the queue waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user  # type: ignore[import-untyped]

from bot.database import session_scope
from bot.desk import guard, plots, texts
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.signups import audit, planning
from bot.signups.audit import Purpose
from bot.signups.capacity import (
    MOST_PLACES,
    Places,
    Planned,
    Quarter,
    more_than_source,
    quarter_of,
    read_quarter,
    taken,
)
from bot.signups.forecast import Wait
from bot.signups.planning import AlreadyPlanned, Changed, Full, NotWaiting
from bot.signups.records import SignUp
from bot.signups.service import NotFound
from bot.signups.workflow import OPEN
from bot.study import expectation

blueprint = Blueprint("capacity", __name__, url_prefix="/capaciteit")
QUARTERS = 8
SHOWN_PLACES = 20


@dataclass(frozen=True)
class Line:
    """One quarter on the page: the room as typed (empty where none was entered), as it is, and what is taken."""

    quarter: Quarter
    least: str
    most: str
    room: Places | None
    taken: int


@dataclass(frozen=True)
class Advice:
    """What the page of a sign-up tells about waiting."""

    quarter: Quarter | None
    wait: Wait | None
    long: bool
    threshold: int


def install(app: Flask) -> None:
    """Let the page of a sign-up tell about waiting."""
    app.jinja_env.globals["advice_for"] = advice_for
    app.jinja_env.filters["quarter"] = in_words
    app.jinja_env.filters["quarter_in_words"] = lambda written: in_words(read_quarter(written))
    app.jinja_env.filters["months"] = expectation.months


def in_words(quarter: Quarter) -> str:
    """A quarter as one says it: 1e kwartaal van 2027."""
    return f"{quarter.number}e kwartaal van {quarter.year}"


def advice_for(signup: SignUp) -> Advice | None:
    """About waiting for this sign-up; None when it does not wait or no places were entered."""
    if signup.state not in OPEN:
        return None
    threshold = parts().study.state().waiting.long_months
    today = now().date()
    with session_scope(parts().engine) as database:
        if not planning.has_room_ahead(database, signup.trial, today):
            return None
        found = planning.wait_of(database, signup.trial, signup.id, today)
    if found is None:
        return None
    if isinstance(found, Quarter):
        months_left = (found.start - today).days / 30
        return Advice(found, None, months_left >= threshold, threshold)
    # Beyond the places that were entered is longer than anything that can be told.
    return Advice(None, found, found.median is None or found.median >= threshold, threshold)


@blueprint.get("/")
@needs(Permission.COUNTS)
def show() -> ResponseReturnValue:
    """Places, planning and forecast."""
    return _page()


@blueprint.get("/verwachting.svg")
@needs(Permission.COUNTS)
def plot() -> ResponseReturnValue:
    """The forecast as a picture."""
    with session_scope(parts().engine) as database:
        found = planning.waits(database, _trial(), now().date(), SHOWN_PLACES)
    words = texts.group("capacity")
    svg = plots.waits(found, words["plot"], words["plot_text"], words["plot_place"], words["plot_months"])
    return Response(svg, mimetype="image/svg+xml")


@blueprint.post("/plekken")
@needs(Permission.STUDY)
def places() -> ResponseReturnValue:
    """Set the room of the quarters on the page."""
    try:
        wanted = {quarter: _places(f"{quarter}") for quarter in _quarters()}
        shown = {quarter: _places(f"was-{quarter}") for quarter in _quarters()}
    except ValueError:
        return _page(texts.text("capacity", "places_wrong", most=MOST_PLACES), 400)
    before = {quarter: room for quarter, room in shown.items() if room}
    try:
        with session_scope(parts().engine) as database:
            planning.set_places(database, guard.actor(), _trial(), wanted, before, now())
            expectation.renew(database, _trial(), now())
    except Changed:
        return _page(texts.text("capacity", "changed"), 409)
    flash(texts.text("capacity", "places_saved"))
    return redirect(url_for("capacity.show"), 303)


@blueprint.post("/plannen")
@needs(Permission.PATIENTS)
def plan() -> ResponseReturnValue:
    """Give a sign-up a place."""
    try:
        quarter = read_quarter(request.form.get("quarter", ""))
    except ValueError:
        return _page(texts.text("capacity", "quarter_missing"), 400)
    problems = {NotFound: "unknown_code", NotWaiting: "not_waiting", AlreadyPlanned: "already", Full: "full"}
    try:
        with session_scope(parts().engine) as database:
            typed = request.form.get("code", "")[:40]
            code = planning.plan(database, guard.actor(), _trial(), typed, quarter, now())
            expectation.renew(database, _trial(), now())
    except tuple(problems) as problem:
        status = 409 if isinstance(problem, AlreadyPlanned | Full) else 400
        return _page(texts.text("capacity", problems[type(problem)]), status)
    flash(texts.text("capacity", "planned", code=code, quarter=in_words(quarter)))
    return redirect(url_for("capacity.show", _anchor="planning"), 303)


@blueprint.post("/weghalen")
@needs(Permission.PATIENTS)
def unplan() -> ResponseReturnValue:
    """Take a place back."""
    given = request.form.get("signup", "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        abort(400)
    try:
        quarter = read_quarter(request.form.get("quarter", ""))
    except ValueError:
        abort(400)
    try:
        with session_scope(parts().engine) as database:
            planning.unplan(database, guard.actor(), int(given), quarter, now())
            expectation.renew(database, _trial(), now())
    except NotFound:
        return _page(texts.text("capacity", "place_gone"), 409)
    flash(texts.text("capacity", "unplanned"))
    return redirect(url_for("capacity.show", _anchor="planning"), 303)


def _page(problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    trial, today = _trial(), now().date()
    sees_patients = current_user.may(Permission.PATIENTS)
    with session_scope(parts().engine) as database:
        room = planning.places(database, trial)
        planned = planning.planned(database, trial)
        found = planning.waits(database, trial, today, SHOWN_PLACES)
        history = planning.history(database, trial)
        expected = planning.wait_of_newcomer(database, trial, today)
        if sees_patients and planned:
            shown = {"shown": " ".join(str(one.signup_id) for one in planned)[:1500]}
            audit.record(database, guard.actor(), "capacity.look", "signup:list", Purpose.TRIAGE, now(), shown)
    typed: Mapping[str, str] = request.form.to_dict() if problem else {}
    body = render_template(
        "capacity.html",
        lines=[_line(quarter, room, planned, typed) for quarter in _quarters()],
        planned=planned,
        sees_patients=sees_patients,
        waits=found,
        known=any(wait.median is not None for wait in found),
        history=history,
        expected=expected,
        too_many=more_than_source(room),
        most_places=MOST_PLACES,
        problem=problem,
        typed=typed,
    )
    return body, status


def _line(quarter: Quarter, room: Mapping[Quarter, Places], planned: list[Planned], typed: Mapping[str, str]) -> Line:
    present = room.get(quarter)
    least, most = (str(present.at_least), str(present.at_most)) if present else ("", "")
    return Line(
        quarter=quarter,
        least=typed.get(f"{quarter}-least", least),
        most=typed.get(f"{quarter}-most", most),
        room=present,
        taken=taken(planned).get(quarter, 0),
    )


def _places(name: str) -> Places | None:
    """Room as it was typed or shown; None where it was left empty. Raises ValueError."""
    least = request.form.get(f"{name}-least", "").strip()
    most = request.form.get(f"{name}-most", "").strip()
    if not least and not most:
        return None
    if not all(text.isascii() and text.isdigit() and len(text) < 4 for text in (least, most)):
        raise ValueError("not numbers")
    return Places(int(least), int(most))


def _quarters() -> list[Quarter]:
    return quarter_of(now().date()).following(QUARTERS)


def _trial() -> str:
    return parts().study.trial().id
