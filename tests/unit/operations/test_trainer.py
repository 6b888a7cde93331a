"""The end of a training: content and model go live together or not at all, and whoever lost the job changes nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.knowledge import store
from bot.knowledge.schema import Topic
from bot.operations import asking, live_model
from bot.operations.gate import Report
from bot.operations.publishing_work import INSTALLATION, PublishingWork
from bot.operations.scoring import Question, Understood
from bot.operations.trainer import Trained, Training
from bot.publishing import editing, jobs, publication
from bot.publishing.candidate import questions_digest, with_pieces
from bot.publishing.drafts import Seen, State
from bot.publishing.jobs import Job, JobState
from bot.settings import PREFIX, Settings
from tests.unit.knowledge.builders import DOCUMENT, content, topic

NOW = datetime(2026, 11, 20, tzinfo=UTC)
OTHER = topic("study_aim", questions={"nl": tuple(f"andere vraag {number}" for number in range(15))})


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of an installation with the small content."""
    folder = tmp_path / "data"
    (folder / "sources" / "documents").mkdir(parents=True)
    (folder / "sources" / "documents" / "qa.txt").write_text(DOCUMENT, encoding="utf-8")
    (folder / "content-map.yml").write_text("{}", encoding="utf-8")
    return dataclasses.replace(settings, content=folder, models=tmp_path / "models")


@pytest.fixture
def engine(own: Settings, database: Engine) -> Iterator[Engine]:
    """Its database, with a live model that fits what is published."""
    with session_scope(database) as session:
        store.import_files(session, content(), NOW)
        models = live_model.model_store(own)
        wanted = live_model.expected(session, own)
        models.make_live(session, models.add(session, b"live", wanted.fingerprint, wanted.questions, NOW), NOW)
    yield database


def claimed(engine: Engine, own: Settings, piece: Topic = OTHER) -> Job:
    """A training that is under way for an approved draft."""
    with session_scope(engine) as session:
        draft = editing.save(session, piece, Seen(1), "anna", NOW)
        editing.submit(session, draft.id, "anna", NOW, needed=1)
        editing.approve(session, draft.id, "bert", NOW, needed=1)
        assert publication.publish(session, [draft.id], own.content, "cora", NOW).result == "training"
        job = jobs.claim(session, "me", datetime.now(UTC))
    assert job is not None
    return job


def complete(engine: Engine, own: Settings, job: Job, report: Report, owner: str = "me") -> None:
    """End a training that made a model for the content as it was when it began."""
    learnt = questions_digest(with_pieces(content(), [OTHER]))
    Training(own, engine, job, owner)._complete(Trained(b"new model", learnt, {}, report, {}))


def after(engine: Engine, own: Settings, job: Job) -> tuple[JobState, State, bool, bytes]:
    """What became of the training and its draft, whether the questions are live, and the live model."""
    with Session(engine, future=True) as session:
        models = live_model.model_store(own)
        live, found = models.live(session), jobs.job(session, job.id)
        assert live is not None
        assert found is not None
        is_live = store.published(session).topics["study_aim"] == OTHER
        state = editing.draft(session, job.drafts[0]).state
        return found.state, state, is_live, models.read(session, live.name)


def test_content_and_model_go_live_together(engine: Engine, own: Settings) -> None:
    job = claimed(engine, own)
    complete(engine, own, job, Report(()))
    assert after(engine, own, job) == (JobState.PASSED, State.PUBLISHED, True, b"new model")
    with Session(engine, future=True) as session:
        version = store.history(session, "topic", "study_aim")[0]
        assert (version.author, version.approved_by) == ("anna", ("bert",))
        live = live_model.model_store(own).live(session)
        assert live_model.expected(session, own).fits(live)


def test_what_the_gate_stops_is_held_and_its_model_kept_to_look_at(engine: Engine, own: Settings) -> None:
    job = claimed(engine, own)
    complete(engine, own, job, Report(("taken",)))
    assert after(engine, own, job) == (JobState.FAILED, State.APPROVED, False, b"live")
    with Session(engine, future=True) as session:
        found = jobs.job(session, job.id)
        assert found is not None
        assert found.model is not None
        assert live_model.model_store(own).read(session, found.model) == b"new model"
        assert editing.draft(session, job.drafts[0]).problem == "taken"


