"""The whole path of a patient on the real processes: question, answer, pre-screen, verdict, form, sign-up, my data.

Once with script and once without. `STAMCELWIJZER_TEST_PICTURES` names a folder for the pictures of the README.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bot.database import open_database, session_scope
from bot.signups import mapping
from bot.signups.records import SignUp
from bot.signups.tables import SignUpRow
from tests.browser.pages import ask, check_axe, choose, fill, opened
from tests.conversations.patient import Patient
from tests.running import Stack
from tests.stored import stored

NAME = "Voorbeeld Padtester"
PHONE = "06 12345678"
EMAIL = "padtester@example.org"
BORN = "29-2-1984"
# Said in the chat: it must stay as secret as the form.
DRUG = "tecfiderra, van dokter Nergenshuizer"
DETAILS = {
    "name": NAME,
    "date_of_birth": BORN,
    "phone": PHONE,
    "email": EMAIL,
    "call_how": "call",
    "call_when": "niet op woensdag",
    "neurologist": "dokter Nergenshuizer",
    "hospital": "Ziekenhuis Nergenshuizen",
    "consent_call": "yes",
    "consent_records": "yes",
}
# Every way in which what was typed could stand in a file: as typed, as stored, and as shown.
SECRETS = [
    *("voorbeeld padtester", "padtester", "612345678", "6 12345678", "612345679", "6 12345679"),
    *("29-2-1984", "29-02-1984", "1984-02-29", "29 februari 1984", "19840229", "29021984"),
    *("niet op woensdag", "nergenshuiz"),
]
CODE = re.compile(r"SW-.{4}-.{4}")
PICTURES = ("answer", "verdict")
FORM, SEND = "form", "Verstuur mijn aanmelding"
NARROW = {"width": 320, "height": 640}


def walk(page: Page) -> Iterator[str]:
    """Bring the browser from the first page to the confirmation; tells where it is at each thing worth a look."""
    yield "start"
    ask(page, "In welk ziekenhuis doen ze dat onderzoek eigenlijk?")
    answer = page.locator("#nieuw .reply").first
    expect(answer).to_contain_text("Amsterdam UMC, locatie VUmc")
    expect(answer.locator(".sources")).to_contain_text("Q&A Studie stamceltherapie bij MS in Nederland")
    expect(answer.locator(".sources time")).to_have_text("15 januari 2024")
    yield "answer"

    ask(page, "Kan ik meedoen aan de studie?")
    expect_question(page, 1)
    yield "question"
    choose(page, "Ja, RRMS")
    expect_question(page, 2)
    ask(page, DRUG)
    expect_question(page, 3)
    # A question in between is answered, and the pre-screen stays where it was.
    ask(page, "Wat is dat eigenlijk, een schub?")
    expect(page.locator("#nieuw .sources")).to_be_visible()
    expect_question(page, 3)
    choose(page, "Ja")
    expect_question(page, 4)
    ask(page, "nee, nooit")
    expect_question(page, 5)
    ask(page, "ik ben 42 jaar")
    expect_question(page, 6)
    choose(page, "Weet ik niet")
    expect_question(page, 7)
    # A second thought about an earlier answer.
    ask(page, "wacht, ik kan toch wel 200 meter lopen zonder stok")
    expect_question(page, 7)
    ask(page, "liever niet, maar als het moet")
    expect_question(page, 8)
    choose(page, "Ja, dat wil ik weten")
    card = page.locator("#nieuw .verdict")
    expect(card.get_by_role("heading", name="U kunt misschien meedoen")).to_be_visible()
    expect(card.locator(".criterion-met")).to_have_count(8)
    expect(card).to_contain_text(DRUG)
    expect(card).to_contain_text("Het studieteam beslist")
    yield "verdict"

    page.get_by_role("link", name="Open het aanmeldformulier").click()
    expect(page.get_by_role("heading", name="Aanmelden voor de RAM-MS-studie")).to_be_visible()
    expect(page.locator("#answer_walking")).to_have_value("yes")
    yield FORM
    fill(page, {**DETAILS, "phone": "12", "date_of_birth": "31-2-1984"})
    send_form(page)
    expect(page.locator(".error-summary a")).to_have_count(2)
    expect(page.locator("#phone")).to_have_value("12")
    expect(page.locator("#name")).to_have_value(NAME)
    expect(page.locator("#call_when")).to_have_value(DETAILS["call_when"])
    expect(page.locator("#consent_records")).to_be_checked()
    yield "form with errors"
    fill(page, {"phone": PHONE, "date_of_birth": BORN})
    page.get_by_role("button", name=SEND).dblclick()
    expect(page.locator(".code")).to_have_text(CODE)
    yield "confirmation"


def expect_question(page: Page, step: int) -> None:
    """The last thing the bot said is this question of the pre-screen."""
    expect(page.locator("#nieuw .progress").last).to_contain_text(f"Vraag {step} van 8")


def send_form(page: Page) -> None:
    page.get_by_role("button", name=SEND).click()


def look_up(page: Page, code: str) -> None:
    """Open the sign-up with its code and the date of birth."""
    page.get_by_role("link", name="Mijn aanmelding").first.click()
    page.get_by_label("Uw code").fill(code.lower())
    page.get_by_label("Uw geboortedatum").fill("29 februari 1984")
    page.get_by_role("button", name="Bekijk mijn aanmelding").click()
    expect(page.get_by_text(NAME)).to_be_visible()


def check_narrow(page: Page, place: str) -> None:
    """Nothing sticks out at 320 px; the window has its own size again afterwards."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], place
    page.set_viewport_size(size)


