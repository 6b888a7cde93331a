"""schemathesis reads the published OpenAPI document, sends what it allows and forbids, and checks the answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from flask import Flask

from bot.patient.app import create_app
from tests.unit.fuzz.hostile import some
from tests.unit.patient.rasa_like import rasa_like
from tests.unit.patient.site import make_settings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with rasa_like() as rasa:
        app = create_app(make_settings(tmp_path_factory.mktemp("openapi"), rasa.url, RATE_LIMIT="1000000 per minute"))
        yield app
        app.extensions["stamcelwijzer"].engine.dispose()


@pytest.fixture(scope="module")
def description(site: Flask) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", site)


schema = schemathesis.pytest.from_fixture("description")


@schema.parametrize()
@some(40)
def test_every_answer_is_as_the_document_says(case: schemathesis.Case) -> None:
    case.call_and_validate()
