"""`GET /health`: which parts work; 503 when the database does not, because then the desk cannot do its work."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.database import session_scope
from bot.desk.guard import Access, needs
from bot.desk.parts import now, parts
from bot.eligibility.trial_file import TrialFileError, load_trial
from bot.signups.delivery import overview

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@needs(Access.PUBLIC)
def health() -> ResponseReturnValue:
    """The state of each part as JSON."""
    states = {"database": _database(), "trial": _trial(), "delivery": _delivery()}
    status = "ok" if all(states.values()) else "degraded" if states["database"] else "down"
    named = {name: "ok" if fine else "down" for name, fine in states.items()}
    return jsonify(status=status, parts=named), 200 if states["database"] else 503


def _database() -> bool:
    try:
        with parts().engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM staff, signups LIMIT 1"))
    except SQLAlchemyError:
        return False
    return True


def _delivery() -> bool:
    """Whether deliveries go on: none was given up, and none waits for long."""
    try:
        with session_scope(parts().engine) as database:
            return not overview.troubles(database, now()).stuck
    except SQLAlchemyError:
        return False


def _trial() -> bool:
    try:
        load_trial(parts().settings.trial_file)
    except TrialFileError:
        return False
    return True
