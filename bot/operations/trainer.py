"""One training with its gate, in a process of its own: `python -m bot.operations.trainer JOB OWNER`.

It trains on the content as it would be, asks the new model and the live one the gate's questions, runs the conversation
tests, and puts content and model live together, or holds both. Until that one transaction nothing has changed, so it
can be killed at any moment: the worker begins anew.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine import Engine

from bot import settings as project_settings
from bot.database import open_database, session_scope
from bot.knowledge import snapshot, store
from bot.knowledge.schema import Content
from bot.nlu.learnt import Learnt, building_on
from bot.operations import gate, gate_sets, live_model, parent, processes, training
from bot.operations.errors import OperatorError, explain
from bot.operations.evaluate import understood_all
from bot.operations.explaining import classifier_in
from bot.operations.gate import Answers, Asked, Report
from bot.publishing import editing, jobs, publication
from bot.publishing.candidate import changes, judge, questions, questions_digest, with_pieces
from bot.publishing.drafts import Action
from bot.publishing.jobs import Job, JobState, Step
from bot.publishing.models import ModelInfo, NotOurs
from bot.publishing.publication import Planned
from bot.settings import PREFIX, ROOT, Settings

log = logging.getLogger(__name__)

_BEAT_SECONDS = 5.0
_FAILED_STORIES = "failed_test_stories.yml"
_REPORT = "story_report.json"
# Chat processes answer first.
_NICENESS = 5


@dataclass(frozen=True)
class Trained:
    """A new model before its verdict."""

    file: bytes
    questions: str
    answers: Answers
    report: Report
    seconds: Mapping[str, float]


class Training:
    """The work on one job."""

    def __init__(self, settings: Settings, engine: Engine, job: Job, owner: str) -> None:
        """Take what to work on, and under which name it was claimed."""
        self._settings, self._engine, self._job, self._owner = settings, engine, job, owner
        self._planned = [Planned.from_json(one) for one in job.pieces]
        self._models = live_model.model_store(settings)
        self._folder = settings.var / "training"
        self._seconds: dict[str, float] = {}

    def run(self) -> None:
        """Train, judge, and publish or hold."""
        threading.Thread(target=self._beat, daemon=True).start()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, mode=0o700)
        try:
            with session_scope(self._engine) as session:
                published, live = store.published(session), self._models.live(session)
            after = with_pieces(published, [one.piece for one in self._planned])
            findings = self._blocking(published)
            if findings:
                self._fail({"reasons": ["checks"], "findings": findings})
                return
            trained = self._train(published, after, live)
            self._complete(trained)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _blocking(self, published: Content) -> list[str]:
        pieces = [one.piece for one in self._planned]
        found = judge(published, pieces, self._settings.content).blocking if pieces else ()
        return [f"{finding.topic}: {finding.message}" for finding in found]

    def _train(self, published: Content, after: Content, live: ModelInfo | None) -> Trained:
        asked, stories = gate_sets.questions(self._settings.gate), gate_sets.conversations(self._settings.gate)
        file = self._timed("training", lambda: self._train_rasa(after, live))
        self._reach(Step.QUESTIONS)
        new = _Asker(file)
        answers = self._timed("questions", lambda: new.answers(asked))
        before = self._timed("live questions", lambda: self._live_answers(live, asked)) or answers
        self._reach(Step.CONVERSATIONS)
        failed = self._timed("conversations", lambda: new.failed_conversations(stories, self._folder / "conversations"))
        old = questions(published)
        report = gate.compare(
            asked,
            before,
            answers,
            margin=self._settings.gate_margin / 100,
            changed={topic for topic, texts in questions(after).items() if old.get(topic) != texts},
            gone={notice.topic for notice in after.notices.values() if notice.retires},
            accepted=self._job.accepted,
            conversations=failed,
        )
        return Trained(file.read_bytes(), questions_digest(after), answers, report, self._seconds)

    def _train_rasa(self, content: Content, live: ModelInfo | None) -> Path:
        """Train a whole model on this content; returns its file.

        The classifier of a language whose questions did not change is that of the live model.
        """
        learnt = self._folder / "content.json"
        snapshot.write(content, learnt)
        os.environ[f"{PREFIX}SNAPSHOT"] = str(learnt)
        from rasa.model_training import train

        with building_on(self._learnt_by(live)):
            result = train(
                domain="bot/domain",
                config="config.yml",
                training_files=list(training.DATA_FOLDERS),
                output=str(self._folder),
                force_training=True,
                fixed_model_name="candidate",
            )
        if result.code != 0 or result.model is None:
            raise RuntimeError("Rasa made no model")
        return Path(result.model)

    def _learnt_by(self, live: ModelInfo | None) -> Learnt | None:
        """What the live model learnt, when the code that trains now made it; else None."""
        if live is None or live.fingerprint != live_model.code(self._settings):
            return None
        try:
            with session_scope(self._engine) as session:
                return classifier_in(self._models.read(session, live.name))
        except NotOurs as error:
            log.warning("%s", error)
            return None

    def _live_answers(self, live: ModelInfo | None, asked: Asked) -> Answers | None:
        """What the live model makes of the questions; None when there is none that can be asked."""
        if live is None:
            return None
        if live.answers is not None and live.answers.get("digest") == gate_sets.digest(asked):
            return _from_json(live.answers["sets"])
        file = self._folder / "live.tar.gz"
        try:
            with session_scope(self._engine) as session:
                file.write_bytes(self._models.read(session, live.name))
            answers = _Asker(file).answers(asked)
        except NotOurs as error:
            log.warning("%s", error)
            return None
        with session_scope(self._engine) as session:
            self._models.keep_answers(session, live.name, _to_json(asked, answers))
        return answers

    def _complete(self, trained: Trained) -> None:
        """Put content and model live together, or hold both: one transaction."""
        job, now = self._job, datetime.now(UTC)
        asked = gate_sets.questions(self._settings.gate)
        with session_scope(self._engine) as session:
            if not jobs.keep(session, job.id, self._owner, now):
                return
            published = store.published(session)
            pieces = [one.piece for one in self._planned]
            after = with_pieces(published, pieces)
            if questions_digest(after) != trained.questions:
                # Somebody published other questions meanwhile: this model would not fit.
                jobs.again(session, job.id, counts=False)
                return
            name = self._models.add(
                session,
                trained.file,
                live_model.code(self._settings),
                trained.questions,
                now,
                job=job.id,
                answers=_to_json(asked, trained.answers),
            )
            result = {
                **trained.report.as_json(),
                "seconds": dict(trained.seconds),
                "questions_digest": trained.questions,
            }
            outdated = [n for n in job.drafts if editing.outdated(session, editing.draft(session, n))]
            findings = self._blocking(published)
            if job.publishes and (outdated or findings):
                result |= {"passed": False, "reasons": ["outdated" if outdated else "checks"], "findings": findings}
            if not job.publishes or not result["passed"]:
                state = JobState.PASSED if result["passed"] else JobState.FAILED
                self._hold(session, result)
                jobs.finish(session, job.id, state, now, result, name)
                return
            self._models.make_live(session, name, now)
            publication.go_live(session, changes(published, after), self._planned, job.requested_by, now)
            for number in job.drafts:
                editing.move(session, number, Action.PUBLISH, job.requested_by, now, job=job.id)
            jobs.finish(session, job.id, JobState.PASSED, now, result, name)

    def _fail(self, result: Mapping[str, Any]) -> None:
        with session_scope(self._engine) as session:
            if jobs.keep(session, self._job.id, self._owner, datetime.now(UTC)):
                self._hold(session, result)
                jobs.finish(session, self._job.id, JobState.FAILED, datetime.now(UTC), {"passed": False, **result})

    def _hold(self, session: Any, result: Mapping[str, Any]) -> None:
        if self._job.publishes:
            publication.hold(session, self._job, ", ".join(result["reasons"]), datetime.now(UTC))

    def _reach(self, step: Step) -> None:
        with session_scope(self._engine) as session:
            jobs.keep(session, self._job.id, self._owner, datetime.now(UTC), step)

    def _beat(self) -> None:
        """Keep the job; whoever lost it must not publish."""
        while True:
            time.sleep(_BEAT_SECONDS)
            with session_scope(self._engine) as session:
                mine = jobs.keep(session, self._job.id, self._owner, datetime.now(UTC))
            if not mine:
                os._exit(3)

    def _timed(self, name: str, work: Any) -> Any:
        began = time.monotonic()
        try:
            return work()
        finally:
            self._seconds[name] = round(time.monotonic() - began, 1)


class _Asker:
    """A model loaded to be asked."""

    def __init__(self, file: Path) -> None:
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


def _to_json(asked: Asked, answers: Answers) -> dict[str, Any]:
    sets = {name: [gate.as_json(one) for one in group] for name, group in answers.items()}
    return {"digest": gate_sets.digest(asked), "sets": sets}


def _from_json(sets: Mapping[str, Sequence[Mapping[str, Any]]]) -> Answers:
    return {name: [gate.from_json(one) for one in group] for name, group in sets.items()}


def main(arguments: Sequence[str]) -> int:
    """Work on the job with this number, claimed under this name."""
    parent.die_with_parent(signal.SIGKILL)
    os.nice(_NICENESS)
    settings = project_settings.load()
    os.environ.update(processes.environment(settings))
    os.chdir(ROOT)
    logging.basicConfig(level=logging.WARNING)
    engine = open_database(settings)
    with session_scope(engine) as session:
        job = jobs.job(session, int(arguments[0]))
    if job is None:
        return 2
    from rasa.utils.log_utils import configure_structlog

    # Rasa logs every parsed text unless it is told not to.
    configure_structlog(logging.ERROR)
    work = Training(settings, engine, job, arguments[1])
    try:
        work.run()
    except Exception as error:
        told = explain(error)
        if told is None:
            raise
        work._fail({"reasons": ["error"], "findings": [told]})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
