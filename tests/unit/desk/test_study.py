"""The page `Studie`: setting recruitment, confirming against the register, and the notice on every page."""

from __future__ import annotations

import pytest

from bot.desk.roles import Role
from tests.unit.desk.office import Browser, Office

NOTICE = "Let op:</strong> de chat zegt dat aanmelden kan"
CLOSED = {
    "status": "closed",
    "as_of": "2026-11-01",
    "source": "Studieteam, overleg 1 november",
    "note": "",
    "version": "0",
}


@pytest.fixture
def manager(office: Office) -> Browser:
    browser = office.first_log_in("mara", Role.MANAGER)
    browser.get("/studie/")
    return browser


def test_the_notice_stands_on_every_page_until_somebody_confirms(office: Office, manager: Browser) -> None:
    nurse = office.first_log_in("anna")
    nurse.get("/aanmeldingen/")
    assert NOTICE in nurse.page and "Een leidinggevende kan dit" in nurse.page and "24 juni 2025" in nurse.page
    manager.get("/studie/")
    assert "Verander of bevestig dit" in manager.page
    manager.post("/studie/bevestigen", {"version": "0", "reason": "Gebeld met het studieteam"})
    assert NOTICE not in manager.page
    assert "mara bevestigde op 20 november 2026" in manager.page and "Gebeld met het studieteam" in manager.page
    nurse.get("/aanmeldingen/")
    assert NOTICE not in nurse.page
    assert ("mara", "study.confirm", "study:ram-ms") in office.trail()


def test_closing_the_study_shows_at_once_and_is_on_record(office: Office, manager: Browser) -> None:
    manager.post("/studie/werving", CLOSED)
    assert "Werving: Gesloten" in manager.page and NOTICE not in manager.page
    assert "Stand van 1 november 2026, volgens: Studieteam, overleg 1 november" in manager.page
    assert "U kunt zich niet meer aanmelden" in manager.page.replace("\n", " ")
    assert ("mara", "study.recruitment", "study:ram-ms") in office.trail()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"status": "misschien"}, "Kies een stand"),
        ({"as_of": "31-2-2026"}, "Vul de datum in"),
        ({"as_of": "2026-11-21"}, "in de toekomst kan niet"),
        ({"source": " "}, "van wie u dit weet"),
        ({"note": "x" * 1001}, "te lang"),
    ],
)
def test_what_cannot_be_stored_is_told_and_nothing_typed_is_lost(
    manager: Browser, wrong: dict[str, str], told: str
) -> None:
    response = manager.post("/studie/werving", {**CLOSED, "source": "Mijn eigen bron", **wrong})
    assert response.status_code == 400
    assert told in manager.page and "Werving: Open" in manager.page
    if "source" not in wrong:
        assert "Mijn eigen bron" in manager.page


def test_the_second_of_two_managers_is_told_and_loses_nothing(office: Office, manager: Browser) -> None:
    other = office.first_log_in("otto", Role.MANAGER)
    other.get("/studie/")
    manager.post("/studie/werving", CLOSED)
    response = other.post("/studie/werving", {**CLOSED, "status": "waiting_list", "source": "Bron van Otto"})
    assert response.status_code == 409
    assert "intussen veranderd" in other.page and "Bron van Otto" in other.page
    assert "Werving: Gesloten" in other.page
    assert other.post("/studie/bevestigen", {"version": "0", "reason": "te laat"}).status_code == 409


def test_waiting_is_off_until_switched_on(manager: Browser) -> None:
    assert 'name="shown" value="yes" >' in manager.page and 'value="6"' in manager.page
    manager.post("/studie/wachten", {"version": "0", "shown": "yes", "long_months": "9"})
    assert 'name="shown" value="yes" checked>' in manager.page and 'value="9"' in manager.page
    assert manager.post("/studie/wachten", {"version": "1", "long_months": "0"}).status_code == 400


def test_a_broken_trial_file_gives_a_page_that_says_so(office: Office, manager: Browser) -> None:
    file = office.app.extensions["desk"].settings.trial_file
    office.app.extensions["desk"].study.__init__(file.with_name("nothing.yml"), office.engine)
    assert manager.get("/studie/").status_code == 503
    assert "Het studiebestand kan niet gelezen worden" in manager.page