def keep(page: Page, name: str) -> None:
    """Keep a picture for the README where one was asked for."""
    folder = os.environ.get("STAMCELWIJZER_TEST_PICTURES")
    if folder and name in PICTURES:
        # The card from its top, the answer with its sources.
        shown, block = ("#nieuw", "start") if name == "verdict" else ("#nieuw .sources", "center")
        page.locator(shown).evaluate("(element, block) => element.scrollIntoView({ block })", block)
        page.screenshot(path=Path(folder) / f"readme-{name}.png")


def signups(stack: Stack) -> dict[str, SignUp]:
    """All sign-ups in the database, opened with the installation's keys, by their code."""
    engine = open_database(stack.settings)
    try:
        with session_scope(engine) as session:
            rows = session.execute(select(SignUpRow).where(SignUpRow.erased_at.is_(None))).scalars()
            return {row.code: mapping.view_of(row) for row in rows}
    finally:
        engine.dispose()


def check_stored(stack: Stack, code: str) -> None:
    """Nothing stored holds anything a person typed; the code shows that the right places are read."""
    found = stored(stack)
    assert any(code.lower().encode() in data for data in found.values())
    logs = [data for name, data in found.items() if name.endswith(".log")]
    assert logs
    # How an answer to the pre-screen looks when a log shows the values of slots.
    assert not any(b"'words'" in data for data in logs)
    assert [(name, secret) for name, data in found.items() for secret in SECRETS if secret.encode() in data] == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_patient_walks_from_a_question_to_a_sign_up(browser: Browser, stack: Stack, script: bool) -> None:
    before, form = signups(stack), ""
    options = {"viewport": {"width": 420, "height": 800}, "reduced_motion": "reduce", "java_script_enabled": script}
    with opened(browser, stack.site, **options) as page:
        for place in walk(page):
            form = page.url if place == FORM else form
            if script:
                keep(page, place)
                check_narrow(page, place)
                check_axe(page)
        code = page.locator(".code").inner_text()
        assert signups(stack).keys() - before.keys() == {code}

        # The link opened and sent once more, as people do who doubt whether it worked: the same sign-up.
        page.goto(form)
        fill(page, DETAILS)
        send_form(page)
        expect(page.locator(".code")).to_have_text(code)
        stored = signups(stack)
        assert stored.keys() - before.keys() == {code}
        assert stored[code].details.name == NAME
        assert stored[code].details.answers["walking"]["option"] == "yes"
        assert stored[code].state.value == "new"

        look_up(page, code)
        page.get_by_role("link", name="Mijn gegevens of antwoorden veranderen").click()
        fill(page, {"phone": "06 12345679"})
        page.locator("main form").get_by_role("button").last.click()
        expect(page.get_by_role("status")).to_be_visible()
        assert signups(stack)[code].details.phone.endswith("12345679")
        check_stored(stack, code)

        page.get_by_role("link", name="Mijn aanmelding intrekken").click()
        page.locator("main form").get_by_role("button").click()
        expect(page.get_by_role("link", name="Mijn aanmelding intrekken")).to_have_count(0)
    assert signups(stack)[code].state.value == "withdrawn"
    check_stored(stack, code)


def test_a_form_that_is_half_filled_in_survives_the_death_of_the_site(browser: Browser, stack: Stack) -> None:
    before = signups(stack)
    patient = Patient(stack.site)
    patient.says("/start_prescreen", '/answer{"ms_type": "rrms"}', '/answer{"medication": "yes"}')
    patient.says('/answer{"recent_activity": "yes"}', '/answer{"second_line": "no"}', '/answer{"age": "yes"}')
    patient.says('/answer{"walking": "yes"}', '/answer{"randomisation": "yes"}', '/answer{"test_results": "yes"}')
    path = patient.verdict["intake_url"].removeprefix(stack.site)
    with opened(browser, stack.site, path) as page:
        names = list(DETAILS)
        fill(page, {name: DETAILS[name] for name in names[:4]})
        stack.wait_until_back("site", stack.kill("site"))
        fill(page, {name: DETAILS[name] for name in names[4:]})
        send_form(page)
        expect(page.locator(".code")).to_have_text(CODE)
        code = page.locator(".code").inner_text()
        # The confirmation too is still there after the next death.
        stack.wait_until_back("site", stack.kill("site"))
        page.reload()
        expect(page.locator(".code")).to_have_text(code)
    stored = signups(stack)
    assert stored.keys() - before.keys() == {code}
    assert stored[code].details.email == EMAIL
