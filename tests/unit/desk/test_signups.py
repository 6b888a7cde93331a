"""The nurse's list and the page of one sign-up."""

from __future__ import annotations

import html
import re

import pytest

from bot.database import session_scope
from bot.desk.roles import Role
from bot.signups import audit, service
from bot.signups.records import SignUp
from bot.signups.workflow import State
from tests.databases import on_both
from tests.unit.desk.office import Browser, Office
from tests.unit.signups.builders import answers


def rows(browser: Browser) -> list[str]:
    """The names in the list, from top to bottom."""
    body = browser.page.split("<tbody>")[1] if "<tbody>" in browser.page else ""
    return [html.unescape(name) for name in re.findall(r'scope="row"><a [^>]*>([^<]+)<', body)]


def current(office: Office, signup: SignUp) -> SignUp:
    with session_scope(office.engine) as session:
        return service.get(session, signup.id, audit.SYSTEM, audit.Purpose.TRIAGE, office.clock())


def step(browser: Browser, signup: SignUp, target: State, **form: str) -> int:
    values = {"version": str(signup.version), "target": target.value, **form}
    return browser.post(f"/aanmeldingen/{signup.id}/stap", values).status_code


def test_who_wrote_english_is_told_apart_in_the_list_and_on_the_page(office: Office, nurse: Browser) -> None:
    dutch, english = office.submitted(name="Anna Voorbeeld"), office.submitted(name="Bea Example", language="en")
    nurse.get("/aanmeldingen/")
    assert nurse.page.count('<span class="tag">Engels</span>') == 1
    for signup, tags in ((dutch, 0), (english, 1)):
        nurse.get(f"/aanmeldingen/{signup.id}")
        assert nurse.page.count('<span class="tag">Engels</span>') == tags
        assert f"<dt>Taal</dt><dd>{'Engels' if tags else 'Nederlands'}</dd>" in nurse.page


def test_the_list_shows_doubts_first_with_what_is_unknown_and_what_to_do(office: Office, nurse: Browser) -> None:
    office.submitted(name="Zeker Eerste")
    office.clock.forward(minutes=5)
    office.submitted(name="Twijfel Tweede", answers=answers(walking="unknown"))
    nurse.get("/aanmeldingen/")
    assert rows(nurse) == ["Twijfel Tweede", "Zeker Eerste"]
    assert "lopen" in nurse.page and "Bellen" in nurse.page and "Navragen" in nurse.page
    nurse.get("/aanmeldingen/?twijfel=1")
    assert rows(nurse) == ["Twijfel Tweede"]


def test_the_list_is_limited_by_state_and_leaves_out_what_is_finished(office: Office, nurse: Browser) -> None:
    done, new = office.submitted(name="Klaar Mee"), office.submitted(name="Nog Open")
    step(nurse, done, State.WITHDRAWN)
    nurse.get("/aanmeldingen/")
    assert rows(nurse) == [new.details.name]
    nurse.get("/aanmeldingen/?staat=withdrawn")
    assert rows(nurse) == [done.details.name]
    nurse.get("/aanmeldingen/?staat=alle")
    assert len(rows(nurse)) == 2


def test_a_long_list_is_shown_in_pages(office: Office, nurse: Browser) -> None:
    for number in range(51):
        office.submitted(name=f"Persoon {'abcdefghijklmnopqrstuvwxyz'[number % 26]}")
    nurse.get("/aanmeldingen/")
    assert len(rows(nurse)) == 50 and 'rel="next"' in nurse.page
    nurse.get("/aanmeldingen/?pagina=2")
    assert len(rows(nurse)) == 1 and 'rel="prev"' in nurse.page


def test_waiting_counts_from_signing_up_in_days_of_the_calendar(office: Office, nurse: Browser) -> None:
    office.clock.moment = office.clock.moment.replace(hour=22, minute=30)  # Half past eleven at night at the hospital.
    waiting, closed = office.submitted(), office.submitted()
    office.clock.forward(hours=10)
    nurse = office.log_in("anna")
    step(nurse, waiting, State.CALLED)
    step(nurse, closed, State.WITHDRAWN)
    nurse.get("/aanmeldingen/?staat=alle")
    told = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in nurse.page.split("<tr>")[2:]]
    assert any("Gebeld sinds vandaag" in row and row.split("</table>")[0].endswith("1 dag") for row in told), told
    assert any("Ingetrokken sinds vandaag" in row and "dag dag" not in row and "1 dag" not in row for row in told), told


def test_the_counts_are_of_doubts_where_the_list_is(office: Office, nurse: Browser) -> None:
    office.submitted()
    office.submitted(answers=answers(walking="unknown"))
    for more, count in (("", 2), ("&twijfel=1", 1)):
        nurse.get(f"/aanmeldingen/?staat=new{more}")
        assert f'aria-current="true">Nieuw <span class="count">{count}</span>' in nurse.page


def test_a_code_is_searched_too(office: Office, nurse: Browser) -> None:
    wanted, _ = office.submitted(name="Met Code"), office.submitted(name="Iemand Anders")
    nurse.post("/aanmeldingen/zoeken", {"naam": wanted.code.lower()})
    assert rows(nurse) == ["Met Code"]


