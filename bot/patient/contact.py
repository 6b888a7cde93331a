"""A human being: the phone number and hours of the study team, and a form to be called back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from bot.contact import callbacks
from bot.database import session_scope
from bot.patient.language import page_language
from bot.patient.parts import parts
from bot.patient.wording import plain
from bot.signups.encryption import EncryptionError
from bot.signups.validation import FieldError

log = logging.getLogger(__name__)
blueprint = Blueprint("contact", __name__)


@dataclass(frozen=True)
class _View:
    """What the form shows."""

    values: Mapping[str, str]
    errors: Mapping[str, FieldError]
    problem: str | None


@blueprint.get("/contact")
def show() -> Response:
    """The page."""
    return _page()


@blueprint.post("/contact")
def send() -> Response:
    """Put somebody on the call-back list, or show the form again with what was typed."""
    asked = callbacks.check(request.form, page_language())
    if asked.errors:
        return _page(asked, status=422)
    try:
        with session_scope(parts().engine) as database:
            callbacks.ask(database, asked, datetime.now(UTC))
    except (SQLAlchemyError, EncryptionError) as error:
        log.error("a call-back could not be stored: %s", type(error).__name__)
        return _page(problem=plain("contact.not_stored"), status=503)
    flash(plain("contact.stored"))
    return make_response(redirect(url_for("contact.show"), 303))


def unsent() -> Response:
    """The form again with what was typed, when this address sent too many."""
    return _page(problem=plain("contact.too_many"), status=429)


def _page(asked: callbacks.Asked | None = None, problem: str | None = None, status: int = 200) -> Response:
    settings = parts().settings
    view = _View(
        values={name: request.form.get(name, "") for name in ("name", "phone", "call_when")},
        errors={error.field: error for error in (asked.errors if asked else ())},
        problem=problem,
    )
    hours = {"nl": settings.contact_hours, "en": settings.contact_hours_en}.get(page_language())
    page = render_template("contact.html", view=view, phone=settings.contact_phone, hours=hours)
    return make_response(page, status)