def test_who_lost_the_job_changes_nothing(engine: Engine, own: Settings) -> None:
    job = claimed(engine, own)
    complete(engine, own, job, Report(()), owner="somebody else")
    assert after(engine, own, job) == (JobState.RUNNING, State.TRAINING, False, b"live")


def test_other_questions_that_were_published_meanwhile_ask_for_another_training(engine: Engine, own: Settings) -> None:
    job = claimed(engine, own)
    with session_scope(engine) as session:
        store.publish(session, [topic("study_where", questions={"nl": ("heel anders",)})], "dora", NOW)
    complete(engine, own, job, Report(()))
    assert after(engine, own, job) == (JobState.QUEUED, State.TRAINING, False, b"live")


def test_a_text_of_the_same_topic_that_was_published_meanwhile_is_not_overwritten(
    engine: Engine, own: Settings
) -> None:
    job = claimed(engine, own)
    with session_scope(engine) as session:
        store.publish(session, [topic("study_aim", short={"nl": "Anders."})], "dora", NOW)
    complete(engine, own, job, Report(()))
    assert after(engine, own, job)[:3] == (JobState.FAILED, State.APPROVED, False)
    with Session(engine, future=True) as session:
        assert editing.draft(session, job.drafts[0]).problem == "outdated"


def test_a_trial_publishes_nothing(engine: Engine, own: Settings) -> None:
    with session_scope(engine) as session:
        publication.try_out(session, [OTHER], "anna", NOW)
        job = jobs.claim(session, "me", datetime.now(UTC))
    assert job is not None
    complete(engine, own, job, Report(()))
    with Session(engine, future=True) as session:
        assert store.published(session) == content()
        found = jobs.job(session, job.id)
        assert found is not None
        assert (found.state, found.model is not None) == (JobState.PASSED, True)


def test_the_installation_asks_for_a_training_once_when_the_model_does_not_fit(engine: Engine, own: Settings) -> None:
    work = PublishingWork(own)
    assert work.retrain_when_needed() == ""
    with session_scope(engine) as session:
        store.publish(session, [OTHER], "import", NOW)
    assert work.retrain_when_needed() != ""
    assert work.retrain_when_needed() == ""
    with session_scope(engine) as session:
        job = jobs.newest(session)[0]
        assert (job.requested_by, job.pieces) == (INSTALLATION, ())
        jobs.finish(session, job.id, JobState.FAILED, NOW, {"reasons": ["worse"]})
    assert work.retrain_when_needed() == ""


def test_a_live_model_that_cannot_be_asked_is_tried_once_and_not_in_the_first_minute(
    engine: Engine, own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The process that asks reads its settings from the environment: without these it would ask this checkout's own.
    monkeypatch.setenv(f"{PREFIX}VAR", str(own.var))
    monkeypatch.setenv(f"{PREFIX}MODELS", str(own.models))
    monkeypatch.setenv(f"{PREFIX}KEYS", ",".join(own.keys))
    assert PublishingWork(own).ask_beforehand(wait=True) == ""
    work = PublishingWork(own, quiet=0.0)
    # The live model of these tests is none.
    assert "cannot be asked" in work.ask_beforehand(wait=True)
    assert work.ask_beforehand(wait=True) == ""


def test_answers_that_are_kept_are_those_to_the_questions_of_now(engine: Engine, own: Settings) -> None:
    asked = {"everyday": [Question("waar is het", ("study_where",))]}
    said = {"everyday": [Understood("study_where", "answer", ("study_where",), 0.9)]}
    models = live_model.model_store(own)
    with session_scope(engine) as session:
        live = models.live(session)
        assert live is not None
        assert asking.kept(live, asked) is None
        models.keep_answers(session, live.name, asking.to_keep(asked, said))
    with session_scope(engine) as session:
        live = models.live(session)
    assert live is not None
    assert asking.kept(live, asked) == said
    assert asking.kept(live, {"everyday": [Question("wat is het", ("study_aim",))]}) is None


def test_a_trainer_that_dies_every_time_is_given_up_after_three_times(engine: Engine, own: Settings) -> None:
    job = claimed(engine, own)
    worker = PublishingWork(own)
    for _ in range(jobs.MOST_ATTEMPTS):
        with session_scope(engine) as session:
            found = jobs.job(session, job.id)
            assert found is not None
            worker._after_a_failure(session, found, -9, NOW)
            jobs.claim(session, "me", datetime.now(UTC))
    assert after(engine, own, job)[:3] == (JobState.FAILED, State.APPROVED, False)
