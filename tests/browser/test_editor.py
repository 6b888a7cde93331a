"""An editor corrects a figure on the real processes: the check fails first, a second person approves, patients read it.

`STAMCELWIJZER_TEST_PICTURES` names a folder for the pictures of the handleiding.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Desk
from tests.browser.pages import check_axe
from tests.conversations.patient import Patient
from tests.conversations.test_publishing import until
from tests.running import Stack

TOPIC = "study_aim"
QUESTION = "Wat wordt er in de RAM-MS-studie onderzocht?"
WRONG, RIGHT = "Na 77 jaar kijken de onderzoekers terug.", "Na twee jaar kijken de onderzoekers terug."
LIVE_SECONDS = 15.0
WIDE = {"width": 1280, "height": 900}


def keep(page: Page, name: str) -> None:
    """Keep a picture for the handleiding where one was asked for."""
    folder = os.environ.get("STAMCELWIJZER_TEST_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"redactie-{name}.png")


def look(page: Page) -> None:
    """The page is accessible, and nothing sticks out on a phone."""
    check_axe(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def told(stack: Stack) -> str:
    """What a patient reads who asks now."""
    patient = Patient(stack.site)
    return str(patient.say(QUESTION)[0]["text"])


def test_a_figure_is_corrected_checked_approved_and_read_by_patients(browser: Browser, stack: Stack) -> None:
    desk = Desk(stack.settings)
    desk.add_staff()
    before = told(stack)
    with desk.opened(browser, "els", "/antwoorden", viewport=WIDE, reduced_motion="reduce") as page:
        keep(page, "overzicht")
        page.get_by_label("Zoek in vragen en antwoorden").fill("RAM-MS-studie onderzocht")
        page.get_by_role("button", name="Toon").click()
        page.get_by_role("link", name=QUESTION).click()
        answer = page.locator("#answer_nl")
        first = answer.input_value()
        answer.fill(f"{first.strip()}\n\n{WRONG}")
        checks, frame = page.locator("#controle"), page.frame_locator("#voorbeeld")
        expect(checks).to_contain_text("'77 jaar' staat in geen van de gekozen passages")
        expect(frame.locator(".reply").first).to_contain_text(WRONG)
        keep(page, "controle")
        look(page)
        # Whoever leaves in the middle finds it back.
        page.reload()
        expect(answer).to_have_value(f"{first.strip()}\n\n{WRONG}")
        answer.fill(f"{first.strip()}\n\n{RIGHT}")
        expect(checks).to_contain_text("geen fouten")
        expect(frame.locator(".reply").first).to_contain_text(RIGHT)
        page.get_by_label("Wat hebt u veranderd en waarom?").fill("Het getal klopte niet")
        page.get_by_role("button", name="Opslaan en laten nakijken").click()
        expect(page.get_by_role("status")).to_contain_text("Een collega kan het nu goedkeuren")
        expect(page.get_by_role("button", name="Keur goed")).to_have_count(0)
        draft = page.url.removeprefix(desk.url)
    with desk.opened(browser, "mia", draft, viewport=WIDE, reduced_motion="reduce") as page:
        expect(page.locator("ins")).to_contain_text(RIGHT)
        keep(page, "nakijken")
        look(page)
        page.get_by_role("button", name="Keur goed").click()
        assert told(stack) == before
        page.get_by_role("button", name="Publiceer").click()
        expect(page.get_by_role("status")).to_contain_text("Gepubliceerd")
        until(lambda: RIGHT in told(stack), LIVE_SECONDS)

        page.goto(f"{desk.url}/antwoorden/proberen")
        page.get_by_label("Vraag", exact=True).fill("wat onderzoeken ze in die studie")
        page.get_by_role("button", name="Probeer").click()
        expect(page.locator("main")).to_contain_text("Woorden die het bepaalden")
        keep(page, "proberen")
        look(page)

        page.goto(f"{desk.url}/antwoorden/versies/topic/{TOPIC}")
        expect(page.locator("li.panel").first).to_contain_text("Het getal klopte niet")
        look(page)
        page.locator("li.panel").nth(1).get_by_role("button").click()
        expect(page.get_by_role("status")).to_contain_text("staat weer live")
        until(lambda: told(stack) == before, LIVE_SECONDS)
    desk.engine.dispose()
