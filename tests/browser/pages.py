"""What the browser tests share: a page that may ask nothing of others, the check with axe, and small moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
# What the colours of a page can break; all else is the same in light and dark.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

# What sticks out of the window, and what is too small for a shaky hand.
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(element => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth)
  .map(element => element.outerHTML.slice(0, 100))"""

SMALL = """() => [...document.querySelectorAll(
    'button, a.button, a.button-quiet, a.topic, .tasks a, .menu a, .brand, summary, ' +
    'input:not([type=hidden]), select, textarea')]
  .filter(element => element.checkVisibility())
  .map(element => [['checkbox', 'radio'].includes(element.type) ? element.closest('.check, .agree') : element, element])
  .filter(([area]) => area.getBoundingClientRect().height < 44 || area.getBoundingClientRect().width < 44)
  .map(([area, element]) => element.outerHTML.slice(0, 100))"""


@contextmanager
def opened(browser: Browser, site: str, path: str = "/", **options: Any) -> Iterator[Page]:
    """A page that must ask nothing of other addresses than `site`, and whose scripts must not fail."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(30_000)
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("console", lambda line: failed.append(line.text) if "Content Security" in line.text else None)
    page.goto(site + path)
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(site)] == []
    assert failed == []


def check_axe(page: Page, but: str = "", options: Mapping[str, Any] = RULES) -> None:
    """Fail with every finding of axe on the page as it is now, but those of one rule."""
    found = [rule for rule in Axe().run(page, options=options).response["violations"] if rule["id"] != but]
    told = [f"{rule['id']}: {node['html'][:120]} {node['failureSummary']}" for rule in found for node in rule["nodes"]]
    if told:
        raise AssertionError("\n".join(told))


def ask(page: Page, words: str) -> None:
    """Type a message, send it, and wait for the turn with its answer."""
    before = page.locator(".said").count()
    page.get_by_label("Uw vraag of antwoord").fill(words)
    page.get_by_role("button", name="Verstuur").click()
    _wait_for_turn(page, before, words)


def choose(page: Page, label: str) -> None:
    """Press one of the choices that are offered now, and wait for the turn with its answer."""
    before = page.locator(".said").count()
    page.locator(".choices").get_by_role("button", name=label, exact=True).click()
    _wait_for_turn(page, before, label)


def _wait_for_turn(page: Page, before: int, said: str) -> None:
    expect(page.locator(".said")).to_have_count(before + 1, timeout=30_000)
    expect(page.locator("#nieuw .said")).to_contain_text(said, timeout=30_000)
    expect(page.locator("#bezig")).to_be_empty(timeout=30_000)


def fill(page: Page, values: dict[str, str]) -> None:
    """Fill in the intake form: text fields, selects and check boxes by their name."""
    for name, value in values.items():
        field = page.locator(f"#{name}")
        if name.startswith("consent"):
            field.check()
        elif field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
