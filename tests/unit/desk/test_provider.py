"""Logging in through the hospital, against a real provider over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import KeySet, OctKey, RSAKey
from werkzeug.test import TestResponse

from bot import settings
from bot.database import session_scope
from bot.desk import accounts
from bot.desk.accounts import AccountError
from bot.desk.provider_claims import WrongMapping, account_name, role_mapping, role_of, second_factor_given
from bot.desk.roles import Role
from bot.settings import SettingsError
from bot.signups.encryption import generate_key
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, running_provider
from tests.unit.desk.office import OPERATOR, PASSWORD, Browser, Office, open_office

DESK = "http://127.0.0.1:8081"
NURSE = {"sub": "4711", "preferred_username": "Anna.Bos@ziekenhuis.example", "roles": ["personeel", "balie-nurse"]}
ROLES = "balie-nurse=nurse,balie-admin=admin"


@pytest.fixture(scope="module")
def shared() -> Iterator[OidcProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(shared: OidcProvider) -> OidcProvider:
    """The provider as it begins: Anna is logged in there, and it tells the truth."""
    shared.person, shared.lies, shared.metadata_lies, shared.failing = dict(NURSE), {}, {}, False
    shared.client.redirect_uris = [f"{DESK}/inloggen/ziekenhuis/terug"]
    shared.published = shared.signing
    return shared


def office_with(tmp_path: Path, provider: OidcProvider, **more: str) -> Office:
    given = {"OIDC_ISSUER": provider.url, "OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": CLIENT_SECRET}
    return open_office(tmp_path, **{**given, "OIDC_ROLES": ROLES, "DESK_URL": DESK, **more})


@pytest.fixture
def office(tmp_path: Path, provider: OidcProvider) -> Iterator[Office]:
    opened = office_with(tmp_path, provider)
    yield opened
    opened.engine.dispose()


def sent_back(browser: Browser) -> str:
    """Begin at the desk and go through the provider; the address it sends the browser back to."""
    away = browser.get("/inloggen/ziekenhuis")
    assert away.status_code == 303
    answer = requests.get(away.location, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].removeprefix(DESK)


def log_in(browser: Browser) -> TestResponse:
    return browser.get(sent_back(browser))


def is_in(browser: Browser) -> bool:
    return "Uitloggen" in browser.get("/aanmeldingen/", follow_redirects=True).get_data(as_text=True)


def actions(office: Office) -> list[tuple[str, str]]:
    return [(actor, action) for actor, action, _ in office.trail() if action.startswith("staff.")]


def test_the_first_login_makes_an_account_with_the_providers_role(office: Office, provider: OidcProvider) -> None:
    browser = office.browser()
    assert "Inloggen met uw ziekenhuisaccount" in browser.get("/inloggen").get_data(as_text=True)
    assert log_in(browser).status_code == 200 and "U bent ingelogd" in browser.page
    assert is_in(browser) and "anna.bos, verpleegkundige" in browser.page
    assert actions(office) == [("anna.bos", "staff.add"), ("anna.bos", "staff.login")]
    asked = provider.asked[-1]
    assert asked["code_challenge_method"] == "S256" and asked["nonce"] and asked["state"]
    assert provider.tokens[-1]["code_verifier"] not in asked.values()
    assert log_in(office.browser()).status_code == 200
    assert actions(office)[2:] == [("anna.bos", "staff.login")]


def test_a_role_changed_at_the_provider_counts_from_the_next_login_and_ends_old_sessions(
    office: Office, provider: OidcProvider
) -> None:
    nurse, admin = office.browser(), office.browser()
    log_in(nurse)
    provider.person = {**NURSE, "roles": ["balie-admin"]}
    log_in(admin)
    assert admin.get("/medewerkers").status_code == 200 and "bij het ziekenhuis" in admin.page
    assert not is_in(nurse)


@pytest.mark.parametrize("roles", [[], ["personeel"], None, "balie", {"balie-nurse": True}])
def test_who_has_no_role_is_told_kindly_and_stays_out(office: Office, provider: OidcProvider, roles: Any) -> None:
    provider.person = {**NURSE, "roles": roles}
    browser = office.browser()
    assert log_in(browser).status_code == 403 and "geen rol" in browser.page
    assert not is_in(browser) and actions(office) == [("unknown", "staff.login_failed")]


def test_a_blocked_account_stays_out(office: Office, provider: OidcProvider) -> None:
    log_in(office.browser())
    with session_scope(office.engine) as session:
        accounts.set_active(session, "anna.bos", False, OPERATOR, office.clock())
    browser = office.browser()
    assert log_in(browser).status_code == 403 and "geblokkeerd" in browser.page and not is_in(browser)


def test_an_account_of_the_desk_with_the_same_name_is_not_taken_over(office: Office, provider: OidcProvider) -> None:
    office.add("anna.bos", Role.ADMIN)
    browser = office.browser()
    log_in(browser)
    assert is_in(browser) and "anna.bos-2, verpleegkundige" in browser.page


def test_an_account_of_the_hospital_has_no_password(office: Office, provider: OidcProvider) -> None:
    log_in(office.browser())
    browser = office.browser()
    browser.get("/inloggen")
    for password in ("-", PASSWORD):
        assert browser.post("/inloggen", {"name": "anna.bos", "password": password}).status_code == 401
    with pytest.raises(AccountError, match="hospital"), session_scope(office.engine) as session:
        accounts.reset(session, "anna.bos", OPERATOR, office.clock())


def test_the_hospitals_accounts_have_no_password_to_change_here(office: Office, provider: OidcProvider) -> None:
    browser = office.browser()
    log_in(browser)
    assert browser.get("/account").status_code == 200 and 'type="password"' not in browser.page
    assert browser.post("/account", {"password": "-", "new": PASSWORD, "again": PASSWORD}).status_code == 404


def test_logging_out_offers_to_log_out_at_the_hospital_too(office: Office, provider: OidcProvider) -> None:
    browser = office.browser()
    log_in(browser)
    browser.get("/aanmeldingen/")
    browser.post("/uitloggen")
    assert "Log ook uit bij het ziekenhuis" in browser.page and not is_in(browser)
    away = browser.get("/inloggen/ziekenhuis/uit")
    answer = requests.get(away.location, allow_redirects=False, timeout=10)
    assert provider.person is None and answer.headers["Location"].startswith(f"{DESK}/inloggen")


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "een-andere"},
        {"aud": ["een-andere-toepassing"]},
        {"iss": "https://elders.example"},
        {"exp": 1_000_000_000},
        {"iat": 9_000_000_000},
        {"sub": ""},
    ],
    ids=lambda lies: next(iter(lies)),
)
def test_an_id_token_that_is_not_right_lets_nobody_in(
    office: Office, provider: OidcProvider, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    browser = office.browser()
    assert log_in(browser).status_code == 400 and "opnieuw" in browser.page and not is_in(browser)


def test_an_id_token_signed_by_another_lets_nobody_in_and_a_new_key_of_the_provider_does(
    office: Office, provider: OidcProvider
) -> None:
    log_in(office.browser())
    own, new = provider.signing, KeySet([RSAKey.generate_key(2048, {"kid": "tweede"})])
    provider.signing = new
    browser = office.browser()
    assert log_in(browser).status_code == 400 and not is_in(browser)
    provider.published = new
    assert log_in(browser).status_code == 200 and is_in(browser)
    provider.signing = own


def test_an_id_token_signed_with_the_shared_secret_lets_nobody_in(office: Office, provider: OidcProvider) -> None:
    own = provider.signing
    provider.signing = KeySet([OctKey.import_key(CLIENT_SECRET, {"kid": "eerste"})])
    provider.client.id_token_signed_response_alg = "HS256"
    try:
        browser = office.browser()
        assert log_in(browser).status_code == 400 and not is_in(browser)
    finally:
        provider.signing, provider.client.id_token_signed_response_alg = own, "RS256"


def test_a_login_begun_elsewhere_too_long_ago_or_twice_is_refused(office: Office, provider: OidcProvider) -> None:
    victim, attacker = office.browser(), office.browser()
    address = sent_back(attacker)
    assert victim.get(address).status_code == 400 and not is_in(victim)
    sent_back(victim)
    assert victim.get(address).status_code == 400 and not is_in(victim)
    slow = office.browser()
    address = sent_back(slow)
    office.clock.forward(minutes=11)
    assert slow.get(address).status_code == 400
    once = office.browser()
    address = sent_back(once)
    assert once.get(address).status_code == 200
    assert once.get(address).status_code == 400


@pytest.mark.parametrize("query", ["", "state=x&code=y", "error=access_denied", "state=%C3%A9&code=x"])
def test_coming_back_without_having_begun_is_refused_kindly(office: Office, provider: OidcProvider, query: str) -> None:
    browser = office.browser()
    assert browser.get(f"/inloggen/ziekenhuis/terug?{query}").status_code == 400
    assert 'role="alert"' in browser.page


def test_cancelling_at_the_hospital_is_told_kindly(office: Office, provider: OidcProvider) -> None:
    browser = office.browser()
    state = sent_back(browser).split("state=")[1].split("&")[0]
    assert browser.get(f"/inloggen/ziekenhuis/terug?error=access_denied&state={state}").status_code == 403
    assert "niet ingelogd" in browser.page and not is_in(browser)


def test_a_provider_that_fails_before_or_in_between_is_told_kindly(office: Office, provider: OidcProvider) -> None:
    provider.failing = True
    browser = office.browser()
    assert browser.get("/inloggen/ziekenhuis").status_code == 503 and "werkt nu niet" in browser.page
    provider.failing = False
    address = sent_back(browser)
    provider.failing = True
    assert browser.get(address).status_code in (400, 503) and not is_in(browser)
    provider.failing = False
    assert log_in(browser).status_code == 200


@pytest.mark.parametrize("lie", [{"issuer": "https://elders.example"}, {"token_endpoint": None}])
def test_metadata_of_another_issuer_is_not_believed(
    office: Office, provider: OidcProvider, lie: dict[str, Any]
) -> None:
    provider.metadata_lies = lie
    browser = office.browser()
    first = browser.get("/inloggen/ziekenhuis")
    assert first.status_code == 503 or browser.get(sent_back(browser)).status_code in (400, 503)
    assert not is_in(browser)


def test_a_second_factor_is_asked_for_and_believed_only_when_named(tmp_path: Path, provider: OidcProvider) -> None:
    office = office_with(tmp_path, provider, OIDC_ACR="sterk,heel-sterk", OIDC_AMR="mfa")
    for claims in ({}, {"acr": "zwak", "amr": ["mfa"]}, {"acr": "sterk", "amr": ["pwd"]}):
        provider.person = {**NURSE, **claims}
        browser = office.browser()
        assert log_in(browser).status_code == 403 and "tweede stap" in browser.page and not is_in(browser)
    assert provider.asked[-1]["acr_values"] == "sterk heel-sterk"
    provider.person = {**NURSE, "acr": "heel-sterk", "amr": ["pwd", "mfa"]}
    assert log_in(office.browser()).status_code == 200
    office.engine.dispose()


def test_local_login_can_be_shut(tmp_path: Path, provider: OidcProvider) -> None:
    office = office_with(tmp_path, provider, LOCAL_LOGIN="no")
    first = office.add("bram")
    browser = office.browser()
    browser.get("/inloggen")
    assert 'name="password"' not in browser.page
    assert browser.post("/inloggen", {"name": "bram", "password": first}).status_code in (400, 404)
    assert log_in(office.browser()).status_code == 200
    office.engine.dispose()


@pytest.mark.parametrize(
    "wrong",
    [
        {"LOCAL_LOGIN": "no"},
        {"OIDC_ISSUER": "http://ziekenhuis.example", "OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "y"},
        {"OIDC_ISSUER": "https://ziekenhuis.example", "OIDC_CLIENT_ID": "x"},
    ],
)
def test_settings_that_cannot_work_stop_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        settings.load({f"STAMCELWIJZER_{name}": value for name, value in {"KEYS": generate_key(), **wrong}.items()})


def test_a_mapping_that_cannot_work_stops_the_start(tmp_path: Path, provider: OidcProvider) -> None:
    with pytest.raises(SettingsError, match="OIDC_ROLES"):
        office_with(tmp_path, provider, OIDC_ROLES="balie=dokter")


def test_without_a_provider_its_addresses_are_not_there(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    for path in ("", "/terug", "/uit"):
        assert office.browser().get(f"/inloggen/ziekenhuis{path}").status_code == 404
    office.engine.dispose()


def test_the_mapping_goes_by_its_own_order_and_reads_names_with_signs() -> None:
    mapping = role_mapping("cn=balie,ou=x".replace(",ou", ";ou") + "=nurse, leiding = manager")
    assert mapping == {"cn=balie;ou=x": Role.NURSE, "leiding": Role.MANAGER}
    claims = {"realm_access": {"roles": ["leiding", "cn=balie;ou=x"]}, "https://x.example/rol": "leiding"}
    assert role_of(claims, "realm_access.roles", mapping) is Role.NURSE
    assert role_of(claims, "https://x.example/rol", mapping) is Role.MANAGER
    assert role_of(claims, "realm_access.roles.diep", mapping) is None
    for wrong in ("", "nurse", "=nurse", "a=b"):
        with pytest.raises(WrongMapping):
            role_mapping(wrong)


@given(st.dictionaries(st.sampled_from(["preferred_username", "email", "sub"]), st.text(max_size=60)))
def test_whatever_the_provider_calls_somebody_becomes_a_name_the_desk_can_use(claims: dict[str, str]) -> None:
    assert accounts.is_name(account_name(claims))


@given(st.dictionaries(st.sampled_from(["roles", "acr", "amr"]), st.recursive(st.none() | st.text(), st.lists)))
def test_claims_of_any_shape_give_no_role_that_was_not_named(claims: dict[str, Any]) -> None:
    role = role_of(claims, "roles", {"balie": Role.NURSE})
    assert role is None or "balie" in claims["roles"]
    assert second_factor_given(claims, (), ())
