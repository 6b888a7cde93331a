"""The desk in a real browser: a nurse's day by keyboard, every page under axe, news, letters, the hospital's login.

`STAMCELWIJZER_TEST_PICTURES` names a folder for the pictures of the handleiding.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from bot.database import session_scope
from bot.desk.guard import needed_by
from bot.desk.roles import Permission, may
from bot.signups import service
from tests.browser.desk import PASSWORD, STAFF, Desk, running_desk, tab_to
from tests.browser.pages import COLOURS, check_axe, opened
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, running_provider
from tests.unit.desk.office import path_of
from tests.unit.signups.builders import details, handover

LIST = "/aanmeldingen/"
WIDE = {"width": 1100, "height": 800}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as running:
        yield running


def keep(shown: Page | Locator, name: str) -> None:
    """Keep a picture for the handleiding where one was asked for: of an element, or of what matters of a page."""
    folder = os.environ.get("STAMCELWIJZER_TEST_PICTURES")
    if folder:
        part = {"clip": {"x": 0, "y": 0, "width": 1100, "height": 800}} if isinstance(shown, Page) else {}
        shown.screenshot(path=Path(folder) / f"handleiding-{name}.png", **part)  # type: ignore[arg-type]


def press(page: Page, wanted: Locator) -> None:
    """Go there with Tab and press Enter."""
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def type_into(page: Page, wanted: Locator, text: str) -> None:
    tab_to(page, wanted)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_a_nurses_day_by_keyboard_only(browser: Browser, desk: Desk) -> None:
    with opened(browser, desk.url, "/inloggen", viewport=WIDE) as page:
        # The first field has the focus already.
        page.keyboard.type("anna")
        keep(page.locator("main"), "inloggen")
        type_into(page, page.get_by_label("Wachtwoord"), PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Code van 6 cijfers")).to_be_focused()
        page.keyboard.type(desk.code("anna"))
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", name="Aanmeldingen", level=1)).to_be_visible()
        keep(page, "lijst")
        press(page, page.get_by_label("Kies een stand").get_by_role("link", name="Nieuw"))
        expect(page.get_by_label("Kies een stand").locator("[aria-current]")).to_contain_text("Nieuw")
        first = page.locator("tbody th a").first
        name = first.inner_text()
        expect(page.locator("tbody tr").first).to_contain_text("Navragen")
        press(page, first)

        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        keep(page, "aanmelding")
        doubt = page.locator("li.panel.unknown").first
        press(page, doubt.locator("summary"))
        keep(doubt, "antwoord")
        tab_to(page, doubt.get_by_label("Antwoord", exact=True))
        page.keyboard.press("Home")
        type_into(page, doubt.get_by_label("Wat de patiënt zei"), "twee keer een schub dit jaar")
        press(page, doubt.get_by_role("button", name="Antwoord opslaan"))
        expect(page.get_by_role("status")).to_contain_text("De uitkomst is nu: Lijkt te passen")

        type_into(page, page.get_by_label("Nieuwe notitie"), "Gebeld, alles doorgenomen.")
        press(page, page.get_by_role("button", name="Notitie opslaan"))
        expect(page.locator(".note").last).to_contain_text("alles doorgenomen")

        press(page, page.get_by_role("button", name="Ik heb gebeld"))
        expect(page.get_by_role("heading", name="Stand: Gebeld")).to_be_visible()
        keep(page.locator("#stand"), "stap")
        press(page, page.get_by_role("button", name="Draai de laatste stap terug"))
        expect(page.get_by_role("heading", name="Stand: Nieuw")).to_be_visible()

        press(page, page.locator("summary", has_text="Gegevens en toestemming aanpassen"))
        type_into(page, page.locator("#d-call_when"), "alleen op maandag")
        keep(page.locator("details.panel"), "gegevens")
        press(page, page.get_by_role("button", name="Gegevens opslaan"))
        expect(page.locator("#contact")).to_contain_text("alleen op maandag")

        press(page, page.get_by_role("link", name="Terug naar de lijst"))
        type_into(page, page.get_by_label("Zoek op naam"), name.split()[1])
        page.keyboard.press("Enter")
        expect(page.locator("tbody th a")).to_have_text([name])
        press(page, page.get_by_role("button", name="Uitloggen"))
        expect(page.get_by_role("heading", name="Inloggen")).to_be_visible()


def test_a_call_by_keyboard_shows_how_the_verdict_changes(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "bram", LIST, viewport=WIDE) as page:
        press(page, page.locator("tbody tr", has_text="Navragen").last.locator("th a"))
        press(page, page.get_by_role("link", name="Belblad"))
        expect(page.locator("#uitkomst")).to_contain_text("Navragen")
        first = page.locator("#belblad select").first
        tab_to(page, first)
        page.keyboard.press("Home")
        expect(page.locator("#uitkomst")).to_contain_text("Dat verandert")
        expect(page.locator("#uitkomst .tag").first).to_have_text("Lijkt te passen")
        expect(first).to_be_focused()
        # The bar with the verdict never covers what has the focus.
        for field in page.locator("#belblad select, #belblad input:not([type=hidden])").all():
            tab_to(page, field)
            box, bar = field.bounding_box(), page.locator(".verdict-bar").bounding_box()
            assert box and bar and box["y"] + box["height"] <= bar["y"]
        keep(page, "belblad")
        check_axe(page)
        press(page, page.get_by_role("button", name="Antwoorden opslaan"))
        expect(page.get_by_role("status").first).to_contain_text("Eerst was die: Navragen")
        expect(page.locator(".timeline").first).to_contain_text("Uitkomst: Navragen → Lijkt te passen")


def test_who_chooses_another_password_may_look_at_it(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "bram", "/account", viewport=WIDE) as page:
        typed = page.get_by_label("Nieuw wachtwoord, minstens 12 tekens")
        type_into(page, typed, "groene fiets zonder zadel 7")
        look = page.get_by_role("button", name="Laat zien wat u typt")
        for kind, pressed in (("password", "false"), ("text", "true"), ("password", "false")):
            expect(typed).to_have_attribute("type", kind)
            expect(look).to_have_attribute("aria-pressed", pressed)
            press(page, look)


ONE_OF_EACH = ("anna", "els", "mia", "ada")


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_every_page_is_accessible_in_light_and_dark_and_fits_a_phone(browser: Browser, desk: Desk, name: str) -> None:
    seen = 0
    with desk.opened(browser, name, viewport=WIDE, reduced_motion="reduce") as page:
        for rule in desk.app.url_map.iter_rules():
            needed = needed_by(desk.app.view_functions[rule.endpoint])
            if "GET" not in (rule.methods or ()) or not isinstance(needed, Permission):
                continue
            # A page that more roles may open is looked at once.
            if next(one for one in ONE_OF_EACH if may(STAFF[one], needed)) != name:
                continue
            address = desk.url + path_of(rule, 2)
            # Plots, files, news and parts of a page are no pages.
            answer = page.request.get(address)
            if "text/html" not in answer.headers["content-type"] or "<html" not in answer.text():
                continue
            page.goto(address)
            seen += 1
            for summary in page.locator("summary").all():
                summary.evaluate("element => { element.parentElement.open = true; }")
            page.emulate_media(color_scheme="light")
            check_axe(page)
            page.emulate_media(color_scheme="dark")
            check_axe(page, options=COLOURS)
            page.set_viewport_size({"width": 360, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, rule.rule
            page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    assert seen >= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_way_in_is_accessible(browser: Browser, desk: Desk, scheme: str) -> None:
    with opened(browser, desk.url, "/inloggen", color_scheme=scheme) as page:
        check_axe(page)
        page.get_by_label("Naam").fill("bram")
        page.get_by_label("Wachtwoord").fill("niet het goede")
        page.get_by_role("button", name="Verder").click()
        expect(page.get_by_role("alert")).to_be_visible()
        check_axe(page)
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        page.get_by_role("button", name="Verder").click()
        expect(page.get_by_label("Code van 6 cijfers")).to_be_visible()
        check_axe(page)


def test_new_sign_ups_are_told_without_reload_and_nothing_moves(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "bram", viewport=WIDE) as page:
        page.clock.install()
        page.goto(desk.url + LIST)
        chosen = page.get_by_role("link", name="Nieuw", exact=False).first
        chosen.focus()
        place = page.locator("tbody tr").first.bounding_box()
        made = []
        for name in ("Voorbeeld Zonet", "Voorbeeld Zojuist"):
            with session_scope(desk.engine) as session:
                given = handover(id=secrets.token_hex(16))
                made.append(service.submit(session, given, details(name=name), datetime.now(UTC)))
        page.clock.run_for(21_000)
        news = page.locator("#nieuws")
        expect(news.get_by_role("link").first).to_have_text("2 nieuwe aanmeldingen. Toon ze.")
        expect(news).to_contain_text("Voorbeeld Zojuist Lijkt te passen Voorbeeld Zonet Lijkt te passen")
        assert news.get_attribute("role") == "status"
        expect(chosen).to_be_focused()
        assert page.locator("tbody tr").first.bounding_box() == place
        keep(page, "nieuws")
        check_axe(page)
        press(page, news.get_by_role("link").first)
        expect(page.locator(".arrived")).to_have_count(2)
        expect(page.locator("#nieuws")).to_be_empty()
    for signup in made:
        with session_scope(desk.engine) as session:
            service.erase(session, signup.id, datetime.now(UTC))


def test_sending_one_form_warns_when_text_in_another_would_go(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "bram", LIST) as page:
        page.locator("tbody tr", has_text="Bellen").locator("th a").first.click()
        page.get_by_label("Nieuwe notitie").fill("nog niet opgeslagen")
        asked: list[str] = []
        page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.get_by_role("button", name="Ik heb gebeld").click()
        expect(page.get_by_label("Nieuwe notitie")).to_have_value("nog niet opgeslagen")
        assert asked == ["beforeunload"]
        page.get_by_role("button", name="Notitie opslaan").click()
        expect(page.locator(".note").last).to_contain_text("nog niet opgeslagen")


def test_a_letter_is_printed_with_nothing_of_the_desk_around_it(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "bram", LIST, viewport={"width": 1100, "height": 700}) as page:
        page.locator("tbody th a").first.click()
        name = page.get_by_role("heading", level=1).inner_text().split(" SW-")[0]
        for link, told in (
            ("Overzicht om af te drukken", "Voorwaarden"),
            ("Brief aan de neuroloog", "Geachte collega"),
        ):
            page.get_by_role("link", name=link).click()
            expect(page.locator(".letter")).to_contain_text(told)
            expect(page.get_by_role("button", name="Afdrukken")).to_be_visible()
            keep(page.locator(".letter"), "brief")
            text = " ".join(part.extract_text() for part in PdfReader(BytesIO(page.pdf())).pages)
            plain = " ".join(text.split())
            assert name in plain and told in plain
            assert "Uitloggen" not in plain and "Afdrukken" not in plain and "Terug naar" not in plain
            assert "studieregister" not in plain
            page.go_back()


def test_a_nurse_logs_in_through_the_hospital_on_another_site(browser: Browser, tmp_path: Path) -> None:
    with running_provider() as provider:
        given = {"OIDC_ISSUER": provider.url, "OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": CLIENT_SECRET}
        with running_desk(tmp_path, **given) as desk:
            provider.person = {"sub": "1", "preferred_username": "carla", "roles": ["nurse"]}
            provider.client.redirect_uris = [f"{desk.url}/inloggen/ziekenhuis/terug"]
            context = browser.new_context()
            page = context.new_page()
            page.goto(desk.url + "/inloggen")
            check_axe(page)
            page.get_by_role("link", name="Inloggen met uw ziekenhuisaccount").click()
            expect(page.get_by_role("heading", name="Aanmeldingen", level=1)).to_be_visible()
            expect(page.locator(".who")).to_contain_text("carla, verpleegkundige")
            page.get_by_role("button", name="Uitloggen").click()
            page.get_by_role("link", name="Log ook uit bij het ziekenhuis").click()
            page.wait_for_url(desk.url + "/inloggen*")
            assert provider.person is None
            context.close()
