"""An editor's hour with real servers: a text, a poisoned topic, a killed trainer, and new models while people talk."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy.engine import Engine

from bot.database import open_database, session_scope
from bot.knowledge import store
from bot.knowledge.schema import Topic
from bot.knowledge.store_format import Piece
from bot.operations import live_model, processes
from bot.publishing import editing, jobs, publication
from bot.publishing.candidate import changes, with_pieces, without
from bot.publishing.drafts import State
from bot.publishing.jobs import Job, JobState
from bot.settings import PREFIX, ROOT
from tests.conversations.patient import Patient
from tests.running import Stack, free_ports, plain_environment

AIM = "Wat wordt er in de RAM-MS-studie onderzocht?"
LIVE_SECONDS = 60.0
TRAINING_SECONDS = 600.0
# A whole training is in it.
pytestmark = pytest.mark.timeout(900)


@dataclass
class Office:
    """The editors of the running installation, and the addresses of its chat processes."""

    stack: Stack
    engine: Engine
    chats: list[str]
    candidate: Job | None = field(default=None)

    def topic(self, name: str) -> Topic:
        with session_scope(self.engine) as session:
            return store.published(session).topics[name]

    def approved(self, piece: Piece) -> int:
        """A draft that one wrote and another approved."""
        now = datetime.now(UTC)
        with session_scope(self.engine) as session:
            seen = editing.current(session, "topic", piece.id).seen
            draft = editing.save(session, piece, seen, "anna", now)
            editing.submit(session, draft.id, "anna", now, needed=1)
            return editing.approve(session, draft.id, "bert", now, needed=1).id

    def publish(self, number: int) -> publication.Outcome:
        with session_scope(self.engine) as session:
            return publication.publish(session, [number], self.stack.settings.content, "cora", datetime.now(UTC))

    def job(self, number: int) -> Job:
        with session_scope(self.engine) as session:
            found = jobs.job(session, number)
        assert found is not None
        return found

    def trainer(self, job: int) -> int | None:
        """The process id of this installation's trainer of this job."""
        mine = f"{PREFIX}VAR={self.stack.variables[f'{PREFIX}VAR']}".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_bytes().split(b"\0")
                if b"bot.operations.trainer" not in command or str(job).encode() not in command:
                    continue
                if mine in (entry / "environ").read_bytes().split(b"\0"):
                    return int(entry.name)
        return None

    def say(self, chat: str, words: str) -> dict[str, Any]:
        """What one chat process answers in a new conversation: its text, and the topic."""
        sent = {"sender": f"{chat}-{time.monotonic_ns()}", "message": words}
        told = requests.post(f"{chat}/webhooks/rest/webhook", json=sent, timeout=60).json()
        shown = next((one["custom"] for one in told if "custom" in one), {})
        return {"text": "".join(one.get("text", "") for one in told), "topic": shown.get("topic")}


@pytest.fixture(scope="module")
def office(stack: Stack) -> Iterator[Office]:
    """Editors, and a second chat process where the installation has one only."""
    engine = open_database(stack.settings)
    with contextlib.ExitStack() as held:
        known = processes.all_processes(stack.settings)
        chats = [one.health(stack.settings) for name, one in known.items() if name.startswith("chat") and one.health]
        if len(chats) == 1:
            chats.append(held.enter_context(second_chat(stack)))
        yield Office(stack, engine, [url.removesuffix("/webhooks/rest/") for url in chats])
    engine.dispose()


