"""One's own account: what happened with it, and another password."""

from __future__ import annotations

from bot.desk import accounts
from tests.unit.desk.office import PASSWORD, Browser, Office, unguessed

OTHER = "groene fiets zonder zadel 7"


def change(browser: Browser, old: str, new: str, again: str | None = None) -> int:
    browser.get("/account")
    return browser.post("/account", {"password": old, "new": new, "again": new if again is None else again}).status_code


def is_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def test_everybody_sees_what_happened_with_their_own_account_and_with_no_other(office: Office, nurse: Browser) -> None:
    office.first_log_in("bram")
    nurse.get("/account")
    assert "ingelogd" in nurse.page and "account gemaakt" in nurse.page
    assert "bram" not in nurse.page


def test_another_password_is_set_with_the_old_one_and_ends_sessions_elsewhere(office: Office, nurse: Browser) -> None:
    elsewhere = office.log_in("anna")
    assert is_in(elsewhere)
    assert change(nurse, PASSWORD, OTHER) == 200
    assert "Uw wachtwoord is veranderd" in nurse.page
    assert is_in(nurse) and not is_in(elsewhere)
    assert is_in(office.log_in("anna", OTHER)) and not is_in(office.log_in("anna", PASSWORD))


def test_without_the_old_password_nothing_changes_and_guessing_locks_the_account(
    office: Office, nurse: Browser
) -> None:
    for _ in range(accounts.MAX_FAILURES):
        assert change(nurse, unguessed(), OTHER) == 400
    assert "klopt niet" in nurse.page
    assert change(nurse, PASSWORD, OTHER) == 400
    office.clock.forward(minutes=16)
    assert is_in(nurse)
    assert is_in(office.log_in("anna", PASSWORD))


def test_a_weak_or_differing_password_is_refused_and_says_why(office: Office, nurse: Browser) -> None:
    assert change(nurse, PASSWORD, "wachtwoord2026") == 400
    assert "makkelijk te raden" in nurse.page
    assert change(nurse, PASSWORD, OTHER, OTHER + "x") == 400
    assert "niet gelijk" in nurse.page
    assert change(nurse, PASSWORD, PASSWORD) == 400
    assert is_in(office.log_in("anna", PASSWORD))
