"""The chat on another site's page in a real browser: two origins, third-party cookies blocked, hostile styles."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, FrameLocator, Page, expect

from bot.operations import demo
from tests.browser.pages import check_axe
from tests.running import Stack

HOSTILE = Path(__file__).with_name("hostile.css")
# Counts how far things on the page were moved by what appeared on it.
WATCH_SHIFTS = """window.shifted = 0; new PerformanceObserver(list => list.getEntries().forEach(
    entry => { window.shifted += entry.value; })).observe({type: "layout-shift", buffered: true});"""


@pytest.fixture(scope="module")
def strict(browser: Browser) -> Iterator[Browser]:
    """A browser that blocks cookies of third parties."""
    kind: BrowserType = browser.browser_type
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    started = kind.launch(executable_path=path, args=["--no-sandbox", "--test-third-party-cookie-phaseout"])
    yield started
    started.close()


@pytest.fixture(scope="module")
def hospital(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The example hospital, on the origin that may show the chat, and two pages more."""
    [origin] = stack.settings.embed_origins
    folder = tmp_path_factory.mktemp("hospital")
    shutil.copytree(demo.FOLDER, folder, dirs_exist_ok=True)
    shutil.copy(HOSTILE, folder)
    page = (folder / "index.html").read_text(encoding="utf-8")
    (folder / "vijandig.html").write_text(page.replace("ziekenhuis.css", "hostile.css"), encoding="utf-8")
    slow = page.replace(
        'data-corner="right"', 'data-color="#ffee00" data-font="Verdana" data-topic="ahsct_what" data-open="true"'
    )
    (folder / "opent.html").write_text(slow.replace('data-color="#7a1f5c" ', ""), encoding="utf-8")
    with demo.server(stack.site, int(origin.rpartition(":")[2]), folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield origin
        server.shutdown()


@contextmanager
def visiting(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A page of the hospital, whose scripts must not fail."""
    context = browser.new_context(**options)
    context.add_init_script(WATCH_SHIFTS)
    page = context.new_page()
    page.set_default_timeout(30_000)
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("console", lambda line: failed.append(line.text) if "Content Security" in line.text else None)
    page.goto(address)
    yield page
    # Nothing but the token of the conversation, kept apart for this hospital.
    assert [cookie["name"] for cookie in context.cookies() if not cookie.get("partitionKey")] == []
    assert {cookie["name"] for cookie in context.cookies()} <= {"stamcelwijzer-gesprek"}
    context.close()
    assert failed == []


def launcher(page: Page) -> Any:
    return page.locator("stamcelwijzer-chat .launcher")


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("stamcelwijzer-chat iframe")


def ask(page: Page, words: str) -> None:
    before = chat(page).locator(".said").count()
    chat(page).get_by_label("Uw vraag of antwoord").fill(words)
    chat(page).get_by_role("button", name="Verstuur").click()
    expect(chat(page).locator(".said")).to_have_count(before + 1, timeout=30_000)
    expect(chat(page).locator("#bezig")).to_be_empty(timeout=30_000)


def test_a_conversation_goes_on_across_pages_with_third_party_cookies_blocked(strict: Browser, hospital: str) -> None:
    with visiting(strict, hospital) as page:
        launcher(page).click()
        ask(page, "Wat is aHSCT?")
        expect(chat(page).locator(".reply-answer")).to_be_visible()
        frame = page.frames[1]
        frame.evaluate("document.cookie = 'proef=1; SameSite=None; Secure'")
        assert "proef" not in frame.evaluate("document.cookie")
        page.get_by_role("link", name="Uw afspraak").click()
        expect(chat(page).locator(".said")).to_have_text([re.compile("Wat is aHSCT")])
        expect(page.locator("h1")).to_have_text("Uw afspraak")
        ask(page, "Val mijn haar uit?")
        page.go_back()
        expect(page.locator("h1")).to_have_text("MS-centrum")
        expect(chat(page).locator(".said")).to_have_count(2)
        chat(page).get_by_role("button", name="Wis dit gesprek").click()
        expect(chat(page).locator(".said")).to_have_count(0)
        assert page.evaluate("window.shifted") == 0


def test_with_the_keyboard_in_and_out(browser: Browser, hospital: str) -> None:
    with visiting(browser, hospital) as page:
        expect(launcher(page)).to_have_accessible_name("Vraag over stamceltherapie bij MS?")
        expect(launcher(page)).to_have_attribute("aria-expanded", "false")
        launcher(page).focus()
        page.keyboard.press("Enter")
        expect(chat(page).get_by_label("Uw vraag of antwoord")).to_be_focused()
        expect(launcher(page)).to_have_attribute("aria-expanded", "true")
        expect(page.get_by_role("dialog", name="Stamcelwijzer")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(launcher(page)).to_be_focused()
        page.keyboard.press("Enter")
        expect(chat(page).get_by_label("Uw vraag of antwoord")).to_be_focused()
        page.get_by_role("button", name="Sluit de chat").focus()
        page.keyboard.press("Escape")
        expect(launcher(page)).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") != "stamcelwijzer-chat"


@pytest.mark.parametrize("width", [320, 1200])
def test_hostile_styles_and_small_screens_leave_it_readable(browser: Browser, hospital: str, width: int) -> None:
    options: dict[str, Any] = {"viewport": {"width": width, "height": 640}, "reduced_motion": "reduce"}
    with visiting(browser, f"{hospital}/vijandig.html", **options) as page:
        launcher(page).click()
        box = page.locator("stamcelwijzer-chat iframe").bounding_box()
        assert box
        if width == 320:
            assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 320, 640)
        else:
            assert 380 <= box["width"] <= 420 and box["height"] >= 500
        button = page.locator("stamcelwijzer-chat .shut").bounding_box()
        assert button and min(button["width"], button["height"]) >= 44
        expect(chat(page).get_by_label("Uw vraag of antwoord")).to_be_visible()
        assert page.frames[1].evaluate("document.documentElement.scrollWidth") <= box["width"]
        page.get_by_role("button", name="Sluit de chat").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(launcher(page)).to_be_visible()


def test_links_on_the_page_open_it_with_a_question_once(browser: Browser, hospital: str) -> None:
    with visiting(browser, hospital) as page:
        page.get_by_role("link", name="kijk of u kunt meedoen").click()
        expect(chat(page).locator(".reply-question")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Sluit de chat").click()
        page.get_by_role("link", name="wat is stamceltherapie?").click()
        expect(chat(page).locator("#nieuw .said")).to_contain_text("Wat is aHSCT")
        page.reload()
        expect(chat(page).locator(".said")).to_have_count(2)


def test_a_page_can_open_it_with_a_topic_without_taking_the_focus(browser: Browser, hospital: str) -> None:
    with visiting(browser, f"{hospital}/opent.html") as page:
        expect(chat(page).locator("#nieuw .said")).to_contain_text("Wat is aHSCT", timeout=30_000)
        assert page.evaluate("document.activeElement.localName") == "body"
        page.reload()
        expect(chat(page).locator(".said")).to_have_count(1)
        # Yellow cannot be read: button and chat both keep the usual colour. The font is the hospital's.
        colour = "rgb(20, 89, 91)"
        expect(launcher(page)).to_have_css("background-color", colour)
        expect(chat(page).locator(".send")).to_have_css("background-color", colour)
        expect(chat(page).locator("body")).to_have_css("font-family", "Verdana, sans-serif")


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 320, "height": 640}}])
def test_nothing_is_found_by_axe_and_the_hospitals_colour_is_used(
    browser: Browser, hospital: str, options: dict[str, Any]
) -> None:
    with visiting(browser, hospital, **options) as page:
        check_axe(page)
        launcher(page).click()
        ask(page, "Wat is aHSCT?")
        check_axe(page)
        if "color_scheme" not in options:
            expect(chat(page).locator(".send")).to_have_css("background-color", "rgb(122, 31, 92)")


def test_a_site_that_is_not_listed_cannot_show_the_chat(browser: Browser, hospital: str, stack: Stack) -> None:
    # The same pages under another name are another origin.
    other = hospital.replace("localhost", "127.0.0.1")
    page = browser.new_page()
    page.goto(other)
    launcher(page).click()
    page.wait_for_timeout(500)
    assert page.frames[1].url.startswith("chrome-error:")
    page.close()


def test_the_chat_obeys_only_the_page_it_stands_on(browser: Browser, hospital: str) -> None:
    with visiting(browser, hospital) as page:
        launcher(page).click()
        expect(chat(page).get_by_label("Uw vraag of antwoord")).to_be_focused()
        # The page itself is not the iframe: what it sends to itself closes nothing.
        page.evaluate("window.postMessage({stamcelwijzer: 'close'}, '*')")
        expect(page.get_by_role("dialog", name="Stamcelwijzer")).to_be_visible()
        # Links lead out of the iframe, to a tab where our pages work.
        with page.context.expect_page() as opened:
            chat(page).get_by_role("link", name="Lees wat wij bewaren").click()
        assert opened.value.url.endswith("/privacy")
        opened.value.close()
