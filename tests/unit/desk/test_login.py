"""Logging in with two factors, locking, expiring and logging out."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from bot.database import session_scope
from bot.desk import accounts
from bot.desk.roles import Role
from bot.desk.tables import StaffRow
from tests.unit.desk.office import OPERATOR, PASSWORD, Browser, Office, unguessed


def is_in(browser: Browser) -> bool:
    return browser.get("/", follow_redirects=True).request.path != "/inloggen"


def first_step(office: Office, name: str, password: str) -> TestResponse:
    browser = office.browser()
    browser.get("/inloggen")
    return browser.post("/inloggen", {"name": name, "password": password})


def failures(office: Office) -> list[str]:
    return [record for _, action, record in office.trail() if action == "staff.login_failed"]


def test_the_first_time_asks_a_new_password_and_sets_up_the_second_factor(office: Office) -> None:
    first = office.add("anna")
    browser = office.browser()
    browser.get("/inloggen")
    assert browser.post("/inloggen", {"name": " Anna ", "password": first}).request.path == "/inloggen/wachtwoord"
    assert not is_in(browser)
    browser.get("/inloggen/wachtwoord")
    after = browser.post("/inloggen/wachtwoord", {"password": PASSWORD, "again": PASSWORD})
    assert after.request.path == "/inloggen/instellen"
    assert "<svg" in browser.page and not is_in(browser)
    browser.get("/inloggen/instellen")
    secret = re.sub(r"\s", "", re.search(r'class="secret">([A-Z2-7 ]+)<', browser.page)[1])  # type: ignore[index]
    with session_scope(office.engine) as session:
        assert session.execute(select(StaffRow.totp_secret)).scalar_one() == secret
    browser.post("/inloggen/instellen", {"code": office.code("anna")})
    assert is_in(browser)
    assert [action for actor, action, _ in office.trail() if actor == "anna"][:2] == ["staff.password", "staff.login"]


def test_the_first_password_works_only_until_it_is_changed(office: Office) -> None:
    first = office.add("anna")
    browser = office.browser()
    browser.get("/inloggen")
    browser.post("/inloggen", {"name": "anna", "password": first})
    browser.post("/inloggen/wachtwoord", {"password": PASSWORD, "again": PASSWORD})
    other = office.browser()
    other.get("/inloggen")
    assert other.post("/inloggen", {"name": "anna", "password": first}).status_code == 401


@pytest.mark.parametrize(
    ("new", "again"),
    [
        ("kort", "kort"),
        ("hallo-dit-is-anna", "hallo-dit-is-anna"),
        ("stamcelwijzer2026", "stamcelwijzer2026"),
        ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa"),
        ("wachtwoord2026", "wachtwoord2026"),
        ("qwertyuiopasdf", "qwertyuiopasdf"),
        (PASSWORD, PASSWORD + "x"),
        ("x y " * 60, "x y " * 60),
    ],
)
def test_a_weak_or_differing_new_password_is_refused(office: Office, new: str, again: str) -> None:
    first = office.add("anna")
    browser = office.browser()
    browser.get("/inloggen")
    browser.post("/inloggen", {"name": "anna", "password": first})
    response = browser.post("/inloggen/wachtwoord", {"password": new, "again": again})
    assert response.status_code == 400 and 'role="alert"' in browser.page


def test_the_first_password_works_for_a_week(office: Office) -> None:
    first = {name: office.add(name) for name in ("anna", "bram")}
    office.clock.forward(days=6, hours=23)
    assert first_step(office, "anna", first["anna"]).request.path == "/inloggen/wachtwoord"
    office.clock.forward(hours=1)
    assert first_step(office, "bram", first["bram"]).status_code == 401
    with office.session() as session:
        again = accounts.reset(session, "bram", OPERATOR, office.clock())
    assert first_step(office, "bram", again).request.path == "/inloggen/wachtwoord"


def test_a_password_that_somebody_chose_does_not_end(office: Office, nurse: Browser) -> None:
    office.clock.forward(days=400)
    assert is_in(office.log_in("anna"))


def test_the_first_password_cannot_be_chosen_again(office: Office) -> None:
    first = office.add("anna")
    browser = office.browser()
    browser.get("/inloggen")
    browser.post("/inloggen", {"name": "anna", "password": first})
    assert browser.post("/inloggen/wachtwoord", {"password": first, "again": first}).status_code == 400


def test_later_the_password_and_a_code_are_asked_for(office: Office, nurse: Browser) -> None:
    assert is_in(office.log_in("anna"))


def test_a_password_without_the_second_factor_opens_nothing(office: Office, nurse: Browser) -> None:
    browser = office.browser()
    browser.get("/inloggen")
    browser.post("/inloggen", {"name": "anna", "password": PASSWORD})
    assert not is_in(browser)
    assert browser.post("/inloggen/code", {"code": "000000"}).status_code == 401
    assert not is_in(browser)


def test_the_second_factor_cannot_be_set_up_again_by_who_only_knows_the_password(
    office: Office, nurse: Browser
) -> None:
    browser = office.browser()
    browser.get("/inloggen")
    browser.post("/inloggen", {"name": "anna", "password": PASSWORD})
    assert browser.get("/inloggen/instellen").status_code == 303
    assert browser.get("/inloggen/wachtwoord").status_code == 303
    assert "<svg" not in browser.page


def test_a_code_works_only_once(office: Office, nurse: Browser) -> None:
    office.clock.forward(seconds=60)
    code = office.code("anna")
    for status in (200, 401):
        browser = office.browser()
        browser.get("/inloggen")
        browser.post("/inloggen", {"name": "anna", "password": PASSWORD})
        assert browser.post("/inloggen/code", {"code": code}).status_code == status


def test_a_code_of_a_clock_that_is_half_a_minute_off_works_but_an_older_one_does_not(
    office: Office, nurse: Browser
) -> None:
    office.clock.forward(minutes=5)
    code = office.code("anna")
    office.clock.forward(seconds=90)
    browser = office.browser()
    browser.get("/inloggen")
    browser.post("/inloggen", {"name": "anna", "password": PASSWORD})
    assert browser.post("/inloggen/code", {"code": code}).status_code == 401
    code = office.code("anna")
    office.clock.forward(seconds=30)
    assert browser.post("/inloggen/code", {"code": f" {code[:3]} {code[3:]} "}).status_code == 200


def test_the_time_between_password_and_code_is_limited(office: Office, nurse: Browser) -> None:
    browser = office.browser()
    browser.get("/inloggen")
    browser.post("/inloggen", {"name": "anna", "password": PASSWORD})
    office.clock.forward(minutes=11)
    assert browser.post("/inloggen/code", {"code": office.code("anna")}).request.path == "/inloggen"


def test_after_five_failures_even_the_right_password_waits_a_quarter_of_an_hour(office: Office, nurse: Browser) -> None:
    browser = office.browser()
    browser.get("/inloggen")
    for _ in range(5):
        assert browser.post("/inloggen", {"name": "anna", "password": unguessed()}).status_code == 401
    assert browser.post("/inloggen", {"name": "anna", "password": PASSWORD}).status_code == 401
    office.clock.forward(minutes=16)
    assert is_in(office.log_in("anna"))
    assert len(failures(office)) == 6


def test_nobody_shuts_out_a_colleague_from_the_browser_they_work_in(office: Office, nurse: Browser) -> None:
    nurse.post("/uitloggen")
    for _ in range(3):
        for _ in range(6):
            assert first_step(office, "anna", unguessed()).status_code == 401
        office.clock.forward(minutes=1)
        # Elsewhere the right password waits, here it does not.
        assert first_step(office, "anna", PASSWORD).status_code == 401
        nurse.get("/inloggen")
        assert nurse.post("/inloggen", {"name": "anna", "password": PASSWORD}).request.path == "/inloggen/code"
        assert nurse.post("/inloggen/code", {"code": office.code("anna")}).status_code == 200 and is_in(nurse)
        assert first_step(office, "anna", PASSWORD).status_code == 401
        nurse.post("/uitloggen")


def test_a_known_browser_is_locked_by_its_own_failures_and_known_for_one_account(
    office: Office, nurse: Browser
) -> None:
    office.first_log_in("bram")
    nurse.post("/uitloggen")
    nurse.get("/inloggen")
    for name in ("anna", "bram"):
        for _ in range(5):
            nurse.post("/inloggen", {"name": name, "password": unguessed()})
        assert nurse.post("/inloggen", {"name": name, "password": PASSWORD}).status_code == 401
    # The other account is locked as from any browser, this one only here.
    assert first_step(office, "bram", PASSWORD).status_code == 401
    assert first_step(office, "anna", PASSWORD).request.path == "/inloggen/code"


@pytest.mark.parametrize("end", ["reset", "time"])
def test_a_browser_is_not_known_for_ever(office: Office, nurse: Browser, end: str) -> None:
    nurse.post("/uitloggen")
    if end == "time":
        office.clock.forward(days=91)
    else:
        with office.session() as session:
            accounts.reset(session, "anna", OPERATOR, office.clock(), PASSWORD)
    for _ in range(5):
        first_step(office, "anna", unguessed())
    nurse.get("/inloggen")
    assert nurse.post("/inloggen", {"name": "anna", "password": PASSWORD}).status_code == 401


def test_guessing_codes_locks_the_account_too(office: Office, nurse: Browser) -> None:
    office.clock.forward(seconds=60)
    browser = office.browser()
    browser.get("/inloggen")
    browser.post("/inloggen", {"name": "anna", "password": PASSWORD})
    for _ in range(5):
        assert browser.post("/inloggen/code", {"code": "000000"}).status_code == 401
    assert browser.post("/inloggen/code", {"code": office.code("anna")}).status_code == 401


def test_an_unknown_name_gets_the_same_answer_and_is_not_kept(office: Office, nurse: Browser) -> None:
    answers = []
    for name in ("anna", "geheim-wachtwoord"):
        browser = office.browser()
        browser.get("/inloggen")
        response = browser.post("/inloggen", {"name": name, "password": unguessed()})
        answers.append((response.status_code, re.sub(r'value="[^"]*"', "", browser.page)))
    assert answers[0] == answers[1]
    assert failures(office) == ["staff:anna", "staff:none"]
    assert all("geheim" not in str(entry) for entry in office.trail())


def test_a_session_ends_without_activity_and_lasts_while_there_is(office: Office, nurse: Browser) -> None:
    for _ in range(5):
        office.clock.forward(minutes=19)
        assert is_in(nurse)
    office.clock.forward(minutes=21)
    assert not is_in(nurse)
    assert "Log opnieuw in" in nurse.page


def test_a_session_ends_after_a_working_day_whatever_happens(office: Office, nurse: Browser) -> None:
    for _ in range(39):
        office.clock.forward(minutes=15)
        assert is_in(nurse)
    office.clock.forward(minutes=16)
    assert not is_in(nurse)


def test_logging_out_makes_a_copied_cookie_worthless(office: Office, nurse: Browser) -> None:
    nurse.get("/aanmeldingen/")
    copied = nurse.client.get_cookie("stamcelwijzer-desk")
    assert copied is not None
    nurse.post("/uitloggen")
    thief = office.browser()
    thief.client.set_cookie("stamcelwijzer-desk", copied.value)
    assert not is_in(thief)


@pytest.mark.parametrize("change", ["reset", "block", "role"])
def test_a_change_of_the_account_ends_its_sessions(office: Office, nurse: Browser, change: str) -> None:
    with session_scope(office.engine) as session:
        if change == "reset":
            accounts.reset(session, "anna", OPERATOR, office.clock())
        elif change == "block":
            accounts.set_active(session, "anna", False, OPERATOR, office.clock())
        else:
            accounts.set_role(session, "anna", Role.EDITOR, OPERATOR, office.clock())
    assert not is_in(nurse)


def test_a_blocked_account_cannot_log_in_until_it_is_allowed_again(office: Office, nurse: Browser) -> None:
    for active in (False, True):
        with session_scope(office.engine) as session:
            accounts.set_active(session, "anna", active, OPERATOR, office.clock())
        assert is_in(office.log_in("anna")) is active


def test_a_form_without_the_pages_own_token_is_refused(office: Office, nurse: Browser) -> None:
    signup = office.submitted()
    nurse.token = ""
    response = nurse.post(f"/aanmeldingen/{signup.id}/notitie", {"note": "van een andere site"})
    assert response.status_code == 400 and "verlopen" in nurse.page
    fresh = office.browser()
    assert fresh.post("/inloggen", {"name": "anna", "password": PASSWORD}).status_code == 400


def test_the_database_holds_no_password_and_no_secret_in_clear(office: Office, nurse: Browser) -> None:
    with office.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM staff")).mappings().one()
    assert row["password_hash"].startswith("$argon2id$")
    with session_scope(office.engine) as session:
        secret = session.execute(select(StaffRow.totp_secret)).scalar_one()
    assert all(secret not in str(value) and PASSWORD not in str(value) for value in row.values())


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(office: Office) -> None:
    response = office.browser().get("/inloggen")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'self'" in policy
    assert response.headers["Cache-Control"] == "no-store"
