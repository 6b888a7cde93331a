"""An editor's handleiding in a real browser: each task of it done once, by two people, with the real content.

`STAMCELWIJZER_TEST_PICTURES` names a folder for its pictures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.contact import asked, ratings
from bot.contact.asked import Kind
from bot.database import session_scope
from bot.knowledge import store
from tests.browser.desk import Desk, running_desk
from tests.browser.pages import check_axe

WIDE = {"width": 1240, "height": 900}
PHONE = {"width": 360, "height": 740}
TOPIC = "hair_loss"
# Somebody logs in three times at most in half a minute, as a code works once: so mia does some of it.
QUESTIONS = ("wat kost parkeren", "hoe duur is parkeren bij het ziekenhuis", "parkeren amc", "mag mijn hond mee")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("editors")) as running:
        now = datetime.now(UTC)
        with session_scope(running.engine) as session:
            for number, words in enumerate(QUESTIONS):
                asked.keep(session, Kind.REFUSED, words, f"f{number}", now)
            for _ in range(6):
                number = ratings.rate(session, TOPIC, 1, False, now)
            ratings.add_reason(session, number, "het is te lang", now)
        yield running


def keep(shown: Page | Locator, name: str, high: int = 560) -> None:
    """Keep a picture for the handleiding where one was asked for: of an element, or of the top of a page."""
    folder = os.environ.get("STAMCELWIJZER_TEST_PICTURES")
    if folder:
        part = {"clip": {"x": 0, "y": 0, "width": WIDE["width"], "height": high}} if isinstance(shown, Page) else {}
        shown.screenshot(path=Path(folder) / f"handleiding-redacteur-{name}.png", **part)  # type: ignore[arg-type]


def section(page: Page, heading: str) -> Locator:
    return page.locator("section").filter(has=page.get_by_role("heading", name=heading, exact=True))


def test_an_answer_is_changed_agreed_published_and_put_back(browser: Browser, desk: Desk) -> None:
    with session_scope(desk.engine) as session:
        before = store.published(session).topics[TOPIC]
    with desk.opened(browser, "els", "/antwoorden", viewport=WIDE) as page:
        keep(page, "overzicht")
        page.get_by_role("link", name=before.question["nl"], exact=True).click()
        expect(page.frame_locator("#voorbeeld").get_by_text("haaruitval").first).to_be_visible()
        keep(page, "onderwerp", 700)
        short = page.get_by_label("Kort antwoord").first
        short.fill(f"{before.short['nl']} Vraag gerust.")
        keep(section(page, "Controle"), "controle")
        page.get_by_role("button", name="Opslaan en laten nakijken").click()
        expect(page.get_by_text("Klaar om na te kijken")).to_be_visible()
        keep(section(page, "Wat verandert er"), "verschil")
        draft = page.url.removeprefix(desk.url)
    with desk.opened(browser, "mia", draft, viewport=WIDE) as page:
        page.get_by_role("button", name="Keur goed").click()
        keep(section(page, "Volgende stap"), "publiceren")
        page.get_by_role("button", name="Publiceer", exact=True).click()
        expect(page.get_by_text("Patiënten krijgen dit binnen enkele seconden")).to_be_visible()
        with session_scope(desk.engine) as session:
            assert store.published(session).topics[TOPIC].short["nl"].endswith("Vraag gerust.")
        page.goto(f"{desk.url}/antwoorden/versies/topic/{TOPIC}")
        keep(page, "versies", 480)
        page.locator("li").filter(has_text="Versie 1").get_by_role("button").click()
        expect(page.get_by_text("Versie 1 staat weer live")).to_be_visible()
    with session_scope(desk.engine) as session:
        assert store.published(session).topics[TOPIC] == before


def test_a_topic_goes_off_air_and_on_again_and_a_new_one_begins(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "els", f"/antwoorden/onderwerp/{TOPIC}", viewport=WIDE) as page:
        page.get_by_role("link", name="Van de lucht halen").click()
        off = section(page, "Haal direct van de lucht")
        off.get_by_label("Wat patiënten in plaats daarvan lezen").fill(
            "Wij passen dit antwoord aan. Kijk morgen nog eens."
        )
        keep(off, "van-de-lucht")
        off.get_by_role("button", name="Haal van de lucht").click()
        expect(page.get_by_text("Patiënten lezen nu de vervangende tekst")).to_be_visible()
        page.get_by_role("button", name="Zet het eigen antwoord weer op de lucht").click()
        expect(page.get_by_text("Weer op de lucht")).to_be_visible()
        page.get_by_role("link", name="Nieuw onderwerp").click()
        page.get_by_label("De vraag, zoals een patiënt hem stelt").fill("Worden mijn reiskosten vergoed?")
        page.get_by_label("Korte naam").fill("reiskosten")
        keep(page.locator("main"), "nieuw")
        page.get_by_role("button", name="Maak het onderwerp").click()
        expect(page.get_by_role("heading", name="Worden mijn reiskosten vergoed?")).to_be_visible()


def test_questions_without_an_answer_become_a_topics_questions(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "els", "/vragen/", viewport=WIDE) as page:
        check_axe(page)
        group = page.locator("section").filter(has_text="parkeren")
        expect(group.get_by_role("checkbox")).to_have_count(3)
        keep(group, "vragen")
        group.get_by_label("Bij dit onderwerp").select_option("study_where")
        group.get_by_role("button", name="Voeg toe aan dit onderwerp").click()
        expect(page.get_by_role("status").filter(has_text="Toegevoegd aan het concept")).to_be_visible()
        page.get_by_role("link", name="Bekijk het concept").click()
        changed = section(page, "Wat verandert er")
        for words in QUESTIONS[:3]:
            expect(changed.get_by_text(words, exact=True)).to_be_visible()
        expect(page.get_by_text("leert de chatbot ze eerst")).to_be_visible()
        page.goto(f"{desk.url}/oordelen/")
        expect(page.get_by_text("het is te lang")).to_have_count(1)
        check_axe(page)


def test_a_fixed_text_is_changed_and_a_number_of_safety_cannot_go(browser: Browser, desk: Desk) -> None:
    with desk.opened(browser, "mia", "/vaste-teksten/", viewport=PHONE, color_scheme="dark") as page:
        check_axe(page)
        page.locator("section").filter(has_text="Over veiligheid").get_by_role(
            "link", name="Wat naar dat u zich"
        ).click()
        field = page.get_by_label("Tekst", exact=True)
        field.fill(field.input_value().replace("0800-0113", ""))
        page.get_by_role("button", name="Controleer").click()
        expect(page.get_by_text("Het nummer 0800-0113 is weg")).to_be_visible()
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.goto(f"{desk.url}/vaste-teksten/?lijst=meedoen")
        expect(page.get_by_role("heading", name="Leeftijd").first).to_be_visible()
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(WIDE)
        page.goto(f"{desk.url}/vaste-teksten/utter_goodbye")
        keep(page, "vaste-tekst")
