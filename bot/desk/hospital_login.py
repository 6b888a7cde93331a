"""Logging in through the hospital: off to its provider, back with a proof, and logging out there.

What must come back is in a cookie of its own. The desk's session cookie is not sent when a browser comes from another
site, and neither would it be at once afterwards: so the last page sends the browser on by itself.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict
from typing import Any

from cryptography.fernet import InvalidToken
from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.database import session_scope
from bot.desk import guard, login, provider_accounts, provider_claims, texts
from bot.desk.accounts import Account
from bot.desk.guard import Access, needs
from bot.desk.parts import now, parts
from bot.desk.provider import Begun, NotProven, Provider, ProviderAway, provider
from bot.signups.encryption import ring_of

blueprint = Blueprint("hospital", __name__, url_prefix="/inloggen/ziekenhuis")
# Sent back to its own path only: no `__Host-` name, which a browser gives to the whole site.
_COOKIE = "stamcelwijzer-ziekenhuis"
_PURPOSE = "desk-provider-login"
_MINUTES = 10


class Refused(Exception):
    """Nobody is logged in; names the text that says why, and the status."""

    def __init__(self, text: str, status: int) -> None:
        self.text, self.status = text, status
        super().__init__(text)


@blueprint.get("")
@needs(Access.PUBLIC)
def begin() -> ResponseReturnValue:
    """To the hospital's login."""
    try:
        begun = _provider().begin(_callback())
    except ProviderAway:
        return _refusal(Refused("provider_away", 503))
    response = make_response(redirect(begun.url, 303))
    sealed = _fernet().encrypt_at_time(json.dumps(asdict(begun)).encode("utf-8"), _seconds()).decode("ascii")
    response.set_cookie(_COOKIE, sealed, max_age=_MINUTES * 60, **_cookie_options())
    return response


@blueprint.get("/terug")
@needs(Access.PUBLIC)
def back() -> ResponseReturnValue:
    """Back from there: check the proof and log in."""
    try:
        account = _enter(_provider())
    except Refused as refused:
        response = make_response(_refusal(refused))
    else:
        guard.sign_in(account)
        # A redirect would still count as coming from the other site: the browser would keep our cookie to itself.
        response = make_response(render_template("hospital_in.html", place=login.after_login(account)))
    # What was begun can be finished once.
    response.delete_cookie(_COOKIE, **_cookie_options())
    return response


@blueprint.get("/uit")
@needs(Access.PUBLIC)
def leave() -> ResponseReturnValue:
    """To where one logs out at the hospital too."""
    try:
        url = _provider().logout_url(parts().settings.desk_url + url_for("login.show"))
    except ProviderAway:
        url = None
    return redirect(url or url_for("login.show"), 303)


def _enter(known: Provider) -> Account:
    begun = _begun()
    if begun is None or not hmac.compare_digest(begun.state.encode(), request.args.get("state", "").encode()):
        raise Refused("provider_again", 400)
    code = request.args.get("code", "")
    if not code:
        # The person pressed cancel, or the provider lets them in nowhere.
        raise Refused("provider_refused", 403)
    try:
        claims = known.finish(_callback(), code, begun)
    except ProviderAway:
        raise Refused("provider_away", 503) from None
    except NotProven:
        raise Refused("provider_again", 400) from None
    role = known.role(claims)
    why = "no_role" if role is None else "" if known.second_factor_given(claims) else "no_second_factor"
    with session_scope(parts().engine) as database:
        if role is None or why:
            provider_accounts.refuse(database, guard.origin(), why, now())
            account = None
        else:
            name = provider_claims.account_name(claims)
            account = provider_accounts.enter(database, known.issuer, claims["sub"], name, role, guard.origin(), now())
    if account is None:
        raise Refused(f"provider_{why or 'blocked'}", 403)
    return account


def _begun() -> Begun | None:
    sealed = request.cookies.get(_COOKIE, "")
    try:
        opened = _fernet().decrypt_at_time(sealed.encode("ascii"), _MINUTES * 60, _seconds())
    except (InvalidToken, UnicodeEncodeError):
        return None
    return Begun(**json.loads(opened))


def _refusal(refused: Refused) -> ResponseReturnValue:
    return login.page(texts.text("messages", refused.text)), refused.status


def _provider() -> Provider:
    return provider() or abort(404)


def _callback() -> str:
    return parts().settings.desk_url + url_for("hospital.back")


def _cookie_options() -> dict[str, Any]:
    secure = parts().settings.secure_cookies
    return {"httponly": True, "samesite": "Lax", "secure": secure, "path": url_for("hospital.begin")}


def _fernet() -> Any:
    return ring_of(parts().engine).fernet(_PURPOSE)


def _seconds() -> int:
    return int(now().timestamp())
