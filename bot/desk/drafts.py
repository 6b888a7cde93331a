"""What somebody typed and could not be saved, because the session or the form's token had ended: kept until it is.

A form with text of a person carries `{{ draft_owner() }}`, a sealed token that says whose page it is, also when the
session is gone. A view that receives such a form is declared with `keeps_draft("endpoint of its page")`. When the form
arrives and cannot be handled, its fields are stored sealed under that account; after logging in again the person
lands on the page, which shows `typed_here()` in its forms. `forget()` once it is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from cryptography.fernet import InvalidToken
from flask import Flask, current_app, request, url_for
from flask_login import current_user  # type: ignore[import-untyped]
from markupsafe import Markup
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk.parts import now, parts
from bot.desk.tables import StaffRow
from bot.signups.encryption import ring_of
from bot.signups.tables import DraftRow, SignUpRow

OWNER = "draft_owner"
# A page that stood open longer than this was left behind.
PAGE_LASTS = timedelta(days=1)
_PURPOSE = "desk-draft"
_PAGE = "desk_page_of_form"
_NOT_KEPT = frozenset({"csrf_token", OWNER})
View = TypeVar("View", bound=Callable[..., Any])


def keeps_draft(page: str) -> Callable[[View], View]:
    """Declare that a view receives typed text, from a form on the page with this endpoint and the same values."""

    def declare(view: View) -> View:
        setattr(view, _PAGE, page)
        return view

    return declare


def install(app: Flask) -> None:
    """Give the templates the field that says whose form it is."""
    app.jinja_env.globals["draft_owner"] = _owner_field


def _owner_field() -> Markup:
    fernet = ring_of(parts().engine).fernet(_PURPOSE)
    token = fernet.encrypt_at_time(str(current_user.account.id).encode("ascii"), _seconds())
    return Markup('<input type="hidden" name="{}" value="{}">').format(OWNER, token.decode("ascii"))


def keep() -> str | None:
    """Store the form of this request as a draft of whoever's page it came from.

    Returns:
        The address of the page with the form, or None when there is nothing to keep or nobody to keep it for.
    """
    endpoint = request.endpoint
    page = getattr(current_app.view_functions[endpoint], _PAGE, None) if endpoint else None
    owner = _owner()
    if page is None or owner is None or endpoint is None:
        return None
    typed = {name: value for name, value in request.form.items() if name not in _NOT_KEPT}
    place = url_for(page, **(request.view_args or {}))
    with session_scope(parts().engine) as database:
        account = database.get(StaffRow, owner)
        about = (request.view_args or {}).get("signup_id")
        row = database.get(SignUpRow, about) if about is not None else None
        gone = about is not None and (row is None or row.erased_at is not None)
        if account is None or not account.active or gone:
            return None
        _remove(database, owner, place, endpoint)
        database.add(DraftRow(owner=owner, place=place, form=endpoint, signup_id=about, typed=typed, at=now()))
    return place


def _owner() -> int | None:
    token = request.form.get(OWNER, "")
    try:
        ring = ring_of(parts().engine).fernet(_PURPOSE)
        return int(ring.decrypt_at_time(token.encode("ascii"), int(PAGE_LASTS.total_seconds()), _seconds()))
    except (InvalidToken, UnicodeEncodeError):
        return None


def typed_here() -> Mapping[str, str]:
    """What this person typed on the page of this request and did not save; empty when there is nothing."""
    with session_scope(parts().engine) as database:
        place = request.script_root + request.path
        mine = select(DraftRow).where(DraftRow.owner == current_user.account.id, DraftRow.place == place)
        typed: dict[str, str] = {}
        for row in database.execute(mine.order_by(DraftRow.at)).scalars():
            typed.update(row.typed)
    return typed


def forget(place: str, form: str | None = None) -> None:
    """Remove this person's draft of a page, or of one of its forms, because it is saved or not wanted any more."""
    with session_scope(parts().engine) as database:
        _remove(database, current_user.account.id, place, form)


def newest_place(account_id: int) -> str | None:
    """The page with the newest draft of this account."""
    with session_scope(parts().engine) as database:
        newest = select(DraftRow.place).where(DraftRow.owner == account_id).order_by(DraftRow.at.desc()).limit(1)
        place: str | None = database.execute(newest).scalar_one_or_none()
    return place


def _remove(database: Session, owner: int, place: str, form: str | None) -> None:
    mine = delete(DraftRow).where(DraftRow.owner == owner, DraftRow.place == place)
    mine = mine.where(DraftRow.form == form) if form else mine
    database.execute(mine.execution_options(synchronize_session=False))


def _seconds() -> int:
    return int(now().timestamp())
