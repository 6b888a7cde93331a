"""Who gets in: every view declares what it needs, and a view that declares nothing stays shut.

Sessions end after a time without activity, after a working day, and everywhere at once on logging out.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, flash, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user  # type: ignore[import-untyped]

from bot.database import session_scope
from bot.desk import accounts, drafts, texts
from bot.desk.accounts import Account
from bot.desk.parts import now, parts
from bot.desk.roles import Permission, may
from bot.signups.audit import Actor
from bot.web.security import STATIC

_NEEDS = "desk_needs"
_UNATTENDED = "desk_unattended"
View = TypeVar("View", bound=Callable[..., Any])


class Access(str, Enum):
    """What a view may need instead of a permission."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


class StaffUser(UserMixin):
    """Somebody who is logged in."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """What the session remembers: the account and since when its sessions count."""
        return f"{self.account.id}:{self.account.epoch}"

    def may(self, permission: str) -> bool:
        """Whether this person has a permission; for templates."""
        return may(self.account.role, Permission(permission))


def needs(access: Permission | Access) -> Callable[[View], View]:
    """Declare what a view needs."""

    def declare(view: View) -> View:
        setattr(view, _NEEDS, access)
        return view

    return declare


def unattended(view: View) -> View:
    """Declare that a script asks for this without anybody touching the page: it must not keep a session alive."""
    setattr(view, _UNATTENDED, True)
    return view


def needed_by(view: Callable[..., Any]) -> Permission | Access | None:
    """What a view declared, or None when it declared nothing."""
    found: Permission | Access | None = getattr(view, _NEEDS, None)
    return found


def install(app: Flask) -> None:
    """Check every request of the application."""
    manager = LoginManager()
    manager.session_protection = None  # The network between a hospital's computer and the desk may change addresses.
    manager.user_loader(_load_user)
    # Templates get the user only when they ask: the page about a failing database must not look anybody up.
    manager.init_app(app, add_context_processor=False)
    app.jinja_env.globals["current_user"] = current_user
    app.before_request(_check)


def sign_in(account: Account) -> None:
    """Begin the session of somebody who passed both factors."""
    session.clear()
    moment = int(now().timestamp())
    session["started"] = session["seen"] = moment
    login_user(StaffUser(account))


def stay_in(account: Account) -> None:
    """Go on with this session after a change that ended all sessions of the account."""
    login_user(StaffUser(account))


def sign_out() -> None:
    """End this session."""
    logout_user()
    session.clear()


def actor() -> Actor:
    """Whoever makes this request, for the audit trail."""
    account: Account = current_user.account
    return Actor(account.name, account.role.value, origin())


def origin() -> str:
    """From where this request comes."""
    return (request.remote_addr or "local").split("%")[0]


def _load_user(remembered: str) -> StaffUser | None:
    account_id, _, epoch = remembered.partition(":")
    if not (account_id.isdigit() and epoch.isdigit()) or _too_old():
        return None
    with session_scope(parts().engine) as database:
        account = accounts.load(database, int(account_id), int(epoch))
    return StaffUser(account) if account else None


def _too_old() -> bool:
    settings, moment = parts().settings, now().timestamp()
    idle = moment - session.get("seen", 0)
    since_start = moment - session.get("started", 0)
    return idle > settings.desk_idle_minutes * 60 or since_start > settings.desk_hours * 3600


def _check() -> Response | None:
    if request.endpoint is None:
        # No such page. Somebody who is not logged in does not learn which pages there are.
        return None if current_user.is_authenticated else _to_login()
    if request.endpoint in STATIC:
        return None
    needed = needed_by(current_app.view_functions[request.endpoint])
    if needed is Access.PUBLIC:
        return None
    passive = getattr(current_app.view_functions[request.endpoint], _UNATTENDED, False)
    if not current_user.is_authenticated:
        return abort(401) if passive else _to_login()
    if not passive:
        session["seen"] = int(now().timestamp())
    allowed = isinstance(needed, Permission) and may(current_user.account.role, needed)
    if not allowed and needed is not Access.SIGNED_IN:
        abort(403)
    return None


def form_expired() -> Response | None:
    """Keep what was typed on a page whose token does not count any more; None when there is nothing to keep.

    That happens when somebody logged in anew in another tab, or the session ended there.
    """
    if not current_user.is_authenticated:
        return _to_login() if request.form.get(drafts.OWNER) else None
    place = drafts.keep()
    return redirect(place, 303) if place else None  # type: ignore[return-value]


def _to_login() -> Response:
    kept = request.method == "POST" and drafts.keep() is not None
    if kept or "seen" in session:
        session.clear()
        flash(texts.text("messages", "login_again_kept" if kept else "login_again"))
    return redirect(url_for("login.show"), 303)  # type: ignore[return-value]
