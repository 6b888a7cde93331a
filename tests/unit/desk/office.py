"""A desk to test with: a clock that can be moved, and staff who log in the way people do."""

from __future__ import annotations

import re
import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from bot import settings
from bot.database import session_scope
from bot.desk import accounts
from bot.desk.app import create_app
from bot.desk.roles import Role
from bot.desk.tables import StaffRow
from bot.signups import service
from bot.signups.audit import Actor
from bot.signups.encryption import generate_key
from bot.signups.records import SignUp
from bot.signups.tables import AuditRow
from tests.running import free_ports
from tests.unit.signups.builders import NOW, details, handover

OPERATOR = Actor("operator", "operator", "command-line")
PASSWORD = "correct paard batterij nietje"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **step: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**step)


@dataclass
class Browser:
    """Somebody's browser: sends the form's own token along, as a page would."""

    client: FlaskClient
    token: str = ""
    page: str = field(default="", repr=False)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._seen(self.client.get(path, **options))

    def post(self, path: str, form: dict[str, Any] | None = None, *, follow: bool = True) -> TestResponse:
        data = {"csrf_token": self.token, **(form or {})}
        return self._seen(self.client.post(path, data=data, follow_redirects=follow))

    def _seen(self, response: TestResponse) -> TestResponse:
        self.page = response.get_data(as_text=True)
        if found := _TOKEN.search(self.page):
            self.token = found[1]
        return response


@dataclass
class Office:
    """The desk, its database and its clock."""

    app: Flask
    engine: Engine
    clock: Clock

    def session(self) -> AbstractContextManager[Session]:
        """A session on its database."""
        return session_scope(self.engine)

    def browser(self) -> Browser:
        """A fresh browser in which nobody is logged in."""
        return Browser(self.app.test_client())

    def add(self, name: str, role: Role = Role.NURSE) -> str:
        """An account; gives its first password."""
        with session_scope(self.engine) as session:
            return accounts.add(session, name, role, OPERATOR, self.clock())

    def code(self, name: str) -> str:
        """What the authenticator app of this person shows now."""
        with session_scope(self.engine) as session:
            secret = session.execute(select(StaffRow.totp_secret).where(StaffRow.name == name)).scalar_one()
        return pyotp.TOTP(secret).at(self.clock())

    def first_log_in(self, name: str, role: Role = Role.NURSE) -> Browser:
        """Make an account and log in for the first time."""
        first = self.add(name, role)
        browser = self.browser()
        browser.get("/inloggen")
        browser.post("/inloggen", {"name": name, "password": first})
        browser.post("/inloggen/wachtwoord", {"password": PASSWORD, "again": PASSWORD})
        browser.get("/inloggen/instellen")
        response = browser.post("/inloggen/instellen", {"code": self.code(name)})
        assert response.status_code == 200 and "Uitloggen" in browser.page
        return browser

    def log_in(self, name: str, password: str = PASSWORD) -> Browser:
        """Log in again, at a later moment as a code works only once."""
        self.clock.forward(seconds=60)
        browser = self.browser()
        browser.get("/inloggen")
        browser.post("/inloggen", {"name": name, "password": password})
        browser.post("/inloggen/code", {"code": self.code(name)})
        return browser

    def submitted(self, **changes: Any) -> SignUp:
        """A sign-up, as if a patient sent it in now."""
        given = {name: changes.pop(name) for name in ("answers", "language") if name in changes}
        with session_scope(self.engine) as session:
            return service.submit(session, handover(**given), details(**changes), self.clock())

    def trail(self) -> list[tuple[str, str, str]]:
        """Actor, action and record of every entry of the audit trail."""
        with session_scope(self.engine) as session:
            rows = session.execute(select(AuditRow).order_by(AuditRow.sequence)).scalars()
            return [(row.actor, row.action, row.record) for row in rows]


def open_office(var: Path, **environment: str) -> Office:
    """A desk on a database of its own, away from whatever runs on this machine."""
    values = {"VAR": str(var), "KEYS": generate_key(), "MODELS_PORT": str(free_ports(1)[0]), **environment}
    clock = Clock()
    app = create_app(settings.load({f"STAMCELWIJZER_{name}": value for name, value in values.items()}), clock)
    return Office(app, app.extensions["desk"].engine, clock)


# What to fill in for the parts of addresses.
PARTS = {
    "<int:signup_id>": None,
    "<letter_id>": "summary",
    "<int:callback_id>": "1",
    "<int:asked_id>": "1",
    "<topic_id>": "study_aim",
    "<kind>/<name>": "topic/study_aim",
    "<name>": "utter_goodbye",
    "<int:draft_id>": "1",
    "<int:job_id>": "1",
    "<source_id>": "ram-ms-qa",
    "<document_id>": "qa.txt",
}


def path_of(rule: Rule, signup_id: int) -> str:
    """An address of this kind, about this sign-up where it is about one."""
    path = rule.rule
    for part, value in PARTS.items():
        path = path.replace(part, str(signup_id) if value is None else value)
    assert "<" not in path, f"tell `PARTS` what to fill in for {rule.rule}"
    return path


def unguessed() -> str:
    """A password that is nobody's."""
    return secrets.token_hex(10)
