"""One training with its gate, in a process of its own: `python -m bot.operations.trainer JOB OWNER`.

It trains on the content as it would be, asks the new model and the live one the gate's questions, runs the conversation
tests, and puts content and model live together, or holds both. Until that one transaction nothing has changed, so it
can be killed at any moment: the worker begins anew.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from bot import settings as project_settings
from bot.database import open_database, session_scope
from bot.knowledge import snapshot, store
from bot.knowledge.schema import Content
from bot.nlu.learnt import Learnt, building_on
from bot.operations import asking, gate, gate_sets, live_model, parent, processes, rasa_training, training
from bot.operations.asking import Asker
from bot.operations.borderline import by_chance
from bot.operations.errors import explain
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
# Chat processes answer first.
_NICENESS = 5


@dataclass(frozen=True)
class Trained:
    """A new model before its verdict; `seconds` is what each step of the work took."""

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
        # Counted from when it was claimed: a process of its own takes seconds to begin.
        self._step, self._step_began = Step.TRAINING, job.started_at or datetime.now(UTC)
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
        with _told("training"):
            file = self._train_rasa(after, live)
        self._reach(Step.QUESTIONS)
        with _told("loading the new model"):
            new = Asker(file)
        with _told("asking the new model"):
            answers = new.answers(asked)
        with _told("asking the live model"):
            before = self._live_answers(live, asked) or answers
        self._reach(Step.CONVERSATIONS)
        with _told("conversations"):
            failed = new.failed_conversations(stories, self._folder / "conversations")
        self._reach(Step.DONE)
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
        model = file.read_bytes()
        return Trained(
            model, questions_digest(after), answers, self._explained(report, asked, live, model), self._seconds
        )

    def _explained(self, report: Report, asked: Asked, live: ModelInfo | None, new: bytes) -> Report:
        """The verdict, with for lost messages of danger whether any training could have lost them."""
        lost = [one.question.text for one in report.changes if one.is_unsafe]
        if not lost or live is None:
            return report
        try:
            with session_scope(self._engine) as session:
                before = classifier_in(self._models.read(session, live.name))
        except NotOurs as error:
            log.warning("%s", error)
            return report
        texts = {*gate.dangers(asked), *lost}
        return gate.explained(report, by_chance(lost, _margins(before, texts), _margins(classifier_in(new), texts)))

    def _train_rasa(self, content: Content, live: ModelInfo | None) -> Path:
        """Train a whole model on this content; returns its file.

        The classifier of a language whose questions did not change is that of the live model.
        """
        learnt = self._folder / "content.json"
        snapshot.write(content, learnt)
        os.environ[f"{PREFIX}SNAPSHOT"] = str(learnt)
        from rasa.model_training import train

        with rasa_training.unhindered(), building_on(self._learnt_by(live)):
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
        with session_scope(self._engine) as session:
            # It may have been asked since this training began.
            present = self._models.find(session, live.name) or live
        return asking.kept(present, asked) or asking.ask(self._engine, self._models, live, asked, self._folder)

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
                answers=asking.to_keep(asked, trained.answers),
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
        """Begin with a step, and write down what the one before it took."""
        now = datetime.now(UTC)
        self._seconds[self._step.value] = round((now - self._step_began).total_seconds(), 1)
        self._step, self._step_began = step, now
        if step is Step.DONE:
            return
        with session_scope(self._engine) as session:
            jobs.keep(session, self._job.id, self._owner, now, step, self._seconds)

    def _beat(self) -> None:
        """Keep the job; whoever lost it must not publish."""
        while True:
            time.sleep(_BEAT_SECONDS)
            with session_scope(self._engine) as session:
                mine = jobs.keep(session, self._job.id, self._owner, datetime.now(UTC))
            if not mine:
                os._exit(3)


def _margins(learnt: Learnt, texts: Collection[str]) -> dict[str, float]:
    """How far each text is above the limit of the alarm, where there is one."""
    found = {text: learnt.model(learnt.language_of(text)).alarm_margin(text) for text in texts}
    return {text: margin for text, margin in found.items() if margin is not None}


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Write in the log when something begins, and what it took when it ends."""
    began, used = time.monotonic(), time.process_time()
    log.info("%s: begins", what)
    try:
        yield
    finally:
        spent, work = time.monotonic() - began, time.process_time() - used
        log.info("%s: took %.1f s, %.1f s of them with the processor", what, spent, work)


def main(arguments: Sequence[str]) -> int:
    """Work on the job with this number, claimed under this name."""
    parent.die_with_parent(signal.SIGKILL)
    os.nice(_NICENESS)
    settings = project_settings.load()
    os.environ.update(processes.environment(settings))
    os.chdir(ROOT)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    log.setLevel(logging.INFO)
    engine = open_database(settings)
    with session_scope(engine) as session:
        job = jobs.job(session, int(arguments[0]))
    if job is None:
        return 2
    rasa_training.load_lightly()
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
