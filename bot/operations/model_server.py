"""The model server: hands the live model to chat processes, and tells how a model understands a question.

Reached by chat processes and the desk only. A chat process asks for the model every second, with the name of its own
(`If-None-Match`), and gets 304 until there is another.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import languages
from bot import settings as project_settings
from bot.database import open_database, session_scope
from bot.operations import live_model
from bot.operations.explaining import Explainers
from bot.publishing.models import NotOurs
from bot.settings import ROOT, Settings

log = logging.getLogger(__name__)
LONGEST_TEXT = 1000


def create_app(settings: Settings | None = None) -> Flask:
    """The server, with the model this installation starts with taken in when need be."""
    settings = settings or project_settings.load()
    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    engine = open_database(settings)
    models = live_model.model_store(settings)
    lexicon = ROOT / "data" / "lexicon"
    patterns = [languages.lexicon_of(lexicon, code) / "safety.yml" for code in languages.codes()]
    explainers = Explainers(models, patterns)
    with session_scope(engine) as session:
        if live_model.adopt(session, settings, datetime.now(UTC)):
            log.info("took in the model that this installation starts with")

    @app.get("/model")
    def model() -> ResponseReturnValue:
        """The live model; 304 for who has it, 404 when there is none that may be handed out."""
        with Session(engine, future=True) as session:
            live = models.live_name(session)
            if live is None:
                return Response(status=404)
            if live in {known.strip('"') for known in request.headers.get("If-None-Match", "").split(",")}:
                return Response(status=304, headers={"ETag": live})
            file = models.read(session, live)
        return Response(file, mimetype="application/gzip", headers={"ETag": live})

    @app.get("/health")
    def health() -> ResponseReturnValue:
        """200 when there is a live model."""
        with Session(engine, future=True) as session:
            live = models.live_name(session)
        return jsonify(status="ok" if live else "down", model=live), 200 if live else 503

    @app.post("/explain")
    def explain() -> ResponseReturnValue:
        """How a model (`live`, or a name) understands `text`."""
        given = request.get_json(silent=True)
        asked = given if isinstance(given, dict) else {}
        text = asked.get("text")
        if not isinstance(text, str) or not text.strip():
            return jsonify(error="give a text"), 400
        with Session(engine, future=True) as session:
            found = explainers.explain(session, str(asked.get("model") or "live"), text.strip()[:LONGEST_TEXT])
        return jsonify(found)

    @app.errorhandler(NotOurs)
    def not_ours(error: NotOurs) -> ResponseReturnValue:
        log.error("%s", error)
        return jsonify(error=str(error)), 404

    @app.errorhandler(SQLAlchemyError)
    def no_database(error: SQLAlchemyError) -> ResponseReturnValue:
        log.error("the database cannot be used: %s", type(error).__name__)
        return jsonify(error="the database cannot be used"), 503

    return app
