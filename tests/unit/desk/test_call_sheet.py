"""The call sheet: every criterion on one page, what the verdict becomes, and all of it saved at once."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from bot.database import session_scope
from bot.desk.roles import Role
from bot.knowledge import files, store
from bot.settings import ROOT
from bot.signups import service
from bot.signups.records import SignUp
from bot.signups.workflow import State
from tests.databases import on_both
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.test_signups import current, step
from tests.unit.signups.builders import answers


def opened(office: Office, browser: Browser, **outcomes: str) -> tuple[SignUp, str, dict[str, str]]:
    """A sign-up with its call sheet open: the address, and the form as it stands there."""
    signup = office.submitted(answers=in_options(office, **outcomes))
    path = f"/aanmeldingen/{signup.id}/bellen"
    assert browser.get(path).status_code == 200
    return signup, path, form_of(browser.page)


def in_options(office: Office, **outcomes: str) -> dict[str, dict[str, str]]:
    """Answers with options that the trial has."""
    given = answers(**outcomes)
    for criterion in office.app.extensions["desk"].study.trial().criteria:
        outcome = given[criterion.id]["outcome"]
        fitting = (option.id for option in criterion.options if option.outcome.value == outcome)
        given[criterion.id]["option"] = next(fitting)
    return given


def form_of(page: str) -> dict[str, str]:
    """Everything that the form would send, without its buttons."""
    form = page.split('id="belblad"')[1].split("</form>")[0]
    found = re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form)
    for name, inside in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside) or re.search(r'value="([^"]*)"', inside)
        found.append((name, chosen[1] if chosen else ""))
    return {name: html.unescape(value) for name, value in found if name != "csrf_token"}


def option(browser: Browser, criterion: str, place: int) -> str:
    inside = browser.page.split(f'id="option-{criterion}"')[1].split("</select>")[0]
    return [value for value in re.findall(r'value="(\w*)"', inside) if value][place]


def test_the_sheet_has_every_question_with_what_is_not_known_first(office: Office, nurse: Browser) -> None:
    signup, path, form = opened(office, nurse, walking="unknown")
    asked = re.findall(r'id="vraag-(\w+)"', nurse.page)
    assert asked[0] == "walking" and sorted(asked) == sorted(signup.answers)
    assert "Kunt u ongeveer 100 meter lopen" in nurse.page and signup.details.phone in nurse.page
    assert ("anna", "signup.look", f"signup:{signup.id}") in office.trail()
    nurse.get(f"/aanmeldingen/{signup.id}")
    assert f'href="{path}"' in nurse.page and form["version"] == str(signup.version)


def test_the_verdict_is_told_before_anything_is_saved(office: Office, nurse: Browser) -> None:
    signup, path, form = opened(office, nurse, walking="unknown")
    yes, no = option(nurse, "walking", 0), option(nurse, "walking", 1)
    for chosen, told in ((yes, "Lijkt te passen"), (no, "Past niet")):
        nurse.post(path, {**form, "option-walking": chosen, "show": "1"})
        bar = nurse.page.split('id="uitkomst"')[1]
        assert told in bar and "Dat verandert" in bar and "Navragen" in bar
        assert form_of(nurse.page)["option-walking"] == chosen
        trail = office.trail()
        # What the script asks for while somebody chooses reads nobody's data.
        nurse.post(f"{path}/uitkomst", {**form, "option-walking": chosen})
        assert told in nurse.page and office.trail() == trail
    assert current(office, signup).version == signup.version


@on_both
def test_all_answers_are_saved_together_and_the_timeline_tells_which_changed(office: Office, nurse: Browser) -> None:
    signup, path, form = opened(office, nurse, walking="unknown", age="unknown")
    first = {**form, "option-walking": option(nurse, "walking", 0), "words-walking": "nog 300 meter"}
    first |= {"option-age": option(nurse, "age", 0)}
    nurse.post(path, first)
    changed = current(office, signup)
    assert changed.version == signup.version + 1 and changed.answers["walking"]["words"] == "nog 300 meter"
    assert {changed.answers[name]["outcome"] for name in ("walking", "age")} == {"met"}
    assert "De uitkomst is nu: Lijkt te passen. Eerst was die: Navragen." in nurse.page
    told = nurse.page.split('id="verloop-kop"')[1]
    assert "lopen: Weet ik niet → " in told and "leeftijd: Weet ik niet → " in told
    assert "Uitkomst: Navragen → Lijkt te passen" in told


def test_nothing_changed_is_told_and_an_answer_that_is_not_there_refused(office: Office, nurse: Browser) -> None:
    signup, path, form = opened(office, nurse)
    nurse.post(path, form)
    assert "Er is niets veranderd" in nurse.page
    assert nurse.post(path, {**form, "option-age": "onzin"}).status_code == 400
    assert nurse.post(path, {}).status_code == 400
    assert current(office, signup).version == signup.version


def test_of_two_nurses_on_one_sheet_neither_loses_an_answer(office: Office, nurse: Browser) -> None:
    second = office.first_log_in("bram")
    signup, path, form = opened(office, nurse, walking="unknown", age="unknown", randomisation="unknown")
    second.get(path)
    yes = option(nurse, "age", 0)
    nurse.post(path, {**form, "option-age": yes, "option-randomisation": "yes", "words-randomisation": "prima"})
    mine = {**form_of(second.page), "option-walking": option(second, "walking", 0), "option-randomisation": "no"}
    assert second.post(path, mine).status_code == 409
    assert "Iemand anders heeft" in second.page and "Een collega veranderde dit intussen in: " in second.page
    merged = form_of(second.page)
    assert (merged["option-age"], merged["option-walking"]) == (yes, mine["option-walking"])
    assert merged["option-randomisation"] == "no" and "prima" in second.page
    assert form_of(second.get(path).get_data(as_text=True))["option-walking"] == mine["option-walking"]
    assert second.post(path, merged).status_code == 200
    outcomes = {name: answer["outcome"] for name, answer in current(office, signup).answers.items()}
    assert (outcomes["age"], outcomes["walking"], outcomes["randomisation"]) == ("met", "met", "not_met")


def test_a_question_that_was_never_answered_is_not_answered_by_saving(office: Office, nurse: Browser) -> None:
    given = answers()
    del given["walking"]
    signup = office.submitted(answers=given)
    path = f"/aanmeldingen/{signup.id}/bellen"
    nurse.get(path)
    form = form_of(nurse.page)
    assert form["option-walking"] == ""
    nurse.post(path, {**form, "option-age": "unknown"})
    assert "walking" not in current(office, signup).answers


def test_there_is_no_sheet_of_who_withdrew_or_is_gone(office: Office, nurse: Browser) -> None:
    signup, path, form = opened(office, nurse)
    step(nurse, signup, State.WITHDRAWN)
    assert "Belblad" not in nurse.page
    assert nurse.get(path).status_code == 303
    assert (
        nurse.post(path, {**form, "version": str(current(office, signup).version), "option-age": "unknown"}).status_code
        == 409
    )
    with session_scope(office.engine) as session:
        service.erase(session, signup.id, office.clock())
    assert nurse.get(path).status_code == 404 and nurse.post(path, form).status_code == 404


@pytest.mark.parametrize("path", ["", "/bellen"])
def test_each_criterion_is_shown_with_its_source(office: Office, nurse: Browser, path: str) -> None:
    with session_scope(office.engine) as session:
        store.import_files(session, files.load(Path(ROOT) / "data"), office.clock())
    signup = office.submitted(answers=answers(walking="unknown"))
    nurse.get(f"/aanmeldingen/{signup.id}{path}")
    assert nurse.page.count("Bron: ") >= len(signup.answers)
    assert "Q&amp;A Studie stamceltherapie bij MS in Nederland" in nurse.page and "<q lang=" in nurse.page


def test_the_timeline_tells_of_places_and_notes(office: Office, nurse: Browser) -> None:
    manager = office.first_log_in("mara", Role.MANAGER)
    manager.get("/capaciteit/")
    manager.post("/capaciteit/plekken", {"2027-1-least": "1", "2027-1-most": "1"})
    signup = office.submitted()
    nurse.get("/capaciteit/")
    nurse.post("/capaciteit/plannen", {"code": signup.code, "quarter": "2027-1"})
    nurse.post("/capaciteit/weghalen", {"signup": str(signup.id), "quarter": "2027-1"})
    nurse.post(f"/aanmeldingen/{signup.id}/notitie", {"note": "Belt terug"})
    told = nurse.page.split('id="verloop-kop"')[1]
    for words in ("Plek gegeven", "1e kwartaal van 2027", "Plek weggehaald", "Notitie geschreven"):
        assert words in told


def test_a_step_that_lacks_consent_has_no_button(office: Office, nurse: Browser) -> None:
    signup = office.submitted(consent_records=False)
    step(nurse, signup, State.CALLED)
    assert 'value="records_requested"' not in nurse.page and "geen toestemming" in nurse.page
