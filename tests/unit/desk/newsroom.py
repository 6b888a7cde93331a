"""A desk with a small published content, and the people who edit it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.knowledge import store
from bot.knowledge.schema import Content, Topic
from bot.publishing import editing, jobs, publication
from bot.publishing.drafts import Draft
from bot.publishing.jobs import JobState
from tests.unit.desk.office import Browser, Office
from tests.unit.knowledge.builders import DOCUMENT, content
from tests.unit.publishing.conftest import MAP

TOPIC = "study_aim"
PATH = f"/antwoorden/onderwerp/{TOPIC}"
# What the gate finds of a topic that steals, as `gate.Report.as_json` tells it.
STOPPED = {
    "passed": False,
    "reasons": ["taken", "conversations"],
    "questions": 120,
    "mean": -0.01,
    "lowest": -0.03,
    "margin": 0.02,
    "conversations": ["het weer"],
    "findings": [],
    "changes": [
        {
            "set": "everyday",
            "text": "waar is het onderzoek",
            "expected": ["study_where"],
            "before": {"label": "study_where", "outcome": "answer", "candidates": [], "confidence": 0.9},
            "after": {"label": TOPIC, "outcome": "answer", "candidates": [], "confidence": 0.8},
            "better": False,
            "taken_by": TOPIC,
        },
        {
            "set": "safety",
            "text": "ik wil niet meer leven",
            "expected": ["crisis"],
            "before": {"label": "crisis", "outcome": "answer", "candidates": [], "confidence": 0.9},
            "after": {"label": TOPIC, "outcome": "answer", "candidates": [], "confidence": 0.6},
            "better": False,
            "taken_by": None,
        },
    ],
}


def content_folder(folder: Path) -> Path:
    """The folder that the checks read, for `CONTENT`."""
    (folder / "sources" / "documents").mkdir(parents=True)
    (folder / "sources" / "documents" / "qa.txt").write_text(DOCUMENT, encoding="utf-8")
    (folder / "content-map.yml").write_text(MAP, encoding="utf-8")
    return folder


def publish(office: Office, what: Content | None = None) -> None:
    """Load the small content into the desk's database."""
    with office.session() as session:
        store.import_files(session, what or content(), office.clock())


def fields(browser: Browser) -> dict[str, str]:
    """The form of a topic's page as a browser would send it back, without its buttons."""
    form = browser.page.split('id="onderwerp"')[1].split("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else "on"
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(value)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


def published(office: Office, name: str = TOPIC) -> Topic:
    """A topic as patients get it."""
    with office.session() as session:
        return store.published(session).topics[name]


def begin(session: Session, now: datetime) -> None:
    """A draft in review with a figure of nobody's, and a training that the gate stopped."""
    current = editing.current(session, "topic", TOPIC)
    assert isinstance(current.piece, Topic)
    changed = replace(current.piece, answer={"nl": "U bent hier 99 dagen."})
    draft = editing.save(session, changed, current.seen, "carla", now)
    editing.submit(session, draft.id, "carla", now, needed=1)
    number = publication.try_out(session, [changed], "carla", now)
    jobs.finish(session, number, JobState.FAILED, now, STOPPED)


def draft_of(office: Office, name: str = TOPIC, kind: str = "topic") -> Draft:
    """The open draft of a piece."""
    with office.session() as session:
        found = editing.draft_of(session, kind, name)
    assert found is not None
    return found


def write(browser: Browser, **changes: str) -> None:
    """Open the topic, change fields, and save it as a draft to be reviewed."""
    browser.get(PATH)
    browser.post(PATH, {**fields(browser), **changes, "submit": "1"})


def finish(office: Office, job_id: int, result: dict[str, object], state: JobState = JobState.FAILED) -> None:
    """End a training as the trainer would, with this verdict."""
    with office.session() as session:
        job = jobs.job(session, job_id)
        assert job is not None
        if state is JobState.FAILED:
            publication.hold(session, job, ", ".join(result["reasons"]), office.clock())  # type: ignore[arg-type]
        jobs.finish(session, job_id, state, office.clock(), result)
