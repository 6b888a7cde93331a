"""The desk's other pages: start, accounts."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user  # type: ignore[import-untyped]

from bot.database import session_scope
from bot.desk import accounts
from bot.desk.guard import Access, needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission, may

blueprint = Blueprint("pages", __name__)
# Where somebody begins: the first page their role may see.
_STARTS = (
    (Permission.PATIENTS, "signups.index"),
    (Permission.TRAIL, "trail.show"),
    (Permission.CONTENT, "overview.show"),
)


@blueprint.get("/")
@needs(Access.SIGNED_IN)
def start() -> ResponseReturnValue:
    """To where somebody of this role begins."""
    role = current_user.account.role
    endpoint = next(endpoint for permission, endpoint in _STARTS if may(role, permission))
    return redirect(url_for(endpoint), 303)


@blueprint.get("/medewerkers")
@needs(Permission.STAFF)
def staff() -> ResponseReturnValue:
    """The accounts. They are made and changed by command."""
    with session_scope(parts().engine) as database:
        found = accounts.all_accounts(database)
    return render_template("staff.html", accounts=found, now=now())
