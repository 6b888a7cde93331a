"""Sites as their server starts them: the first requests find everything read, and no connection is shared."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

import bot.desk.app
import bot.patient.app
from bot.desk.parts import PARTS as DESK
from bot.patient.parts import PARTS as PATIENT
from tests.unit.patient.site import make_settings

SITES = {"patients": (bot.patient.app.served, PATIENT), "staff": (bot.desk.app.served, DESK)}


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Flask, Engine]:
    """A site, and the engine of its database."""
    settings = make_settings(tmp_path, "http://127.0.0.1:1")
    monkeypatch.setattr("bot.settings.load", lambda: settings)
    monkeypatch.setattr("bot.watching.logs.install", lambda _process: None)
    make: Callable[[], Flask]
    make, name = SITES[request.param]
    app = make()
    return app, app.extensions[name].engine


def test_without_the_database_the_site_starts_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = make_settings(tmp_path, "http://127.0.0.1:1", DATABASE_URL=f"sqlite:///{tmp_path}/not/there.db")
    monkeypatch.setattr("bot.settings.load", lambda: settings)
    monkeypatch.setattr("bot.watching.logs.install", lambda _process: None)
    assert bot.patient.app.served().test_client().get("/").status_code == 200


def test_no_connection_is_open_when_the_workers_are_forked(site: tuple[Flask, Engine]) -> None:
    assert site[1].pool.checkedin() == site[1].pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_worker_opens_its_own_and_answers(site: tuple[Flask, Engine]) -> None:
    app, engine = site
    opened: list[int] = []
    event.listen(engine, "connect", lambda *_: opened.append(os.getpid()))
    assert app.test_client().get("/health").json["parts"]["database"] == "ok"  # type: ignore[index]
    assert opened


def test_no_template_is_read_at_a_request(site: tuple[Flask, Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = site

    def compiled(*_: object, **__: object) -> None:
        raise AssertionError("a template was read")

    monkeypatch.setattr(app.jinja_env, "compile", compiled)
    assert app.test_client().get("/", follow_redirects=True).status_code == 200
