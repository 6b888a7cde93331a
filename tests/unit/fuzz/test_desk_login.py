"""The desk before anybody is logged in: whatever is sent, no error of ours, and never a page behind the login."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.databases import KINDS, postgres_schema
from tests.unit.desk.office import Office, open_office
from tests.unit.fuzz import hostile
from tests.unit.fuzz.hostile import METHODS, check, send, some

SECRETS = ["Uitloggen"]


@pytest.fixture(scope="module", params=KINDS)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    # The databases differ in what text and numbers they take.
    with postgres_schema() if request.param == "postgresql" else nullcontext("") as url:
        opened = open_office(Path(tmp_path_factory.mktemp("desk")), DATABASE_URL=url)
        opened.add("anna")
        yield opened
        opened.engine.dispose()


@some(60)
@given(st.data())
def test_no_address_breaks_or_opens(office: Office, data: st.DataObject) -> None:
    rules = list(office.app.url_map.iter_rules())
    known = {"signup_id": ["1", "-1", "9" * 30], "filename": ["desk.css", "../app.py"]}
    address = data.draw(hostile.addresses(rules, known))
    method = data.draw(st.one_of(st.sampled_from(("GET", "POST")), st.sampled_from(METHODS)))
    browser = office.browser()
    body = data.draw(hostile.bodies(["name", "password", "code", "again", "csrf_token"]))
    if method in ("GET", "HEAD"):
        body = {}
    elif isinstance(body.get("data"), dict):
        browser.get("/inloggen")
        body["data"] = {**body["data"], "csrf_token": browser.token}
    check(send(browser.client, method, address, headers=data.draw(hostile.headers), **body), SECRETS)


@some(10)
@example("anna\x00", "x")
@given(hostile.sendable, hostile.sendable)
def test_no_name_and_password_break_the_login(office: Office, name: str, password: str) -> None:
    browser = office.browser()
    browser.client.environ_base.update(hostile.elsewhere())
    browser.get("/inloggen")
    check(browser.post("/inloggen", {"name": name, "password": password}, follow=False), SECRETS)
    for path in ("/inloggen/wachtwoord", "/inloggen/code"):
        check(browser.post(path, {"code": name, "password": password, "again": password}, follow=False), SECRETS)


def test_what_no_database_takes_is_refused_behind_the_login_too(office: Office) -> None:
    nurse = office.first_log_in("berta")
    for path in (f"/aanmeldingen/{'9' * 20}", "/aanmeldingen?zoek=%00", "/aanmeldingen?naam=%00", "/%00"):
        response = nurse.get(path)
        check(response, [])
        assert response.status_code in (400, 404), path