@contextlib.contextmanager
def second_chat(stack: Stack) -> Iterator[str]:
    port = free_ports(1)[0]
    given = {f"{PREFIX}CHAT_PORT": str(port - 1), f"{PREFIX}CHAT_PROCESSES": "2"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", "chat-2"],
        cwd=ROOT,
        env={**plain_environment(), **stack.variables, **given},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/webhooks/rest/"
    try:
        until(lambda: answers(url), LIVE_SECONDS)
        yield url
    finally:
        process.terminate()
        process.wait(60)


def answers(url: str) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(url, timeout=5).status_code == 200
    return False


def until(happened: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)


@contextlib.contextmanager
def patients(site: str) -> Iterator[list[tuple[str, str]]]:
    """Patients who keep asking; gives kind and text of what they are told. Their own failures fail the test."""
    told: list[tuple[str, str]] = []
    failures: list[BaseException] = []
    stop = threading.Event()

    def ask() -> None:
        try:
            while not stop.is_set():
                told.extend((one["kind"], one["text"]) for one in Patient(site).say(AIM))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield told
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert told


def assert_whole(told: list[tuple[str, str]], *wholes: str) -> None:
    """Nobody got an error or half an answer.

    While a slow machine loads a model the site may answer by itself, from the same content, after a line that says
    so; or it asks which of a few topics is meant.
    """
    assert {kind for kind, _ in told} <= {"answer", "clarify"}
    assert [text for kind, text in told if kind == "answer" and not text.endswith(wholes)] == []


def test_a_text_is_live_in_every_chat_process_and_comes_back(office: Office) -> None:
    before = office.topic("study_aim")
    new = replace(before, answer={**before.answer, "nl": f"Dit is nieuw.\n\n{before.answer['nl']}"})
    with patients(office.stack.site) as told:
        assert office.publish(office.approved(new)).result == "published"
        for chat in office.chats:
            until(lambda chat=chat: office.say(chat, AIM)["text"].startswith("Dit is nieuw."), LIVE_SECONDS)  # type: ignore[misc]
        with session_scope(office.engine) as session:
            root, now = office.stack.settings.content, datetime.now(UTC)
            assert publication.restore(session, "topic", "study_aim", 1, root, "cora", now).result == "published"
        for chat in office.chats:
            until(lambda chat=chat: not office.say(chat, AIM)["text"].startswith("Dit is nieuw."), LIVE_SECONDS)  # type: ignore[misc]
    assert_whole(told, before.answer["nl"].strip())


def thief(office: Office) -> Topic:
    """A new topic that asks what people ask about losing their hair."""
    hair = office.topic(hairy(office))
    asked = tuple(f"{question.rstrip('?')} dan" for question in hair.questions["nl"])
    return replace(
        office.topic("study_aim"),
        id="study_thief",
        question={"nl": "Wat is er met het haar van de deelnemers?"},
        questions={"nl": asked},
        answer={"nl": "Dit is een ander onderwerp."},
        short={"nl": "Een ander onderwerp."},
    )


def topics(office: Office) -> dict[str, Topic]:
    with session_scope(office.engine) as session:
        return dict(store.published(session).topics)


def hairy(office: Office) -> str:
    """The topic on losing hair."""
    return next(name for name, topic in topics(office).items() if any("kaal" in one for one in topic.questions["nl"]))


def test_a_poisoned_topic_is_stopped_though_its_trainer_was_killed(office: Office) -> None:
    with session_scope(office.engine) as session:
        live = live_model.model_store(office.stack.settings).live(session)
    number = office.approved(thief(office))
    outcome = office.publish(number)
    assert (outcome.result, outcome.findings) == ("training", ())
    until(lambda: office.trainer(outcome.job or 0) is not None, LIVE_SECONDS)
    os.kill(office.trainer(outcome.job or 0) or 0, signal.SIGKILL)
    until(lambda: office.job(outcome.job or 0).finished_at is not None, TRAINING_SECONDS)
    job = office.job(outcome.job or 0)
    assert (job.state, job.attempts) == (JobState.FAILED, 2)
    assert job.result is not None
    assert "taken" in job.result["reasons"]
    assert job.result["conversations"] == []
    stolen = [one for one in job.result["changes"] if one["taken_by"] == "study_thief"]
    assert {one["after"]["outcome"] for one in stolen} == {"answer"}
    assert all(one["before"]["label"] != "study_thief" for one in stolen)
    with session_scope(office.engine) as session:
        held = editing.draft(session, number)
        assert (held.state, held.problem) == (State.APPROVED, ", ".join(job.result["reasons"]))
        still = live_model.model_store(office.stack.settings).live(session)
    assert live is not None
    assert still is not None
    assert still.name == live.name
    assert "study_thief" not in topics(office)
    office.candidate = job


# No word of it was ever learnt: it is answered surely only by a model that learnt it literally.
NEW_QUESTION = "zubloria fendelig waarom"


def test_changed_questions_are_learnt_pass_the_gate_and_go_live_while_somebody_talks(office: Office) -> None:
    before = office.topic("study_aim")
    models = live_model.model_store(office.stack.settings)
    with session_scope(office.engine) as session:
        first = models.live(session)
    assert first is not None
    assert {office.say(chat, NEW_QUESTION)["topic"] == "study_aim" for chat in office.chats} == {False}
    talking = Patient(office.stack.site)
    talking.says("/start_prescreen", '/answer{"ms_type": "rrms"}')
    asked = {**before.questions, "nl": (*before.questions["nl"], NEW_QUESTION)}
    outcome = office.publish(office.approved(replace(before, questions=asked)))
    assert (outcome.result, outcome.findings) == ("training", ())
    until(lambda: office.job(outcome.job or 0).finished_at is not None, TRAINING_SECONDS)
    job = office.job(outcome.job or 0)
    assert job.result is not None
    assert (job.state, job.result["reasons"]) == (JobState.PASSED, [])
    assert set(job.result["seconds"]) == {"training", "questions", "conversations"}
    for chat in office.chats:
        until(lambda chat=chat: office.say(chat, NEW_QUESTION)["topic"] == "study_aim", LIVE_SECONDS)  # type: ignore[misc]
    talking.say('/answer{"medication": "yes"}')
    assert talking.asked == "recent_activity"
    with session_scope(office.engine) as session:
        live, present, now = models.live(session), store.published(session), datetime.now(UTC)
        assert live is not None
        assert live.name == job.model
        # The next training need not ask it again.
        assert live.answers is not None
        assert present.topics["study_aim"].questions == asked
        back = changes(present, with_pieces(present, [before]))
        publication.go_live(session, back, [publication.Planned(before, "anna")], "cora", now)
        models.make_live(session, first.name, now)
    for chat in office.chats:
        until(lambda chat=chat: office.say(chat, NEW_QUESTION)["topic"] != "study_aim", LIVE_SECONDS)  # type: ignore[misc]


def test_every_chat_process_takes_another_model_while_people_talk(office: Office) -> None:
    assert office.candidate is not None
    assert office.candidate.model is not None
    models = live_model.model_store(office.stack.settings)
    new, now = thief(office), datetime.now(UTC)
    question = new.questions["nl"][0]
    talking = Patient(office.stack.site)
    talking.says("/start_prescreen", '/answer{"ms_type": "rrms"}')
    with session_scope(office.engine) as session:
        before = store.published(session)
        first = models.live(session)
    assert first is not None
    # As the trainer does when the gate lets a model pass: content and model in one transaction.
    with patients(office.stack.site) as told:
        with session_scope(office.engine) as session:
            planned = [publication.Planned(new, "anna")]
            publication.go_live(session, changes(before, with_pieces(before, [new])), planned, "cora", now)
            models.make_live(session, office.candidate.model, now)
        for chat in office.chats:
            until(lambda chat=chat: office.say(chat, question)["topic"] == "study_thief", LIVE_SECONDS)  # type: ignore[misc]
        talking.say('/answer{"medication": "yes"}')
        assert talking.asked == "recent_activity"
        with session_scope(office.engine) as session:
            present = store.published(session)
            back = changes(present, without(present, "topic", "study_thief"))
            publication.go_live(session, back, [], "cora", now)
            models.make_live(session, first.name, now)
        for chat in office.chats:
            until(lambda chat=chat: office.say(chat, question)["topic"] == hairy(office), LIVE_SECONDS)  # type: ignore[misc]
    assert_whole(told, office.topic("study_aim").answer["nl"].strip())
