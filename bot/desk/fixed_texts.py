"""The fixed texts of assistant and pre-screen: lists by subject, and a form that makes a draft of other words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk import drafts, texts
from bot.desk.drafts import keeps_draft
from bot.desk.editor.common import needed, read_seen, say, typed, who, written
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.knowledge import store, wording
from bot.knowledge.fixed_texts import OF_SITE, OF_TRIAL, FixedText, Held
from bot.knowledge.readability import flesch_douma
from bot.knowledge.schema import Text
from bot.knowledge.store_format import KINDS
from bot.languages import codes
from bot.publishing import editing
from bot.publishing.candidate import judge
from bot.publishing.drafts import NotPossible
from bot.publishing.editing import Conflict, Current

blueprint = Blueprint("fixed", __name__, url_prefix="/vaste-teksten")
KIND = KINDS[Text]
# What there is a list of, by the word in its address.
CONVERSATION, TRIAL, SITE = "gesprek", "meedoen", "website"
_LONGEST = 3000
_MOST_NOTE = 500


def list_of(text: FixedText) -> str:
    """On which list a text stands."""
    if text.id.startswith(OF_SITE):
        return SITE
    return TRIAL if text.id.startswith(OF_TRIAL) else CONVERSATION


def group_of(text: FixedText) -> str:
    """The heading under which a text stands: a key of the texts `fixed_groups`, or the name of a criterion."""
    if text.held:
        return _heading(text, text.held)
    if text.safety:
        return "safety"
    if text.id.startswith("utter_label_"):
        return "labels"
    about = ("utter_prescreen_", "utter_verdict_", "utter_waiting_", "utter_stop_")
    return "prescreen" if text.id.startswith(about) else "conversation"


def _heading(text: FixedText, held: Held) -> str:
    if list_of(text) == SITE:
        return "safety" if text.safety else f"site_{held.about}"
    return held.part if held.part in {"recruitment", "outcome"} else held.about


@blueprint.get("/")
@needs(Permission.CONTENT)
def index() -> ResponseReturnValue:
    """The texts of one list by subject, with their state."""
    chosen = request.args.get("lijst", CONVERSATION)
    shown = [text for text in wording.known().values() if list_of(text) == chosen] or abort(404)
    with session_scope(parts().engine) as database:
        published = store.published(database).texts
        open_drafts = {one.name: one for one in editing.drafts(database) if one.kind == KIND}
    groups = _groups(shown)
    lists = [
        name for name in texts.group("fixed_lists") if any(list_of(text) == name for text in wording.known().values())
    ]
    return render_template(
        "fixed/index.html", groups=groups, published=published, drafts=open_drafts, lists=lists, chosen=chosen
    )


def _groups(shown: Iterable[FixedText]) -> list[tuple[str, str, list[FixedText]]]:
    """Heading, language and texts of each group: first Dutch, in the order of the headings, then of the file."""
    found: dict[tuple[str, str], list[FixedText]] = {}
    for text in shown:
        found.setdefault((text.language, group_of(text)), []).append(text)
    first = list(texts.group("fixed_groups"))
    order = {key: (codes().index(key[0]), first.index(key[1]) if key[1] in first else len(first)) for key in found}
    return [(heading, language, found[language, heading]) for language, heading in sorted(found, key=order.__getitem__)]


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
    return wording.known().get(name) or abort(404)


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
    # Texts of the pre-screen and the site are too short for points; the checks say when they got harder to read.
    scored = text.language == "nl" and not text.held
    score = flesch_douma("\n\n".join(piece.variations)) if scored else None
    page = render_template(
        "fixed/text.html",
        text=text,
        back=url_for("fixed.index", lijst=list_of(text)),
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
