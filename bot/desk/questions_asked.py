"""Questions that were not answered well, kept with consent: grouped by likeness, and made into drafts by one press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user  # type: ignore[import-untyped]
from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.contact import asked
from bot.contact.asked import Asked, Became, Kind
from bot.contact.grouping import groups
from bot.database import session_scope
from bot.desk import texts
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.knowledge import store
from bot.knowledge.schema import OUTSIDE, Content, Phrases, Topic
from bot.knowledge.search import search
from bot.knowledge.store_format import KINDS, Piece
from bot.languages import codes
from bot.publishing import editing, from_questions
from bot.publishing.drafts import NotPossible

blueprint = Blueprint("asked", __name__, url_prefix="/vragen")
MOST_GROUPS = 25
# Enough questions of each topic to learn which words are common.
_BACKGROUND = 20
_DONE = "afgehandeld"


@dataclass(frozen=True)
class Group:
    """Questions that are alike, with the topics they may belong to, likeliest first."""

    questions: tuple[Asked, ...]
    likely: tuple[Topic, ...]


class NotDone(Exception):
    """Nothing was changed. The argument is a key of the texts `asked`."""


@blueprint.get("/")
@needs(Permission.QUESTIONS)
def index() -> ResponseReturnValue:
    """What waits, the largest group first; or what was dealt with."""
    shown = request.args.get("toon", "")
    if shown not in ("", _DONE, *(kind.value for kind in Kind)):
        abort(404)
    with session_scope(parts().engine) as database:
        counts = asked.counts(database)
        if shown == _DONE:
            return render_template("asked_done.html", questions=asked.done(database), counts=counts, shown=shown)
        waiting = asked.waiting(database, Kind(shown) if shown else None)
        content = store.published(database)
    found = _grouped(waiting, content)
    return render_template(
        "asked.html",
        groups=found[:MOST_GROUPS],
        more=len(found) - MOST_GROUPS,
        counts=counts,
        shown=shown,
        content=content,
        languages=codes(),
    )


@blueprint.post("/afhandelen")
@needs(Permission.QUESTIONS)
def handle() -> ResponseReturnValue:
    """Make drafts of the chosen questions, or put them aside."""
    try:
        became = Became(request.form.get("actie", ""))
    except ValueError:
        abort(400)
    chosen = [int(number) for number in request.form.getlist("vraag") if number.isdecimal() and len(number) < 10]
    try:
        with session_scope(parts().engine) as database:
            name, draft_id = _handle(database, became, chosen)
            asked.finish(database, chosen, became, current_user.account.name, now())
    except NotDone as reason:
        flash(texts.text("asked", str(reason)))
    else:
        told = texts.text("asked", became.value, piece=name)
        flash(_with_link(told, draft_id) if draft_id is not None else told)
    return redirect(url_for("asked.index", toon=request.form.get("toon") or None), 303)


@blueprint.post("/<int:asked_id>/terug")
@needs(Permission.QUESTIONS)
def take_back(asked_id: int) -> ResponseReturnValue:
    """Let a question wait again. Drafts that were made of it stay as they are."""
    with session_scope(parts().engine) as database:
        found = asked.take_back(database, asked_id)
    flash(texts.text("asked", "back" if found else "gone"))
    return redirect(url_for("asked.index", toon=_DONE), 303)


def _with_link(told: str, draft_id: int) -> Markup:
    link = Markup('{} <a href="{}">{}</a>')
    return link.format(told, url_for("review.show", draft_id=draft_id), texts.text("asked", "to_draft"))


def _handle(database: Session, became: Became, chosen: Sequence[int]) -> tuple[str, int | None]:
    """Save the draft, if there is one to make; gives its name and number. Raises NotDone."""
    words = [one.words for one in asked.pick(database, chosen)]
    language = request.form.get("taal", codes()[0])
    if not words:
        raise NotDone("nothing")
    if language not in codes():
        abort(400)
    if became is Became.DISMISSED:
        return "", None
    if became is Became.OUTSIDE:
        before = editing.current(database, KINDS[Phrases], OUTSIDE)
        known = before.piece if isinstance(before.piece, Phrases) else None
        return _save(database, from_questions.with_examples(known, language, words), before)
    if became is Became.QUESTION:
        before = editing.current(database, KINDS[Topic], request.form.get("onderwerp", ""))
        if not isinstance(before.piece, Topic):
            raise NotDone("no_topic")
        return _save(database, from_questions.with_questions(before.piece, language, words), before)
    content = store.published(database)
    subject = request.form.get("kopje", "")
    if subject not in {one.id for one in content.subjects}:
        raise NotDone("no_subject")
    taken = {*content.topics, *content.notices, *(draft.name for draft in editing.drafts(database))}
    name = from_questions.name_of(words[0], subject, taken)
    new = from_questions.new_topic(name, subject, language, words, now().date())
    return _save(database, new, editing.current(database, KINDS[Topic], name))


def _save(database: Session, piece: Piece, before: editing.Current) -> tuple[str, int]:
    kind, who = KINDS[type(piece)], current_user.account.name
    if editing.autosaved(database, kind, piece.id, who):
        raise NotDone("typing")
    try:
        draft = editing.save(database, piece, before.seen, who, now())
    except editing.Conflict:
        raise NotDone("conflict") from None
    except NotPossible:
        raise NotDone("busy") from None
    title = piece.question.get("nl") if isinstance(piece, Topic) else None
    return title or piece.id, draft.id


def _grouped(waiting: Sequence[Asked], content: Content) -> list[Group]:
    background = [text for topic in content.topics.values() for text in topic.questions.get("nl", ())[:_BACKGROUND]]
    found = groups([one.words for one in waiting], background)
    return [_group([waiting[place] for place in places], content) for places in found]


def _group(questions: Sequence[Asked], content: Content) -> Group:
    rated = [content.topics[one.topic] for one in questions if one.topic and one.topic in content.topics]
    alike = [topic for topic, _ in search(content, " ".join(one.words for one in questions[:5]))]
    likely: Mapping[str, Topic] = {topic.id: topic for topic in (*rated, *alike)}
    return Group(tuple(questions), tuple(likely.values())[:3])
