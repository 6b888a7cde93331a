"""One's own account: what happened with it lately, and another password."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user  # type: ignore[import-untyped]

from bot.database import session_scope
from bot.desk import accounts, guard, known_browser, texts
from bot.desk.accounts import Account
from bot.desk.guard import Access, needs
from bot.desk.parts import now, parts
from bot.desk.passwords import MAX_LENGTH, MIN_LENGTH
from bot.signups import audit_search

blueprint = Blueprint("account", __name__, url_prefix="/account")
_SHOWN = 20


@blueprint.get("")
@needs(Access.SIGNED_IN)
def show() -> ResponseReturnValue:
    """When somebody logged in with this account or tried to, and what was changed of it."""
    return _page()


@blueprint.post("")
@needs(Access.SIGNED_IN)
def change() -> ResponseReturnValue:
    """Set another password. The old one is asked for, and a wrong one counts as a failure to log in."""
    account: Account = current_user.account
    if account.through_hospital:
        abort(404)
    problem = _change(account, request.form)
    if problem is not None:
        return _page(texts.text("messages", problem)), 400
    flash(texts.text("messages", "password_set_all"))
    return redirect(url_for("account.show"), 303)


def _change(account: Account, form: dict[str, str]) -> str | None:
    new = form.get("new", "")
    if new != form.get("again", ""):
        return "password_differs"
    with session_scope(parts().engine) as database:
        old = form.get("password", "")
        proof = known_browser.proof()
        if accounts.check_password(database, account.name, old, guard.origin(), now(), proof) is None:
            return "password_wrong"
        problem = accounts.change_password(database, account, new, guard.origin(), now())
        renewed = accounts.load(database, account.id, account.epoch + 1) if problem is None else None
    if renewed is not None:
        guard.stay_in(renewed)
    return problem


def _page(problem: str | None = None) -> str:
    with session_scope(parts().engine) as database:
        found = audit_search.search(database, record=f"staff:{current_user.account.name}", size=_SHOWN)
    return render_template("account.html", problem=problem, entries=found, least=MIN_LENGTH, most=MAX_LENGTH)
