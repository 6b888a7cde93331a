"""The fixed texts of the assistant: a list by subject, and a form that makes a draft of other words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk import drafts, texts
from bot.desk.drafts import keeps_draft
from bot.desk.editor.common import needed, read_seen, say, typed, who, written
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.knowledge import fixed_texts, store
from bot.knowledge.fixed_texts import FixedText
from bot.knowledge.readability import flesch_douma
from bot.knowledge.schema import Text
from bot.knowledge.store_format import KINDS
from bot.publishing import editing
from bot.publishing.candidate import judge
from bot.publishing.drafts import NotPossible
from bot.publishing.editing import Conflict, Current
from bot.settings import ROOT

blueprint = Blueprint("fixed", __name__, url_prefix="/vaste-teksten")
KIND = KINDS[Text]
LANGUAGES = ("nl", "en")
_LONGEST = 3000
_MOST_NOTE = 500


@lru_cache(maxsize=1)
def known() -> Mapping[str, FixedText]:
    """The fixed texts as the domain has them."""
    return fixed_texts.load(ROOT / "bot" / "domain")


def group_of(text: FixedText) -> str:
    """The heading under which a text stands: a key of the texts `fixed_groups`."""
    if text.safety:
        return "safety"
    if text.id.startswith("utter_label_"):
        return "labels"
    about = ("utter_prescreen_", "utter_verdict_", "utter_waiting_", "utter_stop_")
    return "prescreen" if text.id.startswith(about) else "conversation"


@blueprint.get("/")
@needs(Permission.CONTENT)
def index() -> ResponseReturnValue:
    """All texts by subject, with their state."""
    with session_scope(parts().engine) as database:
        published = store.published(database).texts
        open_drafts = {one.name: one for one in editing.drafts(database) if one.kind == KIND}
    groups = [
        (
            heading,
            language,
            [text for text in known().values() if (group_of(text), text.language) == (heading, language)],
        )
        for language in LANGUAGES
        for heading in texts.group("fixed_groups")
    ]
    shown = [(heading, language, found) for heading, language, found in groups if found]
    return render_template("fixed/index.html", groups=shown, published=published, drafts=open_drafts)


@blueprint.get("/<name>")
@needs(Permission.CONTENT)
def show(name: str) -> ResponseReturnValue:
    """The words as they are, in a form."""
    text = _text(name)
    kept = drafts.typed_here()
    with session_scope(parts().engine) as database:
        current = editing.current(database, KIND, name)
        piece = _read(kept, text) if "seen" in kept else _piece(current, text)
        seen = kept.get("seen") or written(current.seen)
        return _page(
            database, text, current, piece, seen, note=kept.get("note", ""), told=say("typed_note") if kept else ""
        )


@blueprint.post("/<name>")
@needs(Permission.CONTENT)
@keeps_draft("fixed.show")
def save(name: str) -> ResponseReturnValue:
    """Save a draft, maybe ask for review at once; `check` only looks what the checks say."""
    text = _text(name)
    fields = {f"variation_{place}": typed(f"variation_{place}", _LONGEST) for place in range(len(text.variations))}
    piece, seen, note = _read(fields, text), read_seen(typed("seen", 20)), typed("note", _MOST_NOTE)
    asked = {field for field in ("check", "submit") if typed(field)}
    with session_scope(parts().engine) as database:
        current = editing.current(database, KIND, name)
        if "check" in asked:
            return _page(database, text, current, piece, written(seen), note)
        if piece == _piece(current, text) and "submit" not in asked:
            flash(say("same"))
            return redirect(url_for("fixed.show", name=name), 303)
        try:
            draft = editing.save(database, piece, seen, who(), now(), note or None)
        except NotPossible as refusal:
            told = texts.group("editor_refusals")[refusal.reason]
            return _page(database, text, current, piece, written(seen), note, told, status=409)
        except Conflict as conflict:
            told = texts.text("fixed", "conflict", by=conflict.theirs_by or "Iemand anders")
            return _page(database, text, current, piece, written(conflict.seen), note, told, conflict.theirs, 409)
        if "submit" in asked:
            editing.submit(database, draft.id, who(), now(), needed(piece), note or None)
    drafts.forget(url_for("fixed.show", name=name))
    flash(say("saved" if "submit" not in asked else "submitted" if needed(piece) else "submitted_approved"))
    return redirect(url_for("review.show", draft_id=draft.id), 303)


def _text(name: str) -> FixedText:
    return known().get(name) or abort(404)


def _read(fields: Mapping[str, str], text: FixedText) -> Text:
    return Text(text.id, tuple(fields.get(f"variation_{place}", "") for place in range(len(text.variations))))


def _piece(current: Current, text: FixedText) -> Text:
    """What an editor goes on with: the draft, what is published, or else the words of the domain."""
    found = current.piece.variations if isinstance(current.piece, Text) else ()
    # The domain may have got another variation since.
    return Text(
        text.id, tuple(found[place] if place < len(found) else old for place, old in enumerate(text.variations))
    )


def _page(
    database: Session,
    text: FixedText,
    current: Current,
    piece: Text,
    seen: str,
    note: str = "",
    told: str = "",
    theirs: object = None,
    status: int = 200,
) -> ResponseReturnValue:
    judgement = judge(store.published(database), [piece], parts().settings.content)
    score = flesch_douma("\n\n".join(piece.variations)) if text.language == "nl" else None
    page = render_template(
        "fixed/text.html",
        text=text,
        current=current,
        piece=piece,
        seen=seen,
        note=note,
        told=told,
        theirs=theirs,
        needed=needed(piece),
        errors=[one for one in judgement.findings if one.severity == "error"],
        warnings=[one for one in judgement.findings if one.severity != "error"],
        score=score,
        longest=_LONGEST,
    )
    return page, status
