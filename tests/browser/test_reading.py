"""Reading made easier, in a real browser: text in three sizes that is remembered, and answers read aloud."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import ask, check_axe, opened
from tests.running import Stack

SMALL = {"width": 320, "height": 640}
# Browsers of test machines have no voices: a device with one of its own, and one that would send the words away.
VOICES = """
    const said = window.saidAloud = [];
    const far = {lang: "nl-NL", localService: false, name: "ver"};
    const own = {lang: "nl_BE", localService: true, name: "eigen"};
    window.SpeechSynthesisUtterance = function (words) { this.text = words; };
    Object.defineProperty(window, "speechSynthesis", {value: {
        getVoices: () => [far, own],
        speak: utterance => said.push(utterance),
        cancel: () => said.push("cancelled"),
        addEventListener: () => undefined,
    }});
"""


def texts(page: Page) -> list[str]:
    """What was read aloud until now."""
    words: list[str] = page.evaluate("saidAloud.map(one => one.text || one)")
    return words


def test_the_size_of_the_text_is_chosen_once_for_all_pages(browser: Browser, stack: Stack) -> None:
    with opened(browser, stack.site, viewport=SMALL, reduced_motion="reduce") as page:
        size = "getComputedStyle(document.querySelector('main')).fontSize"
        usual = float(page.evaluate(size).removesuffix("px"))
        group = page.get_by_role("group", name="Grootte van de tekst")
        expect(group.get_by_role("button", pressed=True)).to_have_accessible_name("A gewone tekst")
        largest = group.get_by_role("button", name="grootste tekst")
        largest.press("Enter")
        expect(largest).to_have_attribute("aria-pressed", "true")
        for path in ("/", "/vragen/mortality", "/meedoen", "/contact", "/mijn-aanmelding", "/privacy", "/nergens"):
            page.goto(stack.site + path)
            assert float(page.evaluate(size).removesuffix("px")) == usual * 1.5, path
            assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"], path
            expect(largest).to_have_attribute("aria-pressed", "true")
        check_axe(page)
        group.get_by_role("button", name="gewone tekst").click()
        page.goto(stack.site)
        assert float(page.evaluate(size).removesuffix("px")) == usual


def test_an_answer_is_read_aloud_by_the_devices_own_voice_and_stopped(browser: Browser, stack: Stack) -> None:
    with opened(browser, stack.site) as page:
        page.add_init_script(VOICES)
        page.reload()
        ask(page, "Hoe groot is de kans dat ik overlijd aan de behandeling?")
        start = page.locator("#nieuw").get_by_role("button", name="Lees voor", exact=True)
        stop = page.locator("#nieuw").get_by_role("button", name="Stop met voorlezen")
        expect(stop).to_have_count(0)
        start.press("Enter")
        expect(start).to_have_attribute("aria-pressed", "true")
        expect(stop).to_be_visible()
        check_axe(page)
        answer = page.locator("#nieuw .reply")
        assert texts(page)[0] == answer.locator(".prose > p").first.inner_text()
        assert answer.get_by_role("img").get_attribute("aria-label") in texts(page)
        assert not [words for words in texts(page) if "Bron" in words or "geholpen" in words]
        assert page.evaluate("[...new Set(saidAloud.map(one => one.voice.name))]") == ["eigen"]
        stop.press("Enter")
        assert texts(page)[-1] == "cancelled"
        expect(start).to_have_attribute("aria-pressed", "false")
        expect(start).to_be_focused()

        start.click()
        page.evaluate("saidAloud[saidAloud.length - 1].onend()")
        expect(start).to_have_attribute("aria-pressed", "false")
        expect(stop).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_without_a_voice_there_is_no_button_that_does_nothing(browser: Browser, stack: Stack, script: bool) -> None:
    with opened(browser, stack.site, "/vragen/mortality", java_script_enabled=script) as page:
        expect(page.get_by_role("button", name="Lees voor", include_hidden=True)).to_have_count(1)
        expect(page.get_by_role("button", name="Lees voor")).to_have_count(0)
        expect(page.get_by_role("group", name="Grootte van de tekst")).to_have_count(int(script))