def test_searching_by_name_keeps_the_name_out_of_the_address(office: Office, nurse: Browser) -> None:
    office.submitted(name="José de Vries")
    office.submitted(name="Iemand Anders")
    nurse.get("/aanmeldingen/")
    response = nurse.post("/aanmeldingen/zoeken", {"naam": "jose"})
    assert rows(nurse) == ["José de Vries"]
    assert "jose" not in response.request.url
    nurse.post("/aanmeldingen/zoeken", {"naam": "niemand"})
    assert rows(nurse) == []
    nurse.post("/aanmeldingen/zoeken", {"naam": " "})
    assert len(rows(nurse)) == 2


def test_one_page_shows_everything_about_a_sign_up(office: Office, nurse: Browser) -> None:
    signup = office.submitted(answers=answers(walking="unknown"))
    nurse.get(f"/aanmeldingen/{signup.id}")
    details = signup.details
    for shown in (signup.code, details.name, details.phone, details.email, details.call_when, details.hospital):
        assert html.escape(shown) in nurse.page
    assert "3 april 1985" in nurse.page
    assert "eigen woorden over walking" in nurse.page
    assert "Aangemeld" in nurse.page
    assert ("anna", "signup.look", f"signup:{signup.id}") in office.trail()


def test_what_a_patient_typed_is_shown_as_text_and_not_run(office: Office, nurse: Browser) -> None:
    nasty = answers()
    nasty["age"]["words"] = "<script>alert(1)</script>"
    signup = office.submitted(answers=nasty, call_when="<img src=x onerror=alert(1)>")
    nurse.get(f"/aanmeldingen/{signup.id}")
    assert "<script>" not in nurse.page and "<img" not in nurse.page
    assert "&lt;script&gt;" in nurse.page


