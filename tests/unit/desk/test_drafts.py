"""What somebody typed survives the end of the session, and a form whose token does not count any more."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import func, select, text

from bot.database import session_scope
from bot.desk import accounts
from bot.signups import service
from bot.signups.records import SignUp
from bot.signups.tables import DraftRow
from bot.signups.workflow import State
from tests.databases import on_both
from tests.unit.desk.office import OPERATOR, PASSWORD, Browser, Office
from tests.unit.desk.test_details import form_of
from tests.unit.desk.test_signups import current, step

NOTE = "Wil pas na de zomer verder praten"


def owner_in(browser: Browser) -> str:
    return html.unescape(re.search(r'name="draft_owner" value="([^"]+)"', browser.page)[1])  # type: ignore[index]


def count(office: Office) -> int:
    with session_scope(office.engine) as session:
        return session.execute(select(func.count()).select_from(DraftRow)).scalar_one()


def opened(office: Office, browser: Browser) -> tuple[SignUp, str, str]:
    """A sign-up whose page stands open: with its address and the field that says whose page it is."""
    signup = office.submitted()
    path = f"/aanmeldingen/{signup.id}"
    browser.get(path)
    return signup, path, owner_in(browser)


def log_in_again(office: Office, browser: Browser, name: str = "anna") -> str:
    """Log in in the same browser; the path one lands on."""
    office.clock.forward(seconds=60)
    browser.get("/inloggen")
    browser.post("/inloggen", {"name": name, "password": PASSWORD})
    return browser.post("/inloggen/code", {"code": office.code(name)}).request.path


FORMS = {
    "notitie": ({"note": NOTE}, NOTE),
    "stap": ({"target": "ineligible", "reason": "Woont te ver weg"}, "Woont te ver weg"),
    "antwoord": ({"criterion": "walking", "option": "unknown", "words": "soms met stok"}, "soms met stok"),
    "gegevens": ({"call_when": "alleen 's avonds"}, "alleen 's avonds"),
}


@pytest.mark.parametrize("form", FORMS)
def test_after_an_expired_session_one_lands_on_the_filled_form(office: Office, nurse: Browser, form: str) -> None:
    signup, path, owner = opened(office, nurse)
    fields, typed = FORMS[form]
    sent = {**form_of(signup, **fields), **fields} if form == "gegevens" else fields
    office.clock.forward(minutes=21)
    response = nurse.post(f"{path}/{form}", {"version": "1", "draft_owner": owner, **sent})
    assert response.request.path == "/inloggen" and "Wat u typte, is bewaard" in nurse.page
    assert typed not in html.unescape(nurse.page)
    assert log_in_again(office, nurse) == path
    assert typed in html.unescape(nurse.page) and "nog niet opgeslagen" in nurse.page


@on_both
def test_the_draft_goes_once_it_is_saved_and_not_before(office: Office, nurse: Browser) -> None:
    signup, path, owner = opened(office, nurse)
    office.clock.forward(minutes=21)
    nurse.post(f"{path}/notitie", {"draft_owner": owner, "note": NOTE})
    log_in_again(office, nurse)
    nurse.post(f"{path}/stap", {"version": str(signup.version), "target": "called"})
    assert NOTE in nurse.page
    nurse.post(f"{path}/notitie", {"note": NOTE})
    assert [note.text for note in current(office, signup).notes] == [NOTE]
    assert count(office) == 0 and "nog niet opgeslagen" not in nurse.page


def test_a_draft_can_be_thrown_away(office: Office, nurse: Browser) -> None:
    _, path, owner = opened(office, nurse)
    office.clock.forward(minutes=21)
    nurse.post(f"{path}/notitie", {"draft_owner": owner, "note": NOTE})
    log_in_again(office, nurse)
    nurse.post(f"{path}/concept")
    assert NOTE not in nurse.page and count(office) == 0


def test_a_form_of_before_logging_in_anew_elsewhere_is_kept_too(office: Office, nurse: Browser) -> None:
    _, path, owner = opened(office, nurse)
    nurse.token = ""
    response = nurse.post(f"{path}/notitie", {"draft_owner": owner, "note": NOTE})
    assert response.request.path == path and NOTE in nurse.page and "nog niet opgeslagen" in nurse.page


def test_a_form_is_kept_when_another_tab_noticed_the_end_of_the_session_first(office: Office, nurse: Browser) -> None:
    _, path, owner = opened(office, nurse)
    old_token = nurse.token
    office.clock.forward(minutes=21)
    nurse.get("/aanmeldingen/", follow_redirects=True)
    nurse.token = old_token
    nurse.post(f"{path}/notitie", {"draft_owner": owner, "note": NOTE})
    assert log_in_again(office, nurse) == path and NOTE in nurse.page


def test_what_a_conflict_refused_is_still_there_after_leaving_the_page(office: Office, nurse: Browser) -> None:
    signup, path, owner = opened(office, nurse)
    step(office.first_log_in("bram"), signup, State.CALLED)
    form = {"version": str(signup.version), "draft_owner": owner, "target": "ineligible", "reason": "te ver weg"}
    assert nurse.post(f"{path}/stap", form).status_code == 409
    nurse.get("/aanmeldingen/")
    nurse.get(path)
    assert "te ver weg" in nurse.page and "nog niet opgeslagen" in nurse.page
    nurse.post(f"{path}/stap", {**form, "version": str(current(office, signup).version)})
    assert current(office, signup).state is State.INELIGIBLE and count(office) == 0


def test_only_whoever_typed_it_sees_it(office: Office, nurse: Browser) -> None:
    _, path, owner = opened(office, nurse)
    other = office.first_log_in("bram")
    office.clock.forward(minutes=21)
    nurse.post(f"{path}/notitie", {"draft_owner": owner, "note": NOTE})
    assert log_in_again(office, other, "bram") != path
    other.get(path)
    assert NOTE not in other.page


def test_nobody_else_can_leave_a_draft(office: Office, nurse: Browser) -> None:
    signup, path, owner = opened(office, nurse)
    stranger = office.browser()
    stranger.get("/inloggen")
    for wrong in ("", "x", "é", owner[:-4] + "AAA="):
        stranger.post(f"{path}/notitie", {"draft_owner": wrong, "note": NOTE})
    office.clock.forward(hours=25)
    stranger.post(f"{path}/notitie", {"draft_owner": owner, "note": NOTE})
    assert count(office) == 0
    nurse = office.log_in("anna")
    nurse.get(path)
    owner = owner_in(nurse)
    with session_scope(office.engine) as session:
        accounts.set_active(session, "anna", False, OPERATOR, office.clock())
    stranger.post(f"{path}/notitie", {"draft_owner": owner, "note": NOTE})
    assert count(office) == 0 and current(office, signup).notes == ()


@on_both
def test_a_draft_is_stored_sealed_and_erased_with_the_sign_up(office: Office, nurse: Browser) -> None:
    signup, path, owner = opened(office, nurse)
    office.clock.forward(minutes=21)
    nurse.post(f"{path}/notitie", {"draft_owner": owner, "note": NOTE})
    with office.engine.connect() as connection:
        assert NOTE not in str(connection.execute(text("SELECT * FROM drafts")).all())
    with session_scope(office.engine) as session:
        service.erase(session, signup.id, office.clock())
    assert count(office) == 0
    nurse.post(f"{path}/notitie", {"draft_owner": owner, "note": NOTE})
    assert count(office) == 0


def test_a_newer_draft_of_the_same_form_takes_the_place_of_the_older(office: Office, nurse: Browser) -> None:
    signup, path, owner = opened(office, nurse)
    office.clock.forward(minutes=21)
    for reason in ("eerst dit", "toch dat"):
        nurse.get("/inloggen")
        form = {"draft_owner": owner, "target": State.INELIGIBLE.value, "reason": reason}
        nurse.post(f"{path}/stap", form)
    assert count(office) == 1
    log_in_again(office, nurse)
    assert "toch dat" in nurse.page and current(office, signup).state is State.NEW
