"""Letters: filling them in, printing them, changing their texts."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.desk import letter_text
from bot.desk.letter_text import MAX_LENGTH, filled, letters, placeholders, problems
from bot.desk.letter_values import values
from bot.desk.roles import Role
from bot.desk.signup_page import criterion_rows
from bot.signups import triage
from tests.databases import on_both
from tests.unit.desk.office import OPERATOR, Browser, Office
from tests.unit.desk.test_drafts import owner_in
from tests.unit.signups.builders import NOW, answers

SUMMARY, REQUEST = letters()["summary"], letters()["records_request"]


@pytest.mark.parametrize("letter", letters().values(), ids=lambda letter: letter.id)
def test_the_letters_that_come_with_the_program_are_right_and_every_value_is_there(
    office: Office, letter: letter_text.Letter
) -> None:
    signup = office.submitted()
    given_values = values(signup, criterion_rows(signup, None), "anna", NOW)
    assert problems(letter, letter.body) == []
    assert set(given_values) == set(placeholders())
    assert "{" not in filled(letter.body, given_values)
    assert set(letter_text.example()) | letter_text.blocks() | {"vandaag"} == set(placeholders())


@pytest.mark.parametrize(("language", "told"), [("nl", "Nederlands"), ("en", "Engels")])
def test_the_sheet_to_call_with_tells_which_language_to_speak(office: Office, language: str, told: str) -> None:
    signup = office.submitted(language=language)
    assert f"Taal: {told}" in filled(SUMMARY.body, values(signup, criterion_rows(signup, None), "anna", NOW))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (" ", "leeg"),
        ("{naam} {code} {nam}", "{nam}"),
        ("{naam}", "ontbreekt: {code}"),
        ("{naam} {code} tekst {notities}", "eigen regel"),
        ("{naam} {code} }", "accolade"),
        ("{naam} {code} {}", "accolade"),
        ("{naam} {code} " + "a" * MAX_LENGTH, "te lang"),
    ],
)
def test_what_is_wrong_with_a_letter_is_told(body: str, told: str) -> None:
    assert any(told in problem for problem in problems(SUMMARY, body))


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_a_patient_typed_is_read_as_markup_and_all_of_it_is_in_the_letter(name: str, note: str) -> None:
    page = filled("# {naam}\n\n{notities}", {"naam": name, "notities": Markup("<p>{}</p>").format(note)})
    assert page == f"<h1>{html.escape(name, quote=False)}</h1>\n<p>{html.escape(note, quote=False)}</p>\n".replace(
        '"', "&#34;"
    ).replace("'", "&#39;")


def test_a_letter_may_hold_no_html_and_no_links() -> None:
    page = filled('<script>x</script> [klik](https://elders.example) <b a="{naam}">', {"naam": '"><img src=x>'})
    assert "<script" not in page and "<a" not in page and "<img" not in page and "<b" not in page


def test_the_summary_holds_everything_and_is_audited(office: Office, nurse: Browser) -> None:
    signup = office.submitted(name="Voorbeeld *Ster*", answers=answers(walking="unknown"))
    with office.session() as session:
        triage.add_note(session, OPERATOR, signup.id, "Belt liever {na} het werk", office.clock())
    nurse.get(f"/aanmeldingen/{signup.id}/brief/summary")
    page = html.unescape(nurse.page)
    for told in (signup.code, "Voorbeeld *Ster*", "3 april 1985", "eigen woorden over walking", "Belt liever {na}"):
        assert told in page
    assert ("anna", "signup.letter", f"signup:{signup.id}") in office.trail()
    assert nurse.get(f"/aanmeldingen/{signup.id}/brief/onzin").status_code == 404
    assert nurse.get("/aanmeldingen/999/brief/summary").status_code == 404


def test_no_letter_to_the_neurologist_without_consent(office: Office, nurse: Browser) -> None:
    signup = office.submitted(consent_records=False)
    nurse.get(f"/aanmeldingen/{signup.id}")
    assert "Brief aan de neuroloog" not in nurse.page
    assert nurse.get(f"/aanmeldingen/{signup.id}/brief/records_request").status_code == 409
    assert "geen toestemming" in nurse.page
    assert ("anna", "signup.letter", f"signup:{signup.id}") not in office.trail()


@on_both
def test_a_manager_changes_a_letter_looks_at_it_and_puts_the_first_text_back(office: Office) -> None:
    signup = office.submitted()
    nurse, manager = office.first_log_in("anna"), office.first_log_in("mia", Role.MANAGER)
    manager.get("/brieven/summary")
    body = SUMMARY.body + "\r\nMet groet van de poli."
    manager.post("/brieven/summary", {"shown": "0", "body": body, "show": "1"})
    assert "Voorbeeld Patiënt" in manager.page and manager.page.count("Met groet van de poli.") == 2
    nurse.get(f"/aanmeldingen/{signup.id}/brief/summary")
    assert "van de poli" not in nurse.page
    manager.post("/brieven/summary", {"shown": "0", "body": body})
    assert "De brief is opgeslagen" in manager.page and "Versie 1" in manager.page
    nurse.get(f"/aanmeldingen/{signup.id}/brief/summary")
    assert "van de poli" in nurse.page
    manager.post("/brieven/summary/terug", {"shown": "1", "number": "0"})
    nurse.get(f"/aanmeldingen/{signup.id}/brief/summary")
    assert "van de poli" not in nurse.page
    assert [action for actor, action, record in office.trail() if record == "letter:summary"] == ["letter.save"] * 2


def test_a_mistake_is_told_and_the_text_stands(office: Office) -> None:
    manager = office.first_log_in("mia", Role.MANAGER)
    assert manager.post("/brieven/summary", {"shown": "0", "body": "{naam} {onzin}"}).status_code == 400
    assert "{onzin}" in manager.page and "Fout:" in manager.page
    assert manager.post("/brieven/summary/terug", {"shown": "0", "number": "7"}).status_code == 400


def test_of_two_who_change_a_letter_the_second_is_told_and_loses_nothing(office: Office) -> None:
    first, second = office.first_log_in("mia", Role.MANAGER), office.first_log_in("ben", Role.ADMIN)
    for browser in (first, second):
        browser.get("/brieven/summary")
    first.post("/brieven/summary", {"shown": "0", "body": "{naam} {code} eerste"})
    assert second.post("/brieven/summary", {"shown": "0", "body": "{naam} {code} tweede"}).status_code == 409
    assert "tweede" in second.page and "Iemand anders heeft deze brief" in second.page
    second.post("/brieven/summary", {"shown": "1", "body": "{naam} {code} tweede"})
    assert "Versie 2" in second.page


def test_a_letter_in_the_making_survives_the_end_of_the_session(office: Office) -> None:
    manager = office.first_log_in("mia", Role.MANAGER)
    manager.get("/brieven/summary")
    owner = owner_in(manager)
    office.clock.forward(minutes=21)
    manager.post("/brieven/summary", {"shown": "0", "body": "{naam} {code} half af", "draft_owner": owner})
    manager = office.log_in("mia")
    manager.get("/brieven/summary")
    assert "half af" in manager.page and "nog niet opgeslagen" in manager.page
    manager.post("/brieven/summary", {"shown": "0", "body": "{naam} {code} af"})
    assert "nog niet opgeslagen" not in manager.page
