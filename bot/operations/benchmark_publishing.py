"""The part of `make bench` that measures publishing: from an editor's click to a patient's screen, beside a training.

It runs a whole installation of its own in a temporary folder, on free ports, and asks it as a patient would.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import requests
from sqlalchemy.engine import Engine

from bot import settings as project_settings
from bot.database import open_database, session_scope
from bot.knowledge import store
from bot.knowledge.schema import Topic
from bot.operations import processes
from bot.operations.errors import OperatorError
from bot.operations.load.running import environment, started, variables, wait_for
from bot.publishing import editing, publication
from bot.settings import ROOT, Settings

TOPIC = "study_aim"
MARK = "Dit is net veranderd."
QUESTION = "zeg eens waar dat onderzoek met die loting nou eigenlijk om begonnen is"
_LONGEST = 900.0


def report() -> str:
    """Measure, and tell it as a table."""
    folder = Path(tempfile.mkdtemp(prefix="stamcelwijzer-bench-"))
    given = variables(folder / "var", MODELS=str(folder / "models"))
    try:
        training = _seconds(lambda: _run(given, "train"))
        with started(["bot", "run"], given, folder / "run.log") as process:
            settings = project_settings.load(given)
            known = processes.all_processes(settings).values()
            wait_for([one.health(settings) for one in known if one.health], [process], folder / "run.log")
            # Only now it has its keys.
            settings = project_settings.load(given)
            engine = open_database(settings)
            try:
                text = _seconds(lambda: _publish_text(settings, engine))
                questions = _seconds(lambda: _publish_question(settings, engine))
            finally:
                engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rows = [("a text", text), ("questions", questions), ("`stamcelwijzer train`, for comparison", training)]
    lines = [
        "From publishing to live, with gate and switch of model:",
        "",
        "| what | s | part of a training |",
        "|---|---|---|",
    ]
    return "\n".join([*lines, *(f"| {what} | {spent:.1f} | {spent / training:.2f} |" for what, spent in rows)])


def _publish_text(settings: Settings, engine: Engine) -> None:
    topic = _topic(engine)
    changed = replace(topic, answer={**topic.answer, "nl": f"{MARK}\n\n{topic.answer['nl']}"})
    _publish(settings, engine, changed)
    _until(lambda: MARK in _ask(settings, topic.question["nl"])[1])


def _publish_question(settings: Settings, engine: Engine) -> None:
    topic = _topic(engine)
    asked = {**topic.questions, "nl": (*topic.questions["nl"], QUESTION)}
    shorter = {**topic.answer, "nl": topic.answer["nl"].removeprefix(MARK).strip()}
    _publish(settings, engine, replace(topic, questions=asked, answer=shorter))
    # Learnt questions are answered surely: with the old text it is the old content or the old model.
    _until(lambda: (found := _ask(settings, QUESTION))[0] == TOPIC and MARK not in found[1])


def _topic(engine: Engine) -> Topic:
    with session_scope(engine) as session:
        return store.published(session).topics[TOPIC]


def _publish(settings: Settings, engine: Engine, topic: Topic) -> None:
    now = datetime.now(UTC)
    with session_scope(engine) as session:
        draft = editing.save(session, topic, editing.current(session, "topic", topic.id).seen, "one", now)
        editing.submit(session, draft.id, "one", now, needed=1)
        editing.approve(session, draft.id, "other", now, needed=1)
        outcome = publication.publish(session, [draft.id], settings.content, "other", now)
    if outcome.result == "blocked":
        raise OperatorError(f"The checks block it: {' '.join(finding.message for finding in outcome.findings)}")


def _ask(settings: Settings, question: str) -> tuple[str | None, str]:
    url = f"http://127.0.0.1:{settings.site_port}/api/chat"
    messages = requests.post(url, json={"message": question}, timeout=60).json()["messages"]
    return messages[0]["topic"], messages[0]["text"]


def _run(given: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "bot", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment(given), stdout=subprocess.DEVNULL, check=True)


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LONGEST
    while not happened():
        if time.monotonic() > deadline:
            raise OperatorError(f"It did not happen within {_LONGEST:.0f} seconds.")
        time.sleep(0.1)


if __name__ == "__main__":
    print(report())
