"""The pages on study, capacity and counts in a real browser: under axe, light and dark, wide and narrow."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from bot.desk.roles import Role
from bot.funnel.counters import Counters
from tests.browser.pages import check_axe, opened
from tests.unit.desk import office as offices
from tests.unit.desk.office import Office, open_office

PATHS = ("/studie/", "/capaciteit/", "/aantallen")
COOKIE = "stamcelwijzer-desk"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened_office = open_office(tmp_path)
    yield opened_office
    opened_office.engine.dispose()


@pytest.fixture
def manager(office: Office) -> offices.Browser:
    """A manager who entered places, with something to count."""
    browser = office.first_log_in("mara", Role.MANAGER)
    browser.get("/capaciteit/")
    ends = [f"{quarter}-{end}" for quarter in ("2027-1", "2027-2", "2027-3") for end in ("least", "most")]
    browser.post("/capaciteit/plekken", dict.fromkeys(ends, "1"))
    Counters(office.engine, office.clock).add(["conversation"] * 40 + ["prescreen.begun"] * 3)
    return browser


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1200)])
def test_pages_can_be_read_by_everybody(
    browser: Browser, manager: offices.Browser, address: str, scheme: str, width: int
) -> None:
    cookie = manager.client.get_cookie(COOKIE)
    assert cookie
    signed_in = {"name": COOKIE, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}
    state = {"cookies": [{**signed_in, "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Strict"}]}
    size = {"width": width, "height": 900}
    with opened(browser, address, "/", storage_state=state, color_scheme=scheme, viewport=size) as page:
        for path in PATHS:
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
            check_axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            loaded = page.evaluate("[...document.querySelectorAll('main img')].map(image => image.naturalWidth > 0)")
            assert all(loaded) and bool(loaded) == (path != "/studie/")
