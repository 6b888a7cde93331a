"""The list of people who asked to be called back, for nurses."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.contact import callbacks
from bot.contact.callbacks import Gone
from bot.database import session_scope
from bot.desk import guard, texts
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission

blueprint = Blueprint("callbacks", __name__, url_prefix="/terugbellen")


@blueprint.get("/")
@needs(Permission.PATIENTS)
def index() -> ResponseReturnValue:
    """Who waits, longest first."""
    with session_scope(parts().engine) as database:
        waiting = callbacks.waiting(database, guard.actor(), now())
    return render_template("callbacks.html", waiting=waiting, now=now())


@blueprint.post("/<int:callback_id>/klaar")
@needs(Permission.PATIENTS)
def done(callback_id: int) -> ResponseReturnValue:
    """Tick one off; name and number are erased."""
    try:
        with session_scope(parts().engine) as database:
            callbacks.done(database, callback_id, guard.actor(), now())
    except Gone:
        flash(texts.text("messages", "callback_gone"))
    else:
        flash(texts.text("messages", "callback_done"))
    return redirect(url_for("callbacks.index"), 303)
