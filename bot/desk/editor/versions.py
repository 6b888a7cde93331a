"""The published versions of a piece, and an earlier one back with one click."""

from __future__ import annotations

from itertools import pairwise

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.database import session_scope
from bot.desk.editor.common import say, who
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.knowledge import store
from bot.publishing import editing, publication
from bot.publishing.compare import difference
from bot.publishing.editing import NotFound

blueprint = Blueprint("versions", __name__, url_prefix="/antwoorden/versies")
KINDS = frozenset({"topic", "passage", "source", "text", "phrases"})


@blueprint.get("/<kind>/<name>")
@needs(Permission.CONTENT)
def show(kind: str, name: str) -> ResponseReturnValue:
    """Every version with author, time, note and what it changed."""
    with session_scope(parts().engine) as database:
        found = store.history(database, kind, name) if kind in KINDS else []
        draft = editing.draft_of(database, kind, name)
    if not found:
        abort(404)
    before = [older.piece for _, older in pairwise(found)]
    shown = [(one, difference(older, one.piece)) for one, older in zip(found, [*before, None], strict=True)]
    return render_template("editor/versions.html", kind=kind, name=name, versions=shown, draft=draft)


@blueprint.post("/<kind>/<name>")
@needs(Permission.CONTENT)
def restore(kind: str, name: str) -> ResponseReturnValue:
    """Put an earlier version back: it was approved when it was published."""
    number = request.form.get("version", "")
    if kind not in KINDS or not number.isdecimal() or len(number) > 9:
        abort(400)
    try:
        with session_scope(parts().engine) as database:
            outcome = publication.restore(database, kind, name, int(number), parts().settings.content, who(), now())
    except NotFound:
        abort(404)
    if outcome.result == "training":
        return redirect(url_for("training.show", job_id=outcome.job), 303)
    flash(say("restored_blocked" if outcome.result == "blocked" else "restored", version=number))
    return redirect(url_for("versions.show", kind=kind, name=name), 303)
