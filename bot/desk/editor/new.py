"""A new topic: its question, its group and a short name; the rest is filled in on its own page."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.database import session_scope
from bot.desk import drafts
from bot.desk.drafts import keeps_draft
from bot.desk.editor.common import say, typed, who
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.knowledge import store
from bot.knowledge.schema import Topic
from bot.publishing import editing
from bot.publishing.drafts import Seen

blueprint = Blueprint("new", __name__, url_prefix="/antwoorden/nieuw")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}", re.ASCII)
# As long as the content files give a topic that nothing else is known of.
REVIEW_AFTER = timedelta(days=365)


@blueprint.get("")
@needs(Permission.CONTENT)
def show() -> ResponseReturnValue:
    """The form."""
    kept = drafts.typed_here()
    return _page({**kept}, [say("typed_note")] if kept else [])


@blueprint.post("")
@needs(Permission.CONTENT)
@keeps_draft("new.show")
def make() -> ResponseReturnValue:
    """Open a draft of a topic that does not exist yet."""
    question, subject = typed("question", 300), typed("subject", 60)
    short = typed("name", 60).lower().replace("-", "_").replace(" ", "_")
    name = f"{subject}_{short}"
    with session_scope(parts().engine) as database:
        content = store.published(database)
        taken = editing.current(database, "topic", name).piece is not None or name in content.notices
        problems = [
            *([] if question else [say("question_missing")]),
            *([] if subject in {one.id for one in content.subjects} else [say("subject_missing")]),
            *([] if _NAME.fullmatch(short) else [say("id_wrong")]),
            *([say("id_taken")] if taken else []),
        ]
        if not problems:
            today = now().date()
            topic = Topic(
                id=name,
                subject=subject,
                question={"nl": question},
                answer={},
                short={},
                questions={},
                passages=(),
                as_of=today,
                review_by=today + REVIEW_AFTER,
                follow_ups=(),
            )
            editing.save(database, topic, Seen(), who(), now())
    if problems:
        return _page(request.form.to_dict(), problems), 400
    drafts.forget(url_for("new.show"))
    flash(say("saved"))
    return redirect(url_for("topic.show", topic_id=name), 303)


def _page(form: dict[str, str], problems: list[str]) -> str:
    with session_scope(parts().engine) as database:
        subjects = store.published(database).subjects
    return render_template("editor/new.html", form=form, problems=problems, subjects=subjects)
