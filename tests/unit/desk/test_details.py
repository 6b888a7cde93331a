"""Contact details and consents at the desk: correcting them, and two nurses who do so at once."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.details_form import SHOWN, form_fields, stored_values
from bot.signups import audit_search
from bot.signups.records import IntakeDetails, SignUp
from bot.signups.validation import FIELDS
from bot.signups.workflow import State
from tests.databases import on_both
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.test_signups import current, rows, step
from tests.unit.signups.builders import details


def form_of(signup: SignUp, **changes: str) -> dict[str, str]:
    """What the browser sends when only these fields were changed; an empty consent is a box without a tick."""
    stored = stored_values(signup.details)
    values = {name: value for name, value in {**stored, **changes}.items() if value or name not in changes}
    ticked = {name: value for name, value in values.items() if value or not name.startswith("consent_")}
    return {"version": str(signup.version), **ticked, **{SHOWN + name: value for name, value in stored.items()}}


def send(browser: Browser, signup: SignUp, **changes: str) -> int:
    return browser.post(f"/aanmeldingen/{signup.id}/gegevens", form_of(signup, **changes)).status_code


def value(browser: Browser, name: str) -> str:
    return html.unescape(re.search(rf'id="d-{name}" name="{name}" value="([^"]*)"', browser.page)[1])  # type: ignore[index]


@on_both
def test_details_are_corrected_found_by_the_new_name_and_audited(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    nurse.get(f"/aanmeldingen/{signup.id}")
    assert value(nurse, "date_of_birth") == "3-4-1985"
    assert send(nurse, signup, name="Voorbeeld Nieuwenaam", phone="06 87654321", call_how="text_first") == 200
    changed = current(office, signup)
    assert (changed.details.name, changed.details.phone) == ("Voorbeeld Nieuwenaam", "+31687654321")
    assert changed.answers == signup.answers
    assert "naam, telefoonnummer, manier van bellen" in nurse.page
    assert ("anna", "signup.correct", f"signup:{signup.id}") in office.trail()
    nurse.post("/aanmeldingen/zoeken", {"naam": "nieuwenaam"})
    assert rows(nurse) == ["Voorbeeld Nieuwenaam"]


def test_a_consent_is_taken_back_and_given_and_both_can_be_traced(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    assert send(nurse, signup, consent_call="", consent_records="") == 200
    changed = current(office, signup)
    assert not changed.details.consent_call and not changed.details.consent_records
    assert "Niet bellen" in nurse.page and "toestemming om te bellen: nee" in nurse.page
    assert send(nurse, changed, consent_call="yes") == 200
    assert "toestemming om te bellen: ja" in nurse.page
    with office.session() as session:
        found = audit_search.search(session, record=f"signup:{signup.id}")
    told = [entry.details.get("consent_call") for entry in found if entry.action == "signup.correct"]
    assert told == ["yes", "no"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"phone": "12"}, "telefoonnummer klopt niet"),
        ({"name": " "}, "Vul uw voornaam"),
        ({"date_of_birth": "31-2-1984"}, "Deze dag bestaat niet"),
        ({"hospital": ""}, "bij welk ziekenhuis"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_the_rest_stands(
    office: Office, nurse: Browser, wrong: dict[str, str], told: str
) -> None:
    signup = office.submitted()
    assert send(nurse, signup, call_when="alleen 's avonds", **wrong) == 400
    assert told in html.unescape(nurse.page) and 'aria-invalid="true"' in nurse.page
    assert value(nurse, "call_when") == "alleen 's avonds"
    assert current(office, signup).details == signup.details


@on_both
def test_of_two_nurses_who_change_different_fields_neither_loses_anything(office: Office, nurse: Browser) -> None:
    second = office.first_log_in("bram")
    signup = office.submitted()
    send(nurse, signup, phone="06 87654321")
    assert send(second, signup, hospital="Ziekenhuis Elders") == 409
    assert "Iemand anders heeft" in second.page
    # The page holds both changes: the other's phone number and what was typed here.
    assert value(second, "phone") == "+31687654321" and value(second, "hospital") == "Ziekenhuis Elders"
    now = current(office, signup)
    assert now.details.hospital == signup.details.hospital
    send(second, now, hospital="Ziekenhuis Elders")
    assert current(office, signup).details.phone == "+31687654321"


def test_of_two_nurses_who_change_the_same_field_the_second_sees_both(office: Office, nurse: Browser) -> None:
    second = office.first_log_in("bram")
    signup = office.submitted()
    send(nurse, signup, call_when="op maandag")
    assert send(second, signup, call_when="op vrijdag") == 409
    assert value(second, "call_when") == "op vrijdag" and "veranderde dit intussen in: op maandag" in second.page


def test_a_reason_for_a_step_that_is_gone_can_still_be_copied(office: Office, nurse: Browser) -> None:
    second = office.first_log_in("bram")
    signup = office.submitted()
    step(nurse, signup, State.WITHDRAWN)
    assert step(second, signup, State.INELIGIBLE, reason="Woont in het buitenland") == 409
    assert "Woont in het buitenland" in second.page
    form = {"version": str(signup.version), "criterion": "walking", "option": "unknown", "words": "twijfelt toch"}
    assert second.post(f"/aanmeldingen/{signup.id}/antwoord", form).status_code == 409
    assert "twijfelt toch" in second.page
    assert send(second, signup, call_when="op vrijdag") == 409
    assert value(second, "call_when") == "op vrijdag"


def test_an_undo_of_what_another_changed_is_refused(office: Office, nurse: Browser) -> None:
    second = office.first_log_in("bram")
    signup = office.submitted()
    step(nurse, signup, State.CALLED)
    shown = current(office, signup)
    send(nurse, shown, call_when="op maandag")
    assert second.post(f"/aanmeldingen/{signup.id}/terug", {"version": str(shown.version)}).status_code == 409
    assert "Iemand anders heeft" in second.page and current(office, signup).state is State.CALLED


TEXTS = st.sampled_from(["", "a", "b", "c"])
FORMS = st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXTS))


def made(values: dict[str, str]) -> IntakeDetails:
    return details(**{**values, "date_of_birth": date(1985, 4, 3)})


@given(FORMS, FORMS, FORMS)
def test_merging_never_loses_what_either_of_the_two_changed(
    shown: dict[str, str], typed: dict[str, str], stored: dict[str, str]
) -> None:
    sent = {**typed, **{SHOWN + name: value for name, value in shown.items()}}
    for field in form_fields(made(stored), sent):
        mine, before, now = typed[field.name], shown[field.name], field.stored
        assert field.value == (now if mine == before else mine)
        # Where both changed it, to different values, both are shown.
        assert field.differs == (mine != before and now not in (before, mine))
