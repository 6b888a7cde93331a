"""Logging in: name and password, then the second factor; the first time with a new password and a QR code."""

from __future__ import annotations

import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user  # type: ignore[import-untyped]
from markupsafe import Markup

from bot.database import session_scope
from bot.desk import accounts, drafts, guard, known_browser, texts
from bot.desk.accounts import LOCKED_FOR, MAX_FAILURES, Account
from bot.desk.guard import Access, needs
from bot.desk.parts import now, parts
from bot.desk.provider import provider

blueprint = Blueprint("login", __name__)
_PENDING = "pending"
_ALSO_LEAVE = "also_leave"
_PENDING_SECONDS = 10 * 60


@blueprint.get("/inloggen")
@needs(Access.PUBLIC)
def show() -> ResponseReturnValue:
    """The page for name and password, and the way to the hospital's login."""
    return page(also_leave=bool(session.pop(_ALSO_LEAVE, False)))


def page(problem: str | None = None, name: str = "", also_leave: bool = False) -> str:
    """The first page of logging in.

    Args:
        problem: what went wrong.
        name: what was typed as name.
        also_leave: whether to offer logging out at the hospital too.
    """
    local, known = parts().settings.local_login, provider() is not None
    return render_template(
        "login.html", problem=problem, name=name, local=local, through_hospital=known, also_leave=also_leave and known
    )


@blueprint.post("/inloggen")
@needs(Access.PUBLIC)
def send() -> ResponseReturnValue:
    """Check name and password; nobody is logged in yet after that."""
    if not parts().settings.local_login:
        abort(404)
    with session_scope(parts().engine) as database:
        name, password = request.form.get("name", ""), request.form.get("password", "")
        account = accounts.check_password(database, name, password, guard.origin(), now(), known_browser.proof())
    if account is None:
        minutes = int(LOCKED_FOR.total_seconds()) // 60
        problem = texts.text("messages", "login_wrong", failures=MAX_FAILURES, minutes=minutes)
        return page(problem, name), 401
    session.clear()
    _remember(account)
    return redirect(url_for(_next_step(account)), 303)


@blueprint.route("/inloggen/wachtwoord", methods=["GET", "POST"])
@needs(Access.PUBLIC)
def password() -> ResponseReturnValue:
    """Choose a password instead of the first one."""
    account = _pending()
    if account is None or not account.must_change_password:
        return redirect(url_for("login.show"), 303)
    problem = None
    if request.method == "POST":
        new = request.form.get("password", "")
        problem = "password_differs" if new != request.form.get("again", "") else _change(account, new)
        if problem is None:
            flash(texts.text("messages", "password_set"))
            renewed = _pending()
            return redirect(url_for(_next_step(renewed) if renewed else "login.show"), 303)
    sentence = texts.text("messages", problem) if problem else None
    return render_template("password.html", problem=sentence), 400 if problem else 200


@blueprint.route("/inloggen/instellen", methods=["GET", "POST"])
@needs(Access.PUBLIC)
def set_up() -> ResponseReturnValue:
    """Set up the second factor with an authenticator app."""
    account = _pending()
    if account is None or account.second_factor_ready or account.must_change_password:
        return redirect(url_for("login.show"), 303)
    if request.method == "POST":
        if _check_code(account):
            return redirect(after_login(account), 303)
        return _set_up_page(account, texts.text("messages", "code_wrong")), 401
    return _set_up_page(account)


@blueprint.route("/inloggen/code", methods=["GET", "POST"])
@needs(Access.PUBLIC)
def code() -> ResponseReturnValue:
    """Ask for the code of the second factor."""
    account = _pending()
    if account is None or not account.second_factor_ready or account.must_change_password:
        return redirect(url_for("login.show"), 303)
    if request.method == "POST":
        if _check_code(account):
            return redirect(after_login(account), 303)
        return render_template("code.html", problem=texts.text("messages", "code_wrong")), 401
    return render_template("code.html")


@blueprint.post("/uitloggen")
@needs(Access.SIGNED_IN)
def log_out() -> ResponseReturnValue:
    """End all sessions of whoever asks."""
    with session_scope(parts().engine) as database:
        accounts.end_sessions(database, current_user.account, guard.origin(), now())
    through_hospital = current_user.account.through_hospital
    guard.sign_out()
    session[_ALSO_LEAVE] = through_hospital
    flash(texts.text("messages", "logged_out"))
    return redirect(url_for("login.show"), 303)


def after_login(account: Account) -> str:
    """Where somebody goes who has just logged in: to what they could not save, or to where their role begins."""
    return drafts.newest_place(account.id) or url_for("pages.start")


def _next_step(account: Account) -> str:
    if account.must_change_password:
        return "login.password"
    return "login.code" if account.second_factor_ready else "login.set_up"


def _remember(account: Account) -> None:
    session[_PENDING] = [account.id, account.epoch, int(now().timestamp())]


def _pending() -> Account | None:
    """Whoever gave the right password a moment ago."""
    if _PENDING not in session:
        return None
    account_id, epoch, since = session[_PENDING]
    if now().timestamp() - since > _PENDING_SECONDS:
        session.clear()
        return None
    with session_scope(parts().engine) as database:
        return accounts.load(database, account_id, epoch)


def _change(account: Account, new: str) -> str | None:
    with session_scope(parts().engine) as database:
        problem = accounts.change_password(database, account, new, guard.origin(), now())
        if problem is None:
            # The change ended all sessions of before, this one too.
            renewed = accounts.load(database, account.id, account.epoch + 1)
            if renewed is not None:
                _remember(renewed)
    return problem


def _check_code(account: Account) -> bool:
    with session_scope(parts().engine) as database:
        code, proof = request.form.get("code", ""), known_browser.proof()
        right = accounts.check_code(database, account, code, guard.origin(), now(), proof)
    if right:
        guard.sign_in(account)
        known_browser.remember(account)
    return right


def _set_up_page(account: Account, problem: str | None = None) -> str:
    with session_scope(parts().engine) as database:
        uri = accounts.second_factor_uri(database, account)
    # Dark on light also in dark mode: many apps cannot read it the other way round.
    drawing = segno.make(uri, error="m", micro=False).svg_inline(scale=5, dark="#000", light="#fff", border=4)
    secret = uri.split("secret=")[1].split("&")[0]
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return render_template("set_up.html", drawing=Markup(drawing), secret=groups, problem=problem)  # noqa: S704
