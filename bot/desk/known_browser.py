"""Tells a browser in which somebody logged in before from any other: by a sealed cookie of its own.

Whoever knows a colleague's name can fail five times and lock the account. That lock is for browsers the account never
logged in with; in its own browser the colleague still gets in, with failures counted apart. The cookie lets nobody in:
password and code are asked for all the same. It ends after three months, and when the second factor is set up anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from flask import Response, after_this_request, request

from bot.database import session_scope
from bot.desk import accounts
from bot.desk.accounts import Account
from bot.desk.parts import now, parts
from bot.signups.encryption import ring_of
from bot.web.security import cookie_name

LASTS = timedelta(days=90)
_PURPOSE = "desk-known-browser"


def remember(account: Account) -> None:
    """Let the answer to this request tell the browser that this account logged in with it."""
    with session_scope(parts().engine) as database:
        proof = accounts.browser_proof(database, account)
    sealed = _fernet().encrypt_at_time(proof.encode("ascii"), int(now().timestamp())).decode("ascii")

    @after_this_request
    def _set(response: Response) -> Response:
        secure = parts().settings.secure_cookies
        options: dict[str, Any] = {"httponly": True, "samesite": "Strict", "secure": secure, "path": "/"}
        response.set_cookie(_name(), sealed, max_age=int(LASTS.total_seconds()), **options)
        return response


def proof() -> str:
    """What the browser of this request was told; empty when it was told nothing, or too long ago."""
    sealed = request.cookies.get(_name(), "")
    try:
        opened: bytes = _fernet().decrypt_at_time(
            sealed.encode("ascii"), int(LASTS.total_seconds()), int(now().timestamp())
        )
    except (InvalidToken, UnicodeEncodeError):
        return ""
    return opened.decode("ascii")


def _name() -> str:
    return cookie_name("stamcelwijzer-bekend", parts().settings)


def _fernet() -> Any:
    return ring_of(parts().engine).fernet(_PURPOSE)
