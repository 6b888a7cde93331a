"""What people said of answers: how often each version helped, and why not. Small numbers are hidden."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot.contact import ratings
from bot.database import session_scope
from bot.desk.guard import needs
from bot.desk.parts import parts
from bot.desk.roles import Permission
from bot.knowledge import store

blueprint = Blueprint("ratings", __name__, url_prefix="/oordelen")


@blueprint.get("/")
@needs(Permission.QUESTIONS)
def index() -> ResponseReturnValue:
    """Topics that were rated, the one that failed most often first, by version."""
    with session_scope(parts().engine) as database:
        content = store.published(database)
        shown = []
        for rated in ratings.by_topic(database):
            history = [(one.version, one.published_at) for one in store.history(database, "topic", rated.topic)]
            topic = content.topics.get(rated.topic)
            title = topic.question["nl"] if topic else rated.topic
            versions = ratings.by_version(database, rated.topic, history)
            shown.append((title, versions, ratings.reasons(database, rated.topic)))
    return render_template("ratings.html", topics=shown, least=ratings.LEAST_SHOWN)
