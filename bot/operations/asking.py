"""What a model makes of the gate's questions: asked of a loaded model, and kept with the live one.

Asking takes as long as half a training, so the live model is asked beforehand, when nobody waits for it:
`python -m bot.operations.asking`, which the worker starts. Where that did not happen yet, the training asks.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine import Engine

from bot import settings as project_settings
from bot.database import open_database, session_scope
from bot.dialogue import serve
from bot.operations import gate, gate_sets, live_model, parent, processes
from bot.operations.errors import OperatorError
from bot.operations.evaluate import understood_all
from bot.operations.gate import Answers, Asked
from bot.publishing.models import ModelInfo, ModelStore, NotOurs
from bot.settings import ROOT

log = logging.getLogger(__name__)

_FAILED_STORIES = "failed_test_stories.yml"
_REPORT = "story_report.json"
# Whatever else wants the processor goes first: nobody waits for answers that are asked beforehand.
_NICENESS = 19


class Asker:
    """A model loaded to be asked."""

    def __init__(self, file: Path) -> None:
        """Load a model. Raises NotOurs when it cannot be."""
        from rasa.core.agent import Agent

        try:
            self._agent = Agent.load(str(file))
        except Exception as error:  # a model of another version can fail to load in any way
            raise NotOurs(f"Model {file.name} cannot be loaded ({type(error).__name__}).") from error

    def answers(self, asked: Asked) -> Answers:
        """What it makes of the questions."""
        return {name: understood_all(self._agent, group) for name, group in asked.items()}

    def failed_conversations(self, stories: Path, out: Path) -> Sequence[str]:
        """The names of the conversation tests that it fails."""
        from rasa.core.test import test

        out.mkdir(parents=True)
        asyncio.run(test(str(stories), self._agent, out_directory=str(out), e2e=True, disable_plotting=True))
        report = json.loads((out / _REPORT).read_text(encoding="utf-8"))
        if not report.get("conversation_accuracy", {}).get("total"):
            raise OperatorError(f"Rasa finds no conversation tests in {stories}.")
        failed = yaml.safe_load((out / _FAILED_STORIES).read_text(encoding="utf-8")) or {}
        # Rasa adds the file to the name.
        return [str(story["story"]).partition(" (")[0] for story in failed.get("stories") or ()]


def kept(live: ModelInfo, asked: Asked) -> Answers | None:
    """What is kept of what the live model makes of these questions; None when it was not asked, or other ones."""
    if live.answers is None or live.answers.get("digest") != gate_sets.digest(asked):
        return None
    sets: Mapping[str, Sequence[Mapping[str, Any]]] = live.answers["sets"]
    return {name: [gate.from_json(one) for one in group] for name, group in sets.items()}


def to_keep(asked: Asked, answers: Answers) -> dict[str, Any]:
    """Answers as they are kept with a model."""
    sets = {name: [gate.as_json(one) for one in group] for name, group in answers.items()}
    return {"digest": gate_sets.digest(asked), "sets": sets}


def ask(engine: Engine, models: ModelStore, live: ModelInfo, asked: Asked, folder: Path) -> Answers | None:
    """Ask the live model and keep what it says; None when it cannot be asked.

    Args:
        engine: the database with the models.
        models: those of this installation.
        live: the model to ask.
        asked: the questions.
        folder: where its file may be put.
    """
    file = folder / "live.tar.gz"
    try:
        with session_scope(engine) as session:
            file.write_bytes(models.read(session, live.name))
        answers = Asker(file).answers(asked)
    except NotOurs as error:
        log.warning("%s", error)
        return None
    with session_scope(engine) as session:
        models.keep_answers(session, live.name, to_keep(asked, answers))
    return answers


def main() -> int:
    """Ask the live model what was not asked of it yet."""
    parent.die_with_parent(signal.SIGKILL)
    os.nice(_NICENESS)
    settings = project_settings.load()
    os.environ.update(processes.environment(settings))
    os.chdir(ROOT)
    logging.basicConfig(level=logging.WARNING)
    engine, models = open_database(settings), live_model.model_store(settings)
    asked = gate_sets.questions(settings.gate)
    with session_scope(engine) as session:
        live = models.live(session)
    if live is None or kept(live, asked) is not None:
        return 0
    serve.prepare()
    from rasa.utils.log_utils import configure_structlog

    # Rasa logs every parsed text unless it is told not to.
    configure_structlog(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="stamcelwijzer-") as folder:
        return 0 if ask(engine, models, live, asked, Path(folder)) is not None else 1


if __name__ == "__main__":
    sys.exit(main())
