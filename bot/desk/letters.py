"""Letters: printing one about a sign-up, and changing their texts."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user  # type: ignore[import-untyped]

from bot.database import session_scope
from bot.desk import drafts, guard, letter_store, letter_text, letter_values, texts
from bot.desk.drafts import keeps_draft
from bot.desk.guard import needs
from bot.desk.letter_store import Changed, Version
from bot.desk.letter_text import Letter
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.desk.signup_page import criterion_rows
from bot.desk.signups import page_of
from bot.desk.wording import day
from bot.signups import audit, service
from bot.signups.audit import Purpose
from bot.signups.service import NotFound, subject_of

blueprint = Blueprint("letters", __name__)
# The letter that goes to another hospital: only with the patient's consent.
RECORDS_REQUEST = "records_request"


@blueprint.get("/aanmeldingen/<int:signup_id>/brief/<letter_id>")
@needs(Permission.PATIENTS)
def show(signup_id: int, letter_id: str) -> ResponseReturnValue:
    """A letter about a sign-up, ready to print."""
    letter = _letter(letter_id)
    try:
        with session_scope(parts().engine) as database:
            signup = service.get(database, signup_id, guard.actor(), Purpose.TRIAGE, now())
            allowed = letter_id != RECORDS_REQUEST or signup.details.consent_records
            if allowed:
                told = {"letter": letter_id}
                subject = subject_of(signup_id)
                audit.record(database, guard.actor(), "signup.letter", subject, Purpose.TRIAGE, now(), told)
            body = letter_store.versions(database, letter)[0].body
    except NotFound:
        abort(404)
    if not allowed:
        return page_of(signup_id, problem=texts.text("asks", "records_consent"), status=409)
    rows = criterion_rows(signup, parts().trial(signup.trial))
    filled = letter_text.filled(body, letter_values.values(signup, rows, current_user.account.name, now()))
    return render_template("letter.html", letter=letter, filled=filled, signup=signup)


@blueprint.get("/brieven")
@needs(Permission.LETTERS)
def index() -> ResponseReturnValue:
    """All letters."""
    with session_scope(parts().engine) as database:
        found = {letter: letter_store.versions(database, letter)[0] for letter in letter_text.letters().values()}
    return render_template("letters.html", letters=found)


@blueprint.get("/brieven/<letter_id>")
@needs(Permission.LETTERS)
def edit(letter_id: str) -> ResponseReturnValue:
    """The text of a letter, to change."""
    typed = drafts.typed_here()
    problem = [texts.text("messages", "draft_kept")] if typed else []
    return _page(_letter(letter_id), typed.get("body"), problem)


@blueprint.post("/brieven/<letter_id>")
@needs(Permission.LETTERS)
@keeps_draft("letters.edit")
def save(letter_id: str) -> ResponseReturnValue:
    """Store a changed text, or show what is wrong with it; `show` only looks how it becomes."""
    letter = _letter(letter_id)
    # Browsers send lines with the end of another system.
    body = request.form.get("body", "").replace("\r\n", "\n")
    wrong = letter_text.problems(letter, body)
    if wrong or "show" in request.form:
        return _page(letter, body, wrong, 400 if wrong else 200)
    return _store(letter, body, "letter_saved")


@blueprint.post("/brieven/<letter_id>/terug")
@needs(Permission.LETTERS)
def put_back(letter_id: str) -> ResponseReturnValue:
    """Make an earlier version, or the original, the newest again."""
    letter, wanted = _letter(letter_id), request.form.get("number", "")
    with session_scope(parts().engine) as database:
        known = {str(version.number): version for version in letter_store.versions(database, letter)}
    if wanted not in known:
        abort(400)
    return _store(letter, known[wanted].body, "letter_put_back")


def _store(letter: Letter, body: str, message: str) -> ResponseReturnValue:
    shown = request.form.get("shown", "")
    try:
        with session_scope(parts().engine) as database:
            letter_store.save(database, guard.actor(), letter, body, int(shown) if shown.isdecimal() else -1, now())
    except Changed:
        return _page(letter, body, [texts.text("messages", "letter_conflict")], 409)
    drafts.forget(url_for("letters.edit", letter_id=letter.id))
    flash(texts.text("messages", message))
    return redirect(url_for("letters.edit", letter_id=letter.id), 303)


def _page(letter: Letter, typed: str | None, problems: list[str], status: int = 200) -> ResponseReturnValue:
    with session_scope(parts().engine) as database:
        versions: list[Version] = letter_store.versions(database, letter)
    body = versions[0].body if typed is None else typed
    usable = not letter_text.problems(letter, body)
    values = {
        **letter_text.example(),
        "vandaag": day(now()),
        "voorwaarden": letter_values.criteria_table(()),
        "notities": letter_values.notes_list(()),
    }
    page = render_template(
        "letter_edit.html",
        letter=letter,
        body=body,
        problems=problems,
        versions=versions,
        placeholders=letter_text.placeholders(),
        preview=letter_text.filled(body, values) if usable else None,
    )
    return page, status


def _letter(letter_id: str) -> Letter:
    return letter_text.letters().get(letter_id) or abort(404)
