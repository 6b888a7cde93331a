"""The model server as Rasa and the desk ask it: the live model by name, and how a model understands a question."""

from __future__ import annotations

import dataclasses
import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import joblib
import pytest
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.nlu.intent_model import IntentModel
from bot.nlu.learnt import Learnt
from bot.operations import live_model
from bot.operations.model_server import create_app
from bot.publishing.tables import ModelRecord
from bot.settings import Settings

NOW = datetime(2026, 11, 20, tzinfo=UTC)
EXAMPLES = {
    "faq/effects_hair": ["val je haar uit", "word ik kaal", "verlies ik mijn haren", "haaruitval door chemo"],
    "faq/study_where": ["waar is de studie", "welk ziekenhuis doet mee", "in welke stad is het", "waar moet ik heen"],
    "greet": ["hallo", "goedemorgen", "hoi daar", "dag allemaal"],
}


def a_model(extra: str = "haartransplantatie") -> bytes:
    """A model file with a small classifier where Rasa keeps it."""
    pairs = [(text, label) for label, texts in EXAMPLES.items() for text in texts]
    pairs.append((extra, "faq/effects_hair"))
    model = IntentModel().fit([text for text, _ in pairs], [label for _, label in pairs])
    stored = io.BytesIO()
    joblib.dump(Learnt({"": model}), stored)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("components/train_NgramIntentClassifier0/intent_model.joblib")
        entry.size = stored.tell()
        stored.seek(0)
        archive.addfile(entry, stored)
    return packed.getvalue()


@pytest.fixture
def client(settings: Settings, database: Engine, tmp_path: Path) -> FlaskClient:
    """The server of an installation that came without a model."""
    return create_app(dataclasses.replace(settings, models=tmp_path / "models")).test_client()


def live(settings: Settings, session: Session, file: bytes) -> str:
    models = live_model.model_store(settings)
    name = models.add(session, file, "code", "questions", NOW)
    models.make_live(session, name, NOW)
    return name


def test_without_a_model_there_is_nothing_to_pull(client: FlaskClient) -> None:
    assert client.get("/model").status_code == 404
    assert client.get("/health").status_code == 503
    assert client.post("/explain", json={"text": "haar"}).status_code == 404


def test_rasa_gets_the_live_model_once(client: FlaskClient, settings: Settings, database: Engine) -> None:
    file = a_model()
    with session_scope(database) as session:
        first = live(settings, session, file)
    got = client.get("/model", headers={"If-None-Match": "d1f4-some-first-name"})
    assert (got.status_code, got.headers["ETag"], got.data) == (200, first, file)
    again = client.get("/model", headers={"If-None-Match": got.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with session_scope(database) as session:
        second = live(settings, session, a_model("haar terug laten groeien"))
    assert client.get("/model", headers={"If-None-Match": first}).headers["ETag"] == second
    assert client.get("/health").json == {"status": "ok", "model": second}


def test_a_planted_model_is_not_handed_out(client: FlaskClient, settings: Settings, database: Engine) -> None:
    with session_scope(database) as session:
        name = live(settings, session, a_model())
        session.get(ModelRecord, name).file = a_model("planted")
    assert client.get("/model").status_code == 404
    assert client.post("/explain", json={"text": "haar"}).status_code == 404


def test_a_question_is_explained_with_the_words_that_decided(
    client: FlaskClient, settings: Settings, database: Engine
) -> None:
    with session_scope(database) as session:
        name = live(settings, session, a_model())
    found = client.post("/explain", json={"text": "vertel eens, komt er haaruitval"}).json
    assert (found["model"], found["label"], found["alarm"]) == (name, "effects_hair", None)
    assert [one["word"] for one in found["words"]] == ["vertel", "eens,", "komt", "er", "haaruitval"]
    assert max(found["words"], key=lambda one: one["weight"])["word"] == "haaruitval"
    assert found["ranking"][0]["label"] == "effects_hair"


@pytest.mark.parametrize("text", ["ik wil dood", "I want to kill myself", "Sie hat gesagt, sie will sich umbringen"])
def test_danger_is_told_in_every_language(client: FlaskClient, settings: Settings, database: Engine, text: str) -> None:
    with session_scope(database) as session:
        live(settings, session, a_model())
    assert client.post("/explain", json={"text": text}).json["alarm"] == "crisis"


def test_a_draft_model_is_explained_by_name(client: FlaskClient, settings: Settings, database: Engine) -> None:
    with session_scope(database) as session:
        live(settings, session, a_model())
        draft = live_model.model_store(settings).add(session, a_model("anders"), "code", "others", NOW)
    assert client.post("/explain", json={"text": "word ik kaal", "model": draft}).json["model"] == draft
    assert client.post("/explain", json={"text": "word ik kaal", "model": "unknown"}).status_code == 404


@pytest.mark.parametrize("given", [None, [], {"text": " "}, {"text": 3}])
def test_a_request_without_a_text_is_refused(client: FlaskClient, given: object) -> None:
    assert client.post("/explain", json=given).status_code == 400
