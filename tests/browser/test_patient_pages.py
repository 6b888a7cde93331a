"""The patient site in a real browser: with and without script, small, large, dark, by keyboard, and under axe."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.pages import SMALL, TOO_WIDE, check_axe
from tests.browser.patient_site import Site, ask, fill_form, keep, opened, visit_everything
from tests.unit.patient.rasa_like import answer

CONNECTION_REFUSED = re.compile("^chrome-error://")


def test_an_answer_comes_without_a_reload_and_the_focus_stays(browser: Browser, site: Site) -> None:
    with opened(browser, site) as page:
        page.evaluate("window.sameWindow = true")
        ask(page, "Wat onderzoekt de studie?")
        expect(page.locator("#nieuw")).to_contain_text("stamceltherapie")
        expect(page.locator("#nieuw .sources")).to_contain_text("4 november 2019")
        expect(page.get_by_label("Uw vraag of antwoord")).to_be_focused()
        expect(page.get_by_label("Uw vraag of antwoord")).to_have_value("")
        assert page.evaluate("window.sameWindow") is True
        keep(page, "answer")


def test_the_chat_in_english_and_the_switch_to_dutch(browser: Browser, site: Site) -> None:
    with opened(browser, site, "/en/") as page:
        page.get_by_label("Your question or answer").fill("what does the study")
        expect(page.get_by_role("option", name="What does the study look into?")).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="1 matching question")).to_have_count(1)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("#nieuw .said")).to_contain_text("What does the study look into?")
        expect(page.locator("#bezig")).to_be_empty()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_have_text("Please type your question or answer first.")
        check_axe(page)
        keep(page, "english")
        page.get_by_role("link", name="Nederlands").click()
        expect(page.get_by_label("Uw vraag of antwoord")).to_be_visible()
        expect(page.locator(".said")).to_have_count(1)


def test_waiting_is_shown_and_nothing_is_sent_twice(browser: Browser, site: Site) -> None:
    site.rasa.hold = threading.Event()
    with opened(browser, site) as page:
        page.get_by_label("Uw vraag of antwoord").fill("Een vraag")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text="zoekt een antwoord")).to_be_visible()
        page.keyboard.type("alvast de volgende")
        page.keyboard.press("Enter")
        site.rasa.hold.set()
        expect(page.locator("#nieuw .reply")).to_be_visible()
        expect(page.locator("#bezig")).to_be_empty()
        expect(page.get_by_label("Uw vraag of antwoord")).to_have_value("alvast de volgende")
    assert [body["message"] for body in site.rasa.received] == ["Een vraag"]


def test_a_clicked_choice_moves_the_focus_to_its_answer(browser: Browser, site: Site) -> None:
    with opened(browser, site) as page:
        page.get_by_role("button", name="Kijk of u kunt meedoen").click()
        expect(page.get_by_text("Vraag 1 van 8")).to_be_visible()
        expect(page.locator("#nieuw .replies")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Ja, RRMS")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Voorlopige uitkomst")).to_be_visible()
        expect(page.get_by_role("button", name="Ja, RRMS")).to_have_count(0)
        expect(page.locator(".said").last).to_contain_text("Ja, RRMS")
        keep(page, "verdict")


@pytest.mark.parametrize("failure", ["no connection", "error page"])
def test_a_failing_script_request_falls_back_to_the_plain_form(browser: Browser, site: Site, failure: str) -> None:
    def fail(route: Route) -> None:
        if "x-fragment" not in route.request.headers:
            route.continue_()
        elif failure == "no connection":
            route.abort()
        else:
            route.fulfill(status=502, body="<p>Bad gateway")

    with opened(browser, site) as page:
        page.route("**/bericht", fail)
        page.get_by_label("Uw vraag of antwoord").fill("Een vraag die er toch komt")
        page.get_by_role("button", name="Verstuur").click()
        expect(page.locator("#nieuw .reply")).to_contain_text("stamceltherapie")
        page.get_by_role("button", name="Wie kunnen meedoen?").click()
        expect(page.locator("#nieuw .said")).to_contain_text("Wie kunnen meedoen?")
    assert len(site.rasa.received) == 2


def test_an_answer_lost_on_the_way_back_is_not_asked_twice(browser: Browser, site: Site) -> None:
    def lose(route: Route) -> None:
        if "x-fragment" in route.request.headers:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    with opened(browser, site) as page:
        page.route("**/bericht", lose)
        page.get_by_label("Uw vraag of antwoord").fill("Een vraag")
        page.get_by_role("button", name="Verstuur").click()
        expect(page.locator("#nieuw .reply")).to_be_visible()
        expect(page.locator(".said")).to_have_count(1)
        expect(page.get_by_label("Uw vraag of antwoord")).to_have_value("")
    assert len(site.rasa.received) == 1


def test_without_connection_the_typed_text_stays(browser: Browser, site: Site) -> None:
    with opened(browser, site) as page:
        page.context.set_offline(True)
        page.get_by_label("Uw vraag of antwoord").fill("Mijn lange vraag")
        page.get_by_role("button", name="Verstuur").click()
        expect(page.get_by_role("alert")).to_contain_text("niet verbonden")
        expect(page.get_by_label("Uw vraag of antwoord")).to_have_value("Mijn lange vraag")
        page.context.set_offline(False)
        page.get_by_role("button", name="Verstuur").click()
        expect(page.locator("#nieuw .reply")).to_be_visible()


def test_text_typed_while_the_site_was_down_is_back_when_it_is(browser: Browser, site: Site) -> None:
    with opened(browser, site) as page:
        site.stop()
        page.get_by_label("Uw vraag of antwoord").fill("Mijn lange vraag")
        page.get_by_role("button", name="Verstuur").click()
        expect(page).to_have_url(CONNECTION_REFUSED)  # wait_for_url() would raise the refusal itself, now and then
        site.start()
        page.goto(site.url)
        expect(page.get_by_label("Uw vraag of antwoord")).to_have_value("Mijn lange vraag")


def test_a_restart_of_the_site_loses_nothing(browser: Browser, site: Site) -> None:
    with opened(browser, site) as page:
        ask(page, "Eerste vraag")
        site.stop()
        site.start()
        ask(page, "Tweede vraag")
        page.reload()
        expect(page.locator(".said")).to_have_count(2)


def test_stopping_the_pre_screen_clears_the_page_too(browser: Browser, site: Site) -> None:
    with opened(browser, site) as page:
        page.get_by_role("button", name="Kijk of u kunt meedoen").click()
        expect(page.get_by_text("Vraag 1 van 8")).to_be_visible()
        site.rasa.reply = lambda message: answer("Goed, we stoppen.", kind="smalltalk", forget="prescreen")
        page.get_by_label("Uw vraag of antwoord").fill("stop")
        page.get_by_role("button", name="Verstuur").click()
        expect(page.get_by_text("we stoppen")).to_be_visible()
        expect(page.get_by_text("Vraag 1 van 8")).to_have_count(0)
        expect(page.get_by_label("Uw vraag of antwoord")).to_have_value("")


def test_the_whole_way_works_without_script(browser: Browser, site: Site) -> None:
    with opened(browser, site, java_script_enabled=False) as page:
        page.get_by_label("Uw vraag of antwoord").fill("Wat onderzoekt de studie?")
        page.get_by_role("button", name="Verstuur").click()
        expect(page.locator("#nieuw")).to_contain_text("stamceltherapie")
        page.get_by_text("Alle onderwerpen").click()
        page.get_by_text("De RAM-MS-studie (2)").click()
        page.get_by_role("button", name="Val mijn haar uit?").click()
        expect(page.locator(".said").last).to_contain_text("Val mijn haar uit?")
        page.goto(site.url)
        page.get_by_label("Uw vraag of antwoord").fill("/start_prescreen")
        page.get_by_role("button", name="Verstuur").click()
        page.get_by_role("button", name="Ja, RRMS").click()
        page.get_by_role("link", name="Open het aanmeldformulier").click()
        fill_form(page)
        page.get_by_role("button", name="Verstuur mijn aanmelding").click()
        expect(page.get_by_role("heading", name="Uw aanmelding is binnen")).to_be_visible()
        code = page.locator(".code").inner_text()
        page.get_by_role("link", name="Mijn aanmelding").first.click()
        page.get_by_label("Uw code").fill(code)
        page.get_by_label("Uw geboortedatum").fill("3 april 1985")
        page.get_by_role("button", name="Bekijk mijn aanmelding").click()
        expect(page.get_by_text("Voorbeeld Testpersoon")).to_be_visible()
        page.get_by_role("link", name="Alles over mij wissen").click()
        page.get_by_role("button", name="Ja, wis alles over mij").click()
        expect(page.get_by_role("heading", name="gewist")).to_be_visible()


def test_errors_in_the_form_get_the_focus_and_lead_to_the_field(browser: Browser, site: Site) -> None:
    with opened(browser, site, site.form) as page:
        fill_form(page, phone="12")
        page.get_by_role("button", name="Verstuur mijn aanmelding").click()
        summary = page.locator(".error-summary")
        expect(summary).to_be_focused()
        expect(page.locator("#name")).to_have_value("Voorbeeld Testpersoon")
        expect(page.locator("#phone")).to_have_attribute("aria-invalid", "true")
        keep(page, "form-errors")
        summary.get_by_role("link").first.click()
        expect(page.locator("#phone")).to_be_focused()
        page.locator("#phone").fill("0612345678")
        page.get_by_role("button", name="Verstuur mijn aanmelding").dblclick()
        expect(page.locator(".code")).to_have_text(re.compile(r"SW-.{4}-.{4}"))
        code = page.locator(".code").inner_text()
        page.reload()
        expect(page.locator(".code")).to_have_text(code)


# A window of 1280 by 1024 at 400% shows as much as one of 320 by 256.
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1100, "height": 850}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 320, "height": 256}},
    "forced": {"forced_colors": "active", "viewport": {"width": 390, "height": 800}},
}


@pytest.mark.parametrize("scheme", LOOKS)
def test_axe_finds_nothing_on_any_page(browser: Browser, site: Site, scheme: str) -> None:
    options: dict[str, Any] = {**LOOKS[scheme], "reduced_motion": "reduce"}
    with opened(browser, site, **options) as page:
        for name in visit_everything(page, site):
            keep(page, f"{scheme}-{name}")
            # Forced colours are the reader's own, which axe cannot see: it compares those of the style sheet.
            check_axe(page, but="color-contrast" if scheme == "forced" else "")


@pytest.mark.parametrize(("text_size", "height"), [("100%", 256), ("200%", 640)])
def test_every_page_fits_a_small_phone_and_is_easy_to_hit(
    browser: Browser, site: Site, text_size: str, height: int
) -> None:
    options = {"viewport": {"width": 320, "height": height}, "reduced_motion": "reduce", "has_touch": True}
    with opened(browser, site, **options) as page:
        for name in visit_everything(page, site):
            page.evaluate("size => { document.documentElement.style.fontSize = size }", text_size)
            keep(page, f"small-{text_size}-{name}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, (name, page.evaluate(TOO_WIDE))
            assert page.evaluate(SMALL) == [], name
            page.evaluate("document.documentElement.style.fontSize = ''")


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_on_a_small_phone_the_page_begins_soon(browser: Browser, site: Site, path: str) -> None:
    with opened(browser, site, path, viewport={"width": 320, "height": 640}) as page:
        expect(page.locator(".text-sizes")).to_be_visible()
        assert page.locator("h1").evaluate("heading => heading.getBoundingClientRect().top") < 240
        # The name of the site and the three text sizes stand beside each other.
        tops = page.evaluate("['.brand', '.text-sizes'].map(one => document.querySelector(one).offsetTop)")
        assert tops[0] == tops[1]


def test_the_emergency_line_is_on_every_page(browser: Browser, site: Site) -> None:
    with opened(browser, site) as page:
        for _ in visit_everything(page, site):
            expect(page.get_by_role("complementary", name="Spoed")).to_contain_text("Bij spoed: bel 112 of uw huisarts")


def test_the_keyboard_finds_the_content_first(browser: Browser, site: Site) -> None:
    with opened(browser, site) as page:
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Naar de inhoud")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#inhoud")).to_be_focused()


def test_a_focused_choice_is_not_hidden_behind_the_text_field(browser: Browser, site: Site) -> None:
    with opened(browser, site, viewport={"width": 390, "height": 700}, reduced_motion="reduce") as page:
        ask(page, "Wat onderzoekt de studie?")
        choice = page.get_by_role("button", name="Wie kunnen meedoen?")
        choice.focus()
        bottom = choice.evaluate("element => element.getBoundingClientRect().bottom")
        assert bottom <= page.locator(".composer").evaluate("element => element.getBoundingClientRect().top")


def test_nothing_moves_for_who_asked_for_that(browser: Browser, site: Site) -> None:
    site.rasa.hold = threading.Event()
    with opened(browser, site, reduced_motion="reduce") as page:
        page.get_by_label("Uw vraag of antwoord").fill("Een vraag")
        page.keyboard.press("Enter")
        dots = page.locator(".typing-dots i").first
        expect(dots).to_be_attached()
        assert dots.evaluate("element => getComputedStyle(element).animationName") == "none"
        site.rasa.hold.set()
        expect(page.locator("#nieuw .reply")).to_be_visible()


def test_own_colours_of_a_hospital_are_used(browser: Browser, site: Site) -> None:
    (site.settings.var / "huisstijl.css").write_text(":root { --brand: rgb(1, 2, 3); }", encoding="utf-8")
    with opened(browser, site) as page:
        colour = page.locator(".send").evaluate("element => getComputedStyle(element).backgroundColor")
        assert colour == "rgb(1, 2, 3)"
