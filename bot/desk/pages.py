"""The desk's other pages: start, the audit trail, accounts."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user  # type: ignore[import-untyped]

from bot.database import session_scope
from bot.desk import accounts, guard
from bot.desk.guard import Access, needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission, may
from bot.signups import audit, audit_search
from bot.signups.audit import Purpose

blueprint = Blueprint("pages", __name__)
TRAIL_SIZE = 100
# Where somebody begins: the first page their role may see.
_STARTS = (
    (Permission.PATIENTS, "signups.index"),
    (Permission.TRAIL, "pages.trail"),
    (Permission.CONTENT, "overview.show"),
)


@blueprint.get("/")
@needs(Access.SIGNED_IN)
def start() -> ResponseReturnValue:
    """To where somebody of this role begins."""
    role = current_user.account.role
    endpoint = next(endpoint for permission, endpoint in _STARTS if may(role, permission))
    return redirect(url_for(endpoint), 303)


@blueprint.get("/logboek")
@needs(Permission.TRAIL)
def trail() -> ResponseReturnValue:
    """The audit trail, by record or member of staff."""
    record, actor = request.args.get("over", "").strip()[:64], request.args.get("door", "").strip()[:64]
    before = request.args.get("voor", "")
    if before and not (before.isdigit() and len(before) < 10):
        abort(404)
    with session_scope(parts().engine) as database:
        found = audit_search.search(
            database, record=record, actor=actor, before=int(before) if before else None, size=TRAIL_SIZE
        )
        audit.record(database, guard.actor(), "audit.look", "audit:trail", Purpose.AUDIT, now())
    more = found[-1].sequence if len(found) == TRAIL_SIZE else None
    return render_template("trail.html", entries=found, record=record, actor=actor, more=more)


@blueprint.post("/logboek/controle")
@needs(Permission.TRAIL)
def verify() -> ResponseReturnValue:
    """Check that nobody tampered with the trail."""
    with session_scope(parts().engine) as database:
        report = audit.verify(database)
        audit.record(database, guard.actor(), "audit.verify", "audit:trail", Purpose.AUDIT, now())
    return render_template("verified.html", report=report)


@blueprint.get("/medewerkers")
@needs(Permission.STAFF)
def staff() -> ResponseReturnValue:
    """The accounts. They are made and changed by command."""
    with session_scope(parts().engine) as database:
        found = accounts.all_accounts(database)
    return render_template("staff.html", accounts=found, now=now())
