"""Sources and the passages of them that answers rest on: the lists, and drafts of new or changed ones."""

from __future__ import annotations

import re
import unicodedata

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot import languages
from bot.database import session_scope
from bot.desk import drafts, texts
from bot.desk.drafts import keeps_draft
from bot.desk.editor.common import read_seen, related, say, typed, who, written
from bot.desk.editor.words import finding
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.knowledge import files, store
from bot.knowledge.schema import Content, Passage, Source
from bot.knowledge.store_format import Piece
from bot.publishing import editing
from bot.publishing.candidate import judge, with_pieces
from bot.publishing.drafts import NotPossible, Seen
from bot.publishing.editing import Conflict

blueprint = Blueprint("sources", __name__, url_prefix="/antwoorden/bronnen")
_FIELDS = ("title", "publisher", "date", "url", "document", "superseded_by", "language")


@blueprint.get("")
@needs(Permission.CONTENT)
def index() -> ResponseReturnValue:
    """All sources with their passages."""
    with session_scope(parts().engine) as database:
        content = _with_drafts(database)
        open_drafts = {(one.kind, one.name): one for one in editing.drafts(database)}
    used: dict[str, list[str]] = {}
    for topic in content.topics.values():
        for name in topic.passages:
            used.setdefault(name, []).append(topic.id)
    return render_template("editor/sources.html", content=content, open_drafts=open_drafts, used=used)


@blueprint.get("/document/<document_id>")
@needs(Permission.CONTENT)
def document(document_id: str) -> ResponseReturnValue:
    """The full text of a source's document, to copy a passage from."""
    text = files.load_documents(parts().settings.content).get(document_id)
    if text is None:
        abort(404)
    return render_template("editor/document.html", name=document_id, text=text)


@blueprint.get("/passage")
@needs(Permission.CONTENT)
def new_passage() -> ResponseReturnValue:
    """The form for a passage; `?bron=` names its source and `?voor=` the topic it is for."""
    form = {"source": request.args.get("bron", ""), "topic": request.args.get("voor", "")}
    return _passage_page({**form, **drafts.typed_here()}, [])


@blueprint.post("/passage")
@needs(Permission.CONTENT)
@keeps_draft("sources.new_passage")
def add_passage() -> ResponseReturnValue:
    """Draft a passage when it stands literally in its document."""
    text, source, topic = typed("text"), typed("source", 100), typed("topic", 100)
    with session_scope(parts().engine) as database:
        content = _with_drafts(database)
        problems = [
            *([] if source in content.sources else [say("source_missing")]),
            *([] if text else [say("passage_missing")]),
        ]
        if not problems:
            passage = Passage(_free(f"{topic or source}-desk", content), source, text)
            problems = _wrong(database, [content.sources[source], passage], passage)
        if not problems:
            draft = editing.save(database, passage, Seen(), who(), now())
    if problems:
        return _passage_page(request.form.to_dict(), problems), 400
    drafts.forget(url_for("sources.new_passage"))
    flash(say("saved"))
    if topic:
        return redirect(url_for("topic.show", topic_id=topic, _anchor="bronnen"), 303)
    return redirect(url_for("review.show", draft_id=draft.id), 303)


@blueprint.get("/bron")
@needs(Permission.CONTENT)
def new_source() -> ResponseReturnValue:
    """The form for a source."""
    return _source_page(None, {**drafts.typed_here()}, [])


@blueprint.post("/bron")
@needs(Permission.CONTENT)
@keeps_draft("sources.new_source")
def add_source() -> ResponseReturnValue:
    """Draft a source."""
    return _save_source(None)


@blueprint.get("/bron/<source_id>")
@needs(Permission.CONTENT)
def source(source_id: str) -> ResponseReturnValue:
    """The form of a source that there is."""
    with session_scope(parts().engine) as database:
        current = editing.current(database, "source", source_id)
    if not isinstance(current.piece, Source):
        abort(404)
    form = {name: getattr(current.piece, name) or "" for name in _FIELDS} | {"seen": written(current.seen)}
    return _source_page(source_id, {**form, **drafts.typed_here()}, [])


@blueprint.post("/bron/<source_id>")
@needs(Permission.CONTENT)
@keeps_draft("sources.source")
def save_source(source_id: str) -> ResponseReturnValue:
    """Draft a change of a source."""
    return _save_source(source_id)


def _save_source(source_id: str | None) -> ResponseReturnValue:
    given = {name: typed(name, 500) for name in _FIELDS}
    with session_scope(parts().engine) as database:
        content = _with_drafts(database)
        seen = read_seen(request.form.get("seen", "")) if source_id else Seen()
        problems = [
            *([] if given["title"] else [say("title_missing")]),
            *([] if given["document"] in files.load_documents(parts().settings.content) else [say("document_missing")]),
        ]
        if source_id is not None and source_id not in content.sources:
            abort(404)
        if not problems:
            name = source_id or _free(_slug(given["title"]), content)
            piece = Source(
                name,
                given["title"],
                given["publisher"],
                given["date"] or None,
                given["url"] or None,
                given["document"],
                given["superseded_by"] or None,
                given["language"] if given["language"] in texts.group("source_languages") else languages.first(),
            )
            problems = _wrong(database, [piece], piece)
        if not problems:
            try:
                draft = editing.save(database, piece, seen, who(), now())
            except Conflict as conflict:
                problems = [say("again")]
                given["seen"] = written(conflict.seen)
            except NotPossible as refusal:
                problems = [texts.group("editor_refusals")[refusal.reason]]
    if problems:
        return _source_page(source_id, {**request.form.to_dict(), **given}, problems), 400
    drafts.forget(url_for("sources.source", source_id=source_id) if source_id else url_for("sources.new_source"))
    flash(say("saved"))
    return redirect(url_for("review.show", draft_id=draft.id), 303)


def _with_drafts(database: Session) -> Content:
    open_drafts = [one.piece for one in editing.drafts(database) if one.kind in {"passage", "source"}]
    return with_pieces(store.published(database), open_drafts)


def _wrong(database: Session, pieces: list[Piece], about: Piece) -> list[str]:
    """The errors the checks find in one piece."""
    more = [one.piece for one in related(database, about)]
    judgement = judge(store.published(database), [*pieces, *more], parts().settings.content)
    return [finding(one) for one in judgement.blocking if one.topic == about.id]


def _free(wanted: str, content: Content) -> str:
    taken = {*content.passages, *content.sources}
    return next(name for number in range(1, 10_000) if (name := f"{wanted}-{number}") not in taken)


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:6]) or "bron"


def _passage_page(form: dict[str, str], problems: list[str]) -> str:
    with session_scope(parts().engine) as database:
        content = _with_drafts(database)
    return render_template("editor/passage.html", form=form, problems=problems, content=content)


def _source_page(source_id: str | None, form: dict[str, str], problems: list[str]) -> str:
    with session_scope(parts().engine) as database:
        content = _with_drafts(database)
    documents = sorted(files.load_documents(parts().settings.content))
    return render_template(
        "editor/source.html",
        source_id=source_id,
        form=form,
        problems=problems,
        content=content,
        documents=documents,
        source_languages=texts.group("source_languages"),
    )
