"""The desk for browser tests: on a port of its own, with example patients, and staff whose codes are known."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyotp
from flask import Flask
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import select
from sqlalchemy.engine import Engine
from werkzeug.serving import make_server

from bot import settings as project_settings
from bot.database import session_scope
from bot.desk import accounts, passwords
from bot.desk.app import create_app
from bot.desk.roles import Role
from bot.desk.tables import StaffRow
from bot.knowledge import files, store
from bot.operations import examples
from bot.settings import PREFIX, Settings
from bot.signups.audit import Actor
from bot.signups.encryption import generate_key
from tests.browser import pages
from tests.running import free_ports
from tests.unit.desk.newsroom import begin

PASSWORD = "correct paard batterij nietje"
_OPERATOR = Actor("operator", "operator", "command-line")
STAFF = {"anna": Role.NURSE, "bram": Role.NURSE, "els": Role.EDITOR, "mia": Role.MANAGER, "ada": Role.ADMIN}


class Desk:
    """A desk that runs in this process, with real time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app: Flask = create_app(settings)
        self.engine: Engine = self.app.extensions["desk"].engine

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.desk_port}"

    def add_staff(self) -> None:
        """Everybody of STAFF, with a password and a second factor, as after their first login."""
        now = datetime.now(UTC)
        for name, role in STAFF.items():
            with session_scope(self.engine) as session:
                accounts.add(session, name, role, _OPERATOR, now)
                row = session.execute(select(StaffRow).where(StaffRow.name == name)).scalar_one()
                row.password_hash, row.must_change_password = passwords.hashed(PASSWORD), False
                row.totp_secret, row.totp_confirmed = pyotp.random_base32(), True

    def code(self, name: str) -> str:
        """A code that works now and was not used before: at most half a minute ahead, as clocks may be."""
        with session_scope(self.engine) as session:
            row = session.execute(select(StaffRow).where(StaffRow.name == name)).scalar_one()
            current = int(time.time()) // 30
            step = min(max(current - 1, row.totp_last_step + 1), current + 1)
            return pyotp.TOTP(row.totp_secret).generate_otp(step)

    @contextmanager
    def opened(self, browser: Browser, name: str, path: str = "/", **options: object) -> Iterator[Page]:
        """A page of somebody who is logged in."""
        with pages.opened(browser, self.url, "/inloggen", **options) as page:
            page.get_by_label("Naam").fill(name)
            page.get_by_label("Wachtwoord").fill(PASSWORD)
            page.get_by_role("button", name="Verder").click()
            page.get_by_label("Code van 6 cijfers").fill(self.code(name))
            page.get_by_role("button", name="Inloggen").click()
            page.get_by_role("button", name="Uitloggen").wait_for()
            page.goto(self.url + path)
            yield page


@contextmanager
def running_desk(var: Path, **more: str) -> Iterator[Desk]:
    """A desk with staff and example patients."""
    (port,) = free_ports(1)
    given = {
        "VAR": str(var),
        "KEYS": generate_key(),
        "DESK_PORT": str(port),
        "DESK_URL": f"http://127.0.0.1:{port}",
        **more,
    }
    settings = project_settings.load({PREFIX + name: value for name, value in given.items()})
    desk = Desk(settings)
    desk.add_staff()
    examples.add(settings, desk.engine, datetime.now(UTC))
    with session_scope(desk.engine) as session:
        store.import_files(session, files.load(settings.content), datetime.now(UTC))
        begin(session, datetime.now(UTC))
    server = make_server("127.0.0.1", port, desk.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        desk.engine.dispose()


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until this element has the focus, as somebody without a mouse does."""
    for _ in range(250):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {wanted}")
