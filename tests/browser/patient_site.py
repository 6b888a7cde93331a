"""The patient site in a browser, with a small Rasa-like server behind it: start, stop, and walk through its pages."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from bot.patient.app import create_app
from bot.patient.parts import Parts
from bot.settings import Settings
from tests.browser import pages
from tests.running import free_ports
from tests.unit.patient.rasa_like import SOURCE, Items, RasaLike, answer, question, rasa_like, verdict
from tests.unit.patient.site import DETAILS, intake_path, make_settings

ANSWER = "In de studie wordt **stamceltherapie** vergeleken met drie medicijnen.\n\n- groep A\n- groep B"


class Site:
    """The site on a port of its own, with a small Rasa-like server behind it."""

    def __init__(self, settings: Settings, rasa: RasaLike) -> None:
        self.settings, self.rasa = settings, rasa
        self.form = intake_path(settings)
        self.port = free_ports(1)[0]
        rasa.reply = self._reply

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._app = create_app(self.settings)
        self._server = make_server("127.0.0.1", self.port, self._app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        parts: Parts = self._app.extensions["stamcelwijzer"]
        parts.engine.dispose()

    def _reply(self, message: str) -> Items:
        if message == "/start_prescreen":
            return question()
        if message.startswith("/answer"):
            return verdict(f"https://elsewhere.example{self.form}")
        if "dood" in message:
            return answer("Bel nu **113** of **112**.", kind="safety")
        choice = {"title": "Wie kunnen meedoen?", "payload": '/ask_topic{"topic": "join_who"}'}
        return answer(ANSWER, topic="study_aim", sources=[SOURCE], as_of="2019-11-04", buttons=[choice])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with rasa_like() as rasa:
        running = Site(make_settings(tmp_path, rasa.url, CHAT_TIMEOUT_SECONDS="10"), rasa)
        running.start()
        yield running
        running.stop()


def opened(browser: Browser, site: Site, path: str = "/", **options: Any) -> AbstractContextManager[Page]:
    """A page of this site; see `tests.browser.pages.opened`."""
    return pages.opened(browser, site.url, path, **options)


def ask(page: Page, words: str, shown: str | None = None) -> None:
    """Send a message and wait for the turn that holds it, as `shown`, with its answer."""
    page.get_by_label("Uw vraag of antwoord").fill(words)
    page.get_by_role("button", name="Verstuur").click()
    expect(page.locator("#nieuw .said")).to_contain_text(shown or words)
    expect(page.locator("#bezig")).to_be_empty()


def keep(page: Page, name: str) -> None:
    """Keep a picture where one was asked for, for people to look at."""
    folder = os.environ.get("STAMCELWIJZER_TEST_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


def fill_form(page: Page, **changes: str) -> None:
    for name, value in {**DETAILS, **changes}.items():
        field = page.locator(f"#{name}")
        if name.startswith("consent"):
            field.check()
        elif name == "call_how":
            field.select_option(value)
        else:
            field.fill(value)


def visit_everything(page: Page, site: Site) -> Iterator[str]:
    """Bring the browser to every kind of page, one after the other."""
    yield "start"
    ask(page, "Wat onderzoekt de studie?")
    yield "answer"
    ask(page, "ik wil dood")
    yield "safety"
    ask(page, "/start_prescreen", shown="Ik wil kijken of ik kan meedoen.")
    yield "question"
    page.get_by_role("button", name="Ja, RRMS").click()
    expect(page.locator(".verdict")).to_be_visible()
    yield "verdict"
    page.get_by_text("Alle onderwerpen").click()
    page.get_by_text("De RAM-MS-studie (2)").click()
    yield "subjects"
    page.goto(site.url + "/privacy")
    yield "privacy"
    page.goto(site.url + "/nergens")
    yield "missing"
    page.goto(site.url + site.form)
    yield "form"
    page.get_by_role("button", name="Verstuur mijn aanmelding").click()
    expect(page.locator(".error-summary")).to_be_focused()
    yield "form with errors"
    fill_form(page)
    page.locator("#answer_ms_type").select_option("spms")
    page.get_by_role("button", name="Verstuur mijn aanmelding").click()
    expect(page.locator(".misfit")).to_be_focused()
    yield "form with an answer that rules out"
    page.get_by_role("button", name="Verstuur mijn aanmelding").click()
    code = page.locator(".code").inner_text()
    yield "confirmation"
    page.goto(site.url + "/mijn-aanmelding")
    page.get_by_role("button", name="Bekijk mijn aanmelding").click()
    expect(page.locator(".error-summary")).to_be_focused()
    yield "look-up with errors"
    page.get_by_label("Uw code").fill(code)
    page.get_by_label("Uw geboortedatum").fill("3-4-1985")
    page.get_by_role("button", name="Bekijk mijn aanmelding").click()
    expect(page.get_by_text("Voorbeeld Testpersoon")).to_be_visible()
    yield "my data"
    page.goto(site.url + "/mijn-aanmelding/wijzigen")
    yield "corrections"
    page.goto(site.url + "/mijn-aanmelding/wissen")
    yield "confirm erasing"
