"""Builds the site with its own database, trial file and a little content, for tests."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from bot import settings as settings_module
from bot.database import make_engine, session_scope
from bot.knowledge import store
from bot.knowledge.schema import Content, Passage, Source, Subject, Topic
from bot.migrations import upgrade
from bot.settings import ROOT, Settings
from bot.signups.encryption import generate_key, use_keys
from bot.signups.handover import Handover, make_token

PAYLOAD_AIM = '/ask_topic{"topic": "study_aim"}'


def make_settings(var: Path, chat_url: str, **changes: str) -> Settings:
    """Settings for a site of its own under `var`, its database filled with `content()`."""
    trial = var / "trials" / "ram-ms.yml"
    trial.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "data" / "trials" / "ram-ms.yml", trial)
    values = {
        "VAR": str(var),
        "KEYS": generate_key(),
        "CHAT_URL": chat_url,
        "TRIAL_FILE": str(trial),
        "CHAT_TIMEOUT_SECONDS": "2",
        "RATE_LIMIT": "1000 per minute",
        **changes,
    }
    settings = settings_module.load({f"STAMCELWIJZER_{name}": value for name, value in values.items()})
    shutil.copy(_filled_database(), var / "stamcelwijzer.db")
    return settings


@lru_cache(maxsize=1)
def _filled_database() -> Path:
    """A migrated database with `content()`, made once: migrating takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="stamcelwijzer-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = make_engine(f"sqlite:///{folder / 'filled.db'}")
    use_keys(engine, [generate_key()])
    upgrade(engine)
    with session_scope(engine) as session:
        store.import_files(session, content(), datetime.now(UTC))
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    return folder / "filled.db"


def set_recruitment(settings: Settings, status: str) -> None:
    """Turn the recruitment switch in the test's own trial file."""
    old = settings.trial_file.read_text(encoding="utf-8")
    settings.trial_file.write_text(re.sub(r"(?m)^  status: \w+$", f"  status: {status}", old), encoding="utf-8")


def content() -> Content:
    """Two topics with one source; one of them in English too."""
    topics = [
        _topic(
            "study_aim",
            "Wat wordt er in de studie onderzocht?",
            "De studie vergelijkt **stamceltherapie** met medicijnen.",
            {"question": "What does the study look into?", "answer": "It compares **stem cell therapy** with drugs."},
        ),
        _topic("hair_loss", "Val mijn haar uit?", "Door de chemotherapie valt uw haar uit."),
    ]
    return Content(
        subjects=(
            Subject("study", {"nl": "De RAM-MS-studie", "en": "The RAM-MS study"}, tuple(topic.id for topic in topics)),
        ),
        topics={topic.id: topic for topic in topics},
        sources={
            "qa": Source("qa", "Q&A stamceltherapie", "Amsterdam UMC", "2019-11-04", "https://example.org/qa", "qa.txt")
        },
        passages={"study-aim": Passage("study-aim", "qa", "wordt stamceltherapie vergeleken")},
    )


def _topic(name: str, question: str, answer: str, english: Mapping[str, str] | None = None) -> Topic:
    asked = {"en": english["question"]} if english else {}
    told = {"en": english["answer"]} if english else {}
    return Topic(
        id=name,
        subject="study",
        question={"nl": question, **asked},
        answer={"nl": answer, **told},
        short={"nl": answer, **told},
        questions={"nl": (question, f"{question} graag")},
        passages=("study-aim",),
        as_of=date(2019, 11, 4),
        review_by=date(2030, 1, 1),
        follow_ups=(),
    )


ANSWERS: dict[str, dict[str, str]] = {
    "ms_type": {"option": "rrms", "outcome": "met", "words": "met schubs"},
    "medication": {"option": "yes", "outcome": "met", "words": "tecfidera"},
    "recent_activity": {"option": "unknown", "outcome": "unknown", "words": "geen idee"},
    "second_line": {"option": "no", "outcome": "met", "words": ""},
    "age": {"option": "yes", "outcome": "met", "words": "van 79"},
    "walking": {"option": "yes", "outcome": "met", "words": ""},
    "randomisation": {"option": "yes", "outcome": "met", "words": ""},
    "test_results": {"option": "yes", "outcome": "met", "words": ""},
}


def intake_path(settings: Settings, age: timedelta = timedelta(), **changes: Any) -> str:
    """The path of an intake form with a fresh hand-over, made `age` ago."""
    values: dict[str, Any] = {
        "id": uuid4().hex,
        "trial": "ram-ms",
        "answers": ANSWERS,
        "language": "nl",
        "conversation": None,
        "created_at": datetime.now(UTC) - age,
        **changes,
    }
    return f"/aanmelden/{make_token(settings.keys, Handover(**values))}"


DETAILS = {
    "name": "Voorbeeld Testpersoon",
    "date_of_birth": "3-4-1985",
    "phone": "06 12345678",
    "email": "voorbeeld@example.org",
    "call_how": "call",
    "call_when": "na de lunch",
    "neurologist": "dokter Proefkonijn",
    "hospital": "Ziekenhuis Nergenshuizen",
    "consent_call": "yes",
    "consent_records": "yes",
}


def csrf(page: TestResponse) -> str:
    """The form token in a page."""
    match = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert match, "the page has no form"
    return unescape(match.group(1))


def say(client: FlaskClient, message: str, **fields: str) -> TestResponse:
    """Send a message with the plain form and follow to the page."""
    token = csrf(client.get("/"))
    return client.post("/bericht", data={"csrf_token": token, "message": message, **fields}, follow_redirects=True)


def text_of(page: TestResponse) -> str:
    """What a reader sees of a page, white space put right."""
    visible = re.sub(r"<[^>]+>", " ", page.text)
    return re.sub(r"\s+", " ", unescape(visible))
