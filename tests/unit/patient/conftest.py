"""The site and the small Rasa-like server, fresh for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.patient.app import create_app
from bot.patient.parts import Parts
from bot.settings import Settings
from tests.unit.patient.rasa_like import RasaLike, rasa_like
from tests.unit.patient.site import make_settings


@pytest.fixture
def rasa() -> Iterator[RasaLike]:
    with rasa_like() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, rasa: RasaLike) -> Settings:
    return make_settings(tmp_path, rasa.url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    site = create_app(settings)
    site.config["TESTING"] = False
    yield site
    parts: Parts = site.extensions["stamcelwijzer"]
    parts.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
