"""The part of `make bench` that measures publishing: from an editor's click to a patient's screen, beside a training.

It runs a whole installation of its own in a temporary folder, on free ports, and asks it as a patient would.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from sqlalchemy.engine import Engine

from bot.database import open_database, session_scope
from bot.knowledge import store
from bot.knowledge.schema import Topic
from bot.operations import live_model
from bot.operations.errors import OperatorError
from bot.operations.load.running import environment, ours, variables
from bot.publishing import editing, jobs, publication
from bot.publishing.jobs import JobState
from bot.settings import ROOT, Settings

TOPIC = "study_aim"
MARK = "Dit is net veranderd."
QUESTION = "zeg eens waar dat onderzoek met die loting nou eigenlijk om begonnen is"
_LONGEST = 900.0


def report() -> str:
    """Measure, and tell it as a table."""
    folder = Path(tempfile.mkdtemp(prefix="stamcelwijzer-bench-"))
    var, models = folder / "var", str(folder / "models")
    try:
        training = _seconds(lambda: _run(variables(var, MODELS=models), "train"))
        with ours(var, MODELS=models) as installation:
            settings = installation.settings
            engine = open_database(settings)
            try:
                _until(lambda: _was_asked(settings, engine))
                text = _seconds(lambda: _publish_text(settings, engine))
                questions = _seconds(lambda: _publish_question(settings, engine))
            finally:
                engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rows = [("a text", text), ("questions", questions), ("`stamcelwijzer train`, for comparison", training)]
    lines = [
        "From publishing to live, with gate and switch of model, in an installation that has run for some minutes:",
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
    job = _publish(settings, engine, replace(topic, questions=asked, answer=shorter))

    def answered() -> bool:
        _refuse_to_wait_for(engine, job)
        topic, text = _ask(settings, QUESTION)
        # Learnt questions are answered surely: with the old text it is the old content or the old model.
        return topic == TOPIC and MARK not in text

    _until(answered)


def _was_asked(settings: Settings, engine: Engine) -> bool:
    """Whether the live model answered the gate's questions, as it does some minutes after it went live."""
    with session_scope(engine) as session:
        live = live_model.model_store(settings).live(session)
    return live is not None and live.answers is not None


def _refuse_to_wait_for(engine: Engine, number: int | None) -> None:
    """End with the reasons when the training will never be live."""
    with session_scope(engine) as session:
        job = jobs.job(session, number) if number is not None else None
    if job is not None and job.state in {JobState.FAILED, JobState.CANCELLED}:
        raise OperatorError(f"The gate refused it: {told(job.result or {})}")


def told(result: Mapping[str, Any]) -> str:
    """What the gate found against a model, in one line: its reasons, and what became worse."""
    worse = [
        f"{one['text']!r} ({one['set']}): {one['before']['label']} -> {one['after']['label']}"
        for one in result.get("changes", ())
        if one["better"] is False
    ]
    return "; ".join(
        [", ".join(result.get("reasons", ())), *result.get("findings", ()), *result.get("conversations", ()), *worse]
    )


def _topic(engine: Engine) -> Topic:
    with session_scope(engine) as session:
        return store.published(session).topics[TOPIC]


def _publish(settings: Settings, engine: Engine, topic: Topic) -> int | None:
    """Publish it; the training that it waits for, if any."""
    now = datetime.now(UTC)
    with session_scope(engine) as session:
        draft = editing.save(session, topic, editing.current(session, "topic", topic.id).seen, "one", now)
        editing.submit(session, draft.id, "one", now, needed=1)
        editing.approve(session, draft.id, "other", now, needed=1)
        outcome = publication.publish(session, [draft.id], settings.content, "other", now)
    if outcome.result == "blocked":
        raise OperatorError(f"The checks block it: {' '.join(finding.message for finding in outcome.findings)}")
    return outcome.job


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
