"""Suggestions, ratings and steps back in a real browser, with the real processes behind it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import ask, check_axe, opened
from tests.running import Stack


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_questions_are_suggested_with_the_keyboard_and_nothing_typed_leaves(
    browser: Browser, stack: Stack, scheme: str
) -> None:
    with opened(browser, stack.site, viewport={"width": 320, "height": 640}, color_scheme=scheme) as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
        field = page.get_by_label("Uw vraag of antwoord")
        field.press_sequentially("haar uitval")
        options = page.get_by_role("option")
        expect(options.first).to_contain_text("mijn haar uit?")
        check_axe(page)
        field.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        expect(field).to_have_attribute("aria-activedescendant", "suggestie-0")
        field.press("Escape")
        expect(options).to_have_count(0)
        expect(field).to_have_value("haar uitval")
        field.press_sequentially("l")
        field.press("ArrowDown")
        assert [one for one in sent if "uitval" in one] == []
        field.press("Enter")
        expect(page.locator("#nieuw .said")).to_contain_text("mijn haar uit?", timeout=30_000)
        expect(page.locator("#nieuw .reply-answer")).to_be_visible()


def test_an_answer_is_rated_in_place(browser: Browser, stack: Stack) -> None:
    with opened(browser, stack.site) as page:
        ask(page, "Val mijn haar uit?")
        page.locator(".rating").get_by_role("button", name="Nee").click()
        page.get_by_label("Wilt u vertellen waarom?").fill("te kort")
        page.get_by_role("button", name="Versturen").click()
        expect(page.get_by_text("zet een vinkje")).to_be_visible()
        page.get_by_label("Ja, u mag mijn woorden bewaren").check()
        check_axe(page)
        page.get_by_role("button", name="Versturen").click()
        expect(page.get_by_text("Wij lezen het en maken")).to_be_visible()
        expect(page.locator(".said")).to_have_count(1)


def test_in_the_prescreen_one_steps_back_begins_again_and_is_not_disturbed(browser: Browser, stack: Stack) -> None:
    with opened(browser, stack.site, "/?onderwerp=meedoen") as page:
        expect(page.locator("#nieuw")).to_contain_text("Vraag 1 van 8", timeout=30_000)
        page.get_by_role("button", name="Ja, RRMS").click()
        expect(page.locator("#nieuw")).to_contain_text("Vraag 2 van 8", timeout=30_000)
        page.get_by_label("Uw vraag of antwoord").press_sequentially("medicijn")
        expect(page.get_by_role("option")).to_have_count(0)
        page.get_by_role("button", name="Vorige vraag").click()
        expect(page.locator("#nieuw")).to_contain_text("Vraag 1 van 8", timeout=30_000)
        page.get_by_role("button", name="Ja, RRMS").click()
        expect(page.locator("#nieuw")).to_contain_text("Vraag 2 van 8", timeout=30_000)
        page.get_by_role("button", name="Opnieuw beginnen").click()
        expect(page.locator("#bezig")).to_be_empty(timeout=30_000)
        expect(page.locator("#nieuw .said")).to_contain_text("Begin opnieuw", timeout=30_000)


def test_the_call_back_form_has_no_accessibility_findings(browser: Browser, stack: Stack) -> None:
    with opened(browser, stack.site, "/contact", viewport={"width": 320, "height": 640}) as page:
        check_axe(page)
        page.get_by_role("button", name="Bel mij terug").click()
        expect(page.get_by_role("heading", name="Een paar dingen kloppen nog niet")).to_be_visible()
        check_axe(page)
