"""`GET /health`: which parts work. 503 only when the site cannot do its main job.

The main job is to answer. Without Rasa the site still answers from the published content, so Rasa being away alone is
`degraded` with status 200; the database being away, or both Rasa and the content, is `down` with status 503.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.patient.parts import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """The state of each part as JSON."""
    states = {"database": _database(), "chat": parts().rasa.alive(), "content": parts().library.content() is not None}
    works = states["database"] and (states["chat"] or states["content"])
    status = "ok" if all(states.values()) else "degraded" if works else "down"
    named = {name: "ok" if fine else "down" for name, fine in states.items()}
    return make_response(jsonify(status=status, parts=named), 200 if works else 503)


def _database() -> bool:
    try:
        with parts().engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM conversation_messages LIMIT 1"))
        return True
    except SQLAlchemyError:
        return False