def test_a_step_is_taken_and_taken_back(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    assert step(nurse, signup, State.CALLED) == 200
    assert "De aanmelding is nu: Gebeld" in nurse.page and "Draai de laatste stap terug" in nurse.page
    version = str(current(office, signup).version)
    nurse.post(f"/aanmeldingen/{signup.id}/terug", {"version": version})
    assert current(office, signup).state is State.NEW
    actions = [
        action for actor, action, record in office.trail() if record == f"signup:{signup.id}" and actor == "anna"
    ]
    assert actions == ["signup.transition", "signup.look", "signup.undo", "signup.look"]


def test_taking_back_too_late_is_refused(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    step(nurse, signup, State.CALLED)
    office.clock.forward(minutes=11)
    nurse.get(f"/aanmeldingen/{signup.id}")
    assert "Draai de laatste stap terug" not in nurse.page
    version = str(current(office, signup).version)
    assert nurse.post(f"/aanmeldingen/{signup.id}/terug", {"version": version}).status_code == 409


def test_only_steps_the_workflow_allows_are_shown_with_what_they_ask_for(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    nurse.get(f"/aanmeldingen/{signup.id}")
    offered = re.findall(r'name="target" value="(\w+)"', nurse.page)
    assert offered == ["called", "ineligible", "second_line_advised", "withdrawn"]
    assert 'id="reason-ineligible"' in nurse.page
    step(nurse, signup, State.WITHDRAWN)
    assert 'name="target"' not in nurse.page


def test_an_invitation_needs_its_date_and_a_refusal_its_reason(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    for target in (State.CALLED, State.RECORDS_REQUESTED, State.RECORDS_REVIEWED):
        assert step(nurse, current(office, signup), target) == 200
    now = current(office, signup)
    assert step(nurse, now, State.INVITED) == 400 and "Vul een datum in" in nurse.page
    assert step(nurse, now, State.INVITED, on="morgen") == 400 and "Deze datum kunnen wij niet lezen" in nurse.page
    assert step(nurse, now, State.INVITED, on="3-12-1926") == 400
    assert step(nurse, now, State.INELIGIBLE, reason=" ") == 400 and "Vul een reden in" in nurse.page
    assert step(nurse, now, State.INVITED, on="2026-12-03") == 200 and "op 2026-12-03" in nurse.page
    assert current(office, signup).state is State.INVITED


def test_records_are_not_requested_without_consent(office: Office, nurse: Browser) -> None:
    signup = office.submitted(consent_records=False)
    step(nurse, signup, State.CALLED)
    assert step(nurse, current(office, signup), State.RECORDS_REQUESTED) == 400
    assert "geen toestemming" in nurse.page


@pytest.mark.parametrize(("target", "status"), [("included", 409), ("onzin", 400), ("", 400)])
def test_a_step_that_does_not_exist_is_refused(office: Office, nurse: Browser, target: str, status: int) -> None:
    signup = office.submitted()
    form = {"version": str(signup.version), "target": target}
    assert nurse.post(f"/aanmeldingen/{signup.id}/stap", form).status_code == status
    assert current(office, signup).state is State.NEW


def test_of_two_nurses_at_once_the_second_is_told_and_loses_nothing(office: Office, nurse: Browser) -> None:
    second = office.first_log_in("bram")
    signup = office.submitted()
    step(nurse, signup, State.CALLED)
    assert step(second, signup, State.INELIGIBLE, reason="Woont in het buitenland") == 409
    assert "Iemand anders heeft" in second.page and "Woont in het buitenland" in second.page
    assert current(office, signup).state is State.CALLED


def test_a_note_is_kept_with_its_author(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    nurse.post(f"/aanmeldingen/{signup.id}/notitie", {"note": "Belt liever\nna het werk"})
    assert "Belt liever\nna het werk" in nurse.page and "anna" in nurse.page
    assert nurse.post(f"/aanmeldingen/{signup.id}/notitie", {"note": " "}).status_code == 400
    long = "a" * 5001
    assert nurse.post(f"/aanmeldingen/{signup.id}/notitie", {"note": long}).status_code == 400
    assert long in nurse.page


def test_a_corrected_answer_changes_the_verdict_and_shows_what_was_said_first(office: Office, nurse: Browser) -> None:
    signup = office.submitted(answers=answers(walking="unknown"))
    form = {"version": str(signup.version), "criterion": "walking", "words": "nog 200 meter"}
    nurse.get(f"/aanmeldingen/{signup.id}")
    options = re.findall(r'value="(\w+)"', nurse.page.split('id="option-walking"')[1].split("</select>")[0])
    nurse.post(f"/aanmeldingen/{signup.id}/antwoord", {**form, "option": options[0]})
    changed = current(office, signup)
    assert changed.answers["walking"] == {"option": options[0], "outcome": "met", "words": "nog 200 meter"}
    assert changed.first_answers["walking"]["outcome"] == "unknown"
    assert "De uitkomst is nu: Lijkt te passen" in nurse.page and "In de chat was het antwoord" in nurse.page
    again = {**form, "option": options[0], "version": str(changed.version)}
    nurse.post(f"/aanmeldingen/{signup.id}/antwoord", again)
    assert "Er is niets veranderd" in nurse.page


@pytest.mark.parametrize("wrong", [{"option": "onzin"}, {"criterion": "onzin"}, {"option": ""}])
def test_an_answer_the_trial_does_not_have_is_refused(office: Office, nurse: Browser, wrong: dict[str, str]) -> None:
    signup = office.submitted()
    form = {"version": str(signup.version), "criterion": "walking", "option": "unknown", **wrong}
    assert nurse.post(f"/aanmeldingen/{signup.id}/antwoord", form).status_code == 400
    assert current(office, signup).answers == signup.answers


def test_an_answer_to_an_old_version_is_refused(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    step(nurse, signup, State.CALLED)
    form = {"version": str(signup.version), "criterion": "walking", "option": "unknown", "words": "twijfelt toch"}
    assert nurse.post(f"/aanmeldingen/{signup.id}/antwoord", form).status_code == 409
    assert "twijfelt toch" in nurse.page


def test_an_erased_sign_up_is_gone_from_list_and_page(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    with session_scope(office.engine) as session:
        service.erase(session, signup.id, office.clock())
    nurse.get("/aanmeldingen/?staat=alle")
    assert rows(nurse) == []
    assert nurse.get(f"/aanmeldingen/{signup.id}").status_code == 404


def test_somebody_who_withdrew_consent_is_not_offered_for_calling(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    with session_scope(office.engine) as session:
        service.withdraw(session, signup.id, office.clock())
    nurse.get(f"/aanmeldingen/{signup.id}")
    assert "tel:" not in nurse.page and "Niet bellen" in nurse.page


def test_a_sign_up_for_another_trial_is_shown_without_that_trials_words(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    with office.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE signups SET trial = 'ander'")
    assert nurse.get(f"/aanmeldingen/{signup.id}").status_code == 200
    assert "eigen woorden over walking" in nurse.page


@on_both
def test_the_officer_finds_who_saw_a_patient_and_checks_the_trail(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    nurse.get("/aanmeldingen/")
    nurse.get(f"/aanmeldingen/{signup.id}")
    officer = office.first_log_in("olga", Role.ADMIN)
    officer.get(f"/logboek?over=signup:{signup.id}")
    body = officer.page.split("<tbody>")[1]
    assert body.count("<tr>") == 3 and "in de lijst gezien" in body and "verpleegkundige" in body
    assert signup.details.name not in officer.page
    officer.get("/logboek?door=anna")
    assert "olga" not in officer.page.split("<tbody>")[1]
    officer.post("/logboek/controle")
    assert "Het logboek is heel" in officer.page
    with office.engine.begin() as connection:
        postgres = connection.dialect.name == "postgresql"
        trigger = "audit_trail_append_only ON audit_trail" if postgres else "audit_trail_no_update"
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql("UPDATE audit_trail SET actor = 'niemand' WHERE sequence = 2")
    officer.get("/logboek")
    officer.post("/logboek/controle")
    assert "Regel 2 is veranderd" in officer.page
