"""The page `Capaciteit`: places, planning, forecast; and what the page of a sign-up says about waiting."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from bot.database import session_scope
from bot.desk import plots
from bot.desk.roles import Role
from bot.signups.forecast import Wait
from bot.study import expectation
from tests.unit.desk.office import Browser, Office

PLACES = {"2027-1-least": "1", "2027-1-most": "1", "2027-2-least": "1", "2027-2-most": "2"}
ADVICE = "in overleg met de behandelend neuroloog met een tweedelijnsbehandeling"


@pytest.fixture
def manager(office: Office) -> Browser:
    browser = office.first_log_in("mara", Role.MANAGER)
    browser.get("/capaciteit/")
    return browser


def test_without_places_the_wait_is_unknown_everywhere(office: Office, manager: Browser, nurse: Browser) -> None:
    assert "<strong>Onbekend.</strong>" in manager.page
    nurse.get(f"/aanmeldingen/{office.submitted().id}")
    assert "in de rij" not in nurse.page


def test_places_give_a_forecast_as_picture_and_table(manager: Browser) -> None:
    manager.post("/capaciteit/plekken", PLACES)
    assert "De plekken zijn opgeslagen" in manager.page and "naar verwachting" in manager.page
    rows = re.findall(r'<th scope="row" class="number">(\d+)</th>\s*<td class="number">(\w+)</td>', manager.page)
    assert rows[0] == ("1", "4") and rows[-1] == ("20", "onbekend")
    picture = manager.get("/capaciteit/verwachting.svg")
    assert picture.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(manager.page)
    named = [element for element in root if element.tag.endswith(("title", "desc"))]
    assert [element.get("id") for element in named] == root.get("aria-labelledby", "").split()
    assert "plaats in de rij" in manager.page and "prefers-color-scheme:dark" in manager.page


def test_the_same_numbers_draw_the_same_picture() -> None:
    found = [Wait(1, 3.0, 2.0, 4.0), Wait(2, 5.0, 3.0, None), Wait(3)]
    first, second = (plots.waits(found, "titel", "uitleg <b>", "x", "y") for _ in range(2))
    assert first == second
    assert "#ffffff" not in first, "a white ground would hide light words in dark mode"
    assert "uitleg &lt;b&gt;" in first and "#030303" not in first and "@font-face" not in first
    ElementTree.fromstring(first)


@pytest.mark.parametrize("wrong", [{"2027-1-least": "2"}, {"2027-1-most": "21"}, {"2027-1-most": ""}])
def test_places_that_cannot_be_are_told_and_stay_typed(manager: Browser, wrong: dict[str, str]) -> None:
    response = manager.post("/capaciteit/plekken", {**PLACES, "2027-2-most": "7", **wrong})
    assert response.status_code == 400 and "hele getallen" in manager.page
    assert 'name="2027-2-most" type="number" min="0" max="20" value="7"' in manager.page


def test_two_managers_at_once(office: Office, manager: Browser) -> None:
    other = office.first_log_in("otto", Role.MANAGER)
    other.get("/capaciteit/")
    manager.post("/capaciteit/plekken", PLACES)
    response = other.post("/capaciteit/plekken", {**PLACES, "2027-1-most": "3"})
    assert response.status_code == 409 and 'max="20" value="3"' in other.page


def test_a_nurse_plans_by_code_and_a_manager_sees_no_code(office: Office, manager: Browser, nurse: Browser) -> None:
    manager.post("/capaciteit/plekken", PLACES)
    signup, other = office.submitted(), office.submitted()
    nurse.get("/capaciteit/")
    nurse.post("/capaciteit/plannen", {"code": signup.code.lower(), "quarter": "2027-1"})
    assert f"{signup.code} is gepland in 1e kwartaal van 2027" in nurse.page
    assert nurse.post("/capaciteit/plannen", {"code": other.code, "quarter": "2027-1"}).status_code == 409
    assert "geen plek vrij" in nurse.page and other.code in nurse.page
    assert nurse.post("/capaciteit/plannen", {"code": "SW-2222-2222", "quarter": "2027-2"}).status_code == 400
    assert nurse.post("/capaciteit/plannen", {"code": other.code, "quarter": "ooit"}).status_code == 400
    nurse.get(f"/aanmeldingen/{signup.id}")
    assert "Gepland in het 1e kwartaal van 2027" in nurse.page
    manager.get("/capaciteit/")
    assert signup.code not in manager.page
    assert manager.post("/capaciteit/weghalen", {"signup": str(signup.id)}).status_code == 403
    assert nurse.post("/capaciteit/weghalen", {"signup": str(signup.id), "quarter": "2027-2"}).status_code == 409
    assert "veranderde deze plek intussen" in nurse.page and signup.code in nurse.page
    nurse.post("/capaciteit/weghalen", {"signup": str(signup.id), "quarter": "2027-1"})
    assert "weer vrij" in nurse.page and "nog niemand gepland" in nurse.page
    actions = [action for _, action, record in office.trail() if record == f"signup:{signup.id}"]
    assert {"capacity.plan", "capacity.unplan"} <= set(actions)


def test_a_long_wait_shows_the_advice_of_the_source_from_the_threshold_on(
    office: Office, manager: Browser, nurse: Browser
) -> None:
    manager.post("/capaciteit/plekken", PLACES)
    signup = office.submitted()
    nurse.get(f"/aanmeldingen/{signup.id}")
    assert "Plaats 1 in de rij. Verwachte wachttijd: 4 maanden" in nurse.page and ADVICE not in nurse.page
    manager.post("/studie/wachten", {"version": "0", "long_months": "4"})
    nurse.get(f"/aanmeldingen/{signup.id}")
    assert ADVICE in nurse.page and "4 november 2019" in nurse.page


def test_a_queue_beyond_the_places_is_long_and_its_end_unknown(
    office: Office, manager: Browser, nurse: Browser
) -> None:
    manager.post("/capaciteit/plekken", {"2027-1-least": "1", "2027-1-most": "1"})
    last = [office.submitted() for _ in range(12)][-1]
    nurse.get(f"/aanmeldingen/{last.id}")
    assert "Plaats 12 in de rij. Verwachte wachttijd: onbekend" in nurse.page and ADVICE in nurse.page


def test_every_change_of_the_planning_renews_what_the_chat_tells(office: Office, manager: Browser) -> None:
    manager.post("/capaciteit/plekken", PLACES)
    with session_scope(office.engine) as session:
        found = expectation.load(session, "ram-ms")
    assert found and found.median and (found.at, round(found.median)) == (office.clock(), 4)
