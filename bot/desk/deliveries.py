"""Deliveries to the hospital's systems: what waits, what was given up and why, and trying again.

Nurses and admins may see and retry them: a nurse misses the sign-up in the hospital's system, an admin repairs the
cause. The page shows numbers of sign-ups only, so an admin still sees no patient.
"""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.database import session_scope
from bot.desk import guard, texts
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.signups.delivery import overview
from bot.signups.delivery.overview import NotRetriable
from bot.signups.delivery.states import Delivery

blueprint = Blueprint("deliveries", __name__, url_prefix="/afleveringen")
ALL = "alle"


@blueprint.get("/")
@needs(Permission.DELIVERIES)
def index() -> ResponseReturnValue:
    """What was given up or waits, and what arrived last."""
    with session_scope(parts().engine) as database:
        troubles = overview.troubles(database, now())
        unfinished, latest = overview.unfinished(database), overview.latest(database)
    return render_template("deliveries.html", troubles=troubles, unfinished=unfinished, latest=latest, now=now())


@blueprint.post("/opnieuw")
@needs(Permission.DELIVERIES)
def retry() -> ResponseReturnValue:
    """Try one delivery again, or all that were given up."""
    wanted = request.form.get("delivery", "")
    if wanted != ALL and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        abort(400)
    try:
        with session_scope(parts().engine) as database:
            if wanted == ALL:
                overview.retry_all(database, guard.actor(), now())
            else:
                overview.retry(database, guard.actor(), int(wanted), now())
    except NotRetriable:
        flash(texts.text("messages", "delivery_gone"))
    else:
        flash(texts.text("messages", "delivery_retried"))
    return redirect(url_for("deliveries.index"), 303)


def deliveries_of(signup_id: int) -> tuple[Delivery, ...]:
    """The deliveries of one sign-up, for its page."""
    with session_scope(parts().engine) as database:
        return overview.of_signup(database, signup_id)


def install(app: Flask) -> None:
    """Let the page of a sign-up show its deliveries."""
    app.jinja_env.globals["deliveries_of"] = deliveries_of
