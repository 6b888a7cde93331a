"""The pages without chat in a real browser: readable by everyone, and on into the chat."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import check_axe, opened
from tests.running import Stack


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_accessibility_findings_at_320_px(browser: Browser, stack: Stack, scheme: str) -> None:
    for path in ("/vragen", "/vragen/mortality", "/vragen/bestaat-niet", "/meedoen"):
        with opened(browser, stack.site, path, viewport={"width": 320, "height": 640}, color_scheme=scheme) as page:
            check_axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_reader_searches_reads_and_goes_on_in_the_chat(browser: Browser, stack: Stack) -> None:
    with opened(browser, stack.site, "/vragen") as page:
        page.get_by_label("Zoek een vraag").fill("hoe groot is de kans dat ik overlijd")
        page.get_by_role("button", name="Zoek").click()
        page.locator("section", has_text="Gevonden").get_by_role("link", name="Kan ik aan de behandeling").click()
        data = json.loads(page.locator("script[type='application/ld+json']").inner_text())
        assert data["mainEntity"][0]["name"] == page.locator("h1").inner_text()
        page.get_by_role("link", name="Vraag verder in de chat").click()
        expect(page.locator("#nieuw .said")).to_contain_text("overlijden", timeout=30_000)
        expect(page.locator(".said")).to_have_count(1)
        page.reload()
        expect(page.locator(".said")).to_have_count(1)


def test_the_prescreen_without_script_leads_to_a_filled_in_form(browser: Browser, stack: Stack) -> None:
    with opened(browser, stack.site, "/meedoen", java_script_enabled=False) as page:
        page.get_by_role("button", name="Bekijk de uitkomst").click()
        expect(page.get_by_role("heading", name="Een paar vragen zijn nog open")).to_be_visible()
        for question in page.locator("fieldset").all():
            question.get_by_label("Weet ik niet").check()
        page.get_by_role("button", name="Bekijk de uitkomst").click()
        expect(page.get_by_role("heading", name="Dit moet nog worden nagegaan")).to_be_visible()
        page.get_by_role("link", name="Open het aanmeldformulier").click()
        expect(page.locator("#answer_age")).to_have_value("unknown")
