"""The box to try a question: what the live model and that of a draft make of it, side by side."""

from __future__ import annotations

from typing import Any

import requests
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk.editor.common import say, typed
from bot.desk.guard import needs
from bot.desk.parts import parts
from bot.desk.roles import Permission
from bot.knowledge import store
from bot.publishing import jobs
from bot.publishing.jobs import Job
from bot.publishing.models import ModelStore

blueprint = Blueprint("trying", __name__, url_prefix="/antwoorden/proberen")
LIVE = "live"
LONGEST = 1000
# A model that nobody asked yet must be loaded first.
_SECONDS = (3.05, 20)


class Away(Exception):  # noqa: N818 - says the state
    """The model server gives no answer. `gone` when it does, but has no such model."""

    def __init__(self, gone: bool = False) -> None:
        """Tell which of the two."""
        super().__init__("no model" if gone else "no answer")
        self.gone = gone


@blueprint.get("")
@needs(Permission.CONTENT)
def show() -> ResponseReturnValue:
    """The empty box."""
    return _page("", "", [])


@blueprint.post("")
@needs(Permission.CONTENT)
def ask() -> ResponseReturnValue:
    """What the models make of a question. By POST, so that the words end up in no address and no log."""
    text, number = typed("text", LONGEST), request.form.get("job", "")
    found: list[tuple[str, dict[str, Any]]] = []
    if not text:
        return _page("", number, [])
    with session_scope(parts().engine) as database:
        chosen = next((job for job in _trained(database) if str(job.id) == number), None)
    names = [("Nu", LIVE), *([("Proefmodel", str(chosen.model))] if chosen else [])]
    problem = ""
    for title, name in names:
        try:
            found.append((title, explain(text, name)))
        except Away as away:
            problem = say("model_gone" if away.gone and name != LIVE else "models_away")
    return _page(text, number, found, problem), 200 if found else 503


def explain(text: str, model: str) -> dict[str, Any]:
    """What a model makes of a text, as `POST /explain` of the model server tells.

    Raises:
        Away: when it gives no answer, or has no such model.
    """
    try:
        reply = requests.post(
            f"{parts().settings.models_url}/explain", json={"text": text, "model": model}, timeout=_SECONDS
        )
        if reply.status_code == 404:
            raise Away(gone=True)
        reply.raise_for_status()
        found: dict[str, Any] = reply.json()
    except (requests.RequestException, ValueError):
        raise Away from None
    return found


def _trained(database: Session) -> list[Job]:
    """The trainings whose model is still there."""
    # Only to look whether there is one: nothing is signed or handed out here.
    models = ModelStore(())
    live = models.live(database)
    found = [job for job in jobs.newest(database) if job.model and not (live and job.model == live.name)]
    return [job for job in found if models.find(database, str(job.model))]


def _page(text: str, number: str, found: list[tuple[str, dict[str, Any]]], problem: str = "") -> str:
    with session_scope(parts().engine) as database:
        content, trained = store.published(database), _trained(database)
    titles = {topic.id: topic.question["nl"] for topic in content.topics.values()}
    for job in trained:
        for piece in job.pieces:
            if piece.get("kind") == "topic":
                titles.setdefault(str(piece["name"]), piece["data"].get("question", {}).get("nl", piece["name"]))
    return render_template(
        "editor/trying.html", text=text, number=number, found=found, problem=problem, trained=trained, titles=titles
    )
