"""Every address of the desk for everybody: nothing opens without the right role."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.routing import Rule

from bot.desk.guard import Access, needed_by
from bot.desk.roles import Permission, Role, may
from bot.web.security import STATIC
from tests.unit.desk.newsroom import begin, publish
from tests.unit.desk.office import Browser, Office, path_of

EVERYBODY, LOGGED_IN = "everybody", "whoever is logged in"
# Who may open what, written down a second time and by hand: a new page belongs in here, or the tests fail.
OPEN_TO = {
    EVERYBODY: {
        *(*STATIC, "health.health"),
        *("login.show", "login.send", "login.password", "login.set_up", "login.code"),
        *("hospital.begin", "hospital.back", "hospital.leave"),
    },
    LOGGED_IN: {"pages.start", "login.log_out", "account.show", "account.change"},
    "nurse": {
        *("signups.index", "signups.search", "signups.arrivals", "signups.show"),
        *("steps.take", "steps.take_back", "steps.note", "steps.answer", "steps.details", "steps.discard"),
        *("calls.show", "calls.save", "calls.outcome"),
        *("letters.show", "callbacks.index", "callbacks.done", "capacity.plan", "capacity.unplan"),
    },
    "nurse admin": {"deliveries.index", "deliveries.retry"},
    "nurse manager admin": {
        *("capacity.show", "capacity.plot"),
        *("funnel.show", "funnel.export", "funnel.reasons", "funnel.states", "funnel.stays", "funnel.steps"),
        "funnel.verdicts",
    },
    "editor": {"asked.index", "asked.handle", "asked.take_back", "ratings.index"},
    "editor manager": {
        *("fixed.index", "fixed.show", "fixed.save"),
        *("overview.show", "new.show", "new.make", "preview.show", "preview.own_style", "trying.show", "trying.ask"),
        *("topic.show", "topic.save", "topic.checks", "topic.merge", "topic.throw_away"),
        *("review.show", "review.submit", "review.approve", "review.reject", "review.take_back", "review.discard"),
        *("review.rebase", "review.try_out", "review.publish", "versions.show", "versions.restore"),
        *("air.show", "air.off", "air.on", "air.retire"),
        *("training.index", "training.show", "training.progress", "training.accept", "training.again"),
        *("sources.index", "sources.document", "sources.source", "sources.save_source"),
        *("sources.new_passage", "sources.add_passage", "sources.new_source", "sources.add_source"),
    },
    "manager": {"study.show", "study.recruitment", "study.confirm", "study.waiting", "capacity.places"},
    "manager admin": {"letters.index", "letters.edit", "letters.save", "letters.put_back"},
    "admin": {"trail.show", "trail.export", "trail.verify", "pages.staff"},
}
PUBLIC = OPEN_TO[EVERYBODY]
# What only a script or a frame asks for.
UNATTENDED = {"signups.arrivals", "preview.show", "preview.own_style", "training.progress"}


def open_to(endpoint: str) -> str:
    """Who may open this, by the table above."""
    found = [who for who, endpoints in OPEN_TO.items() if endpoint in endpoints]
    assert len(found) == 1, f"`OPEN_TO` must name {endpoint} once: who may open it?"
    return found[0]


def rules(app: Flask) -> list[tuple[Rule, str]]:
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        # Trying this one would end the session the walk needs.
        if rule.endpoint not in {*STATIC, "login.log_out"}
    ]
    assert len(found) > 15
    return found


def visit(browser: Browser, rule: Rule, method: str, signup_id: int) -> int:
    path = path_of(rule, signup_id)
    response = browser.post(path, {}, follow=False) if method == "POST" else browser.get(path)
    return response.status_code


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_exactly_what_it_may(office: Office, role: Role) -> None:
    signup = office.submitted()
    publish(office)
    with office.session() as session:
        begin(session, office.clock())
    browser = office.first_log_in("iemand", role)
    for rule, method in rules(office.app):
        who = open_to(rule.endpoint)
        if who in (EVERYBODY, LOGGED_IN):
            continue
        status = visit(browser, rule, method, signup.id)
        if role.value in who.split():
            assert status in {200, 303, 400}, (rule.rule, method, status)
        else:
            assert status == 403, (rule.rule, method, status)
            assert signup.details.name not in browser.page


def test_the_table_names_every_view_and_no_other(office: Office) -> None:
    assert {name for names in OPEN_TO.values() for name in names} == set(office.app.view_functions)


def test_who_is_not_logged_in_only_sees_the_way_in(office: Office) -> None:
    signup = office.submitted()
    for rule, method in rules(office.app):
        browser = office.browser()
        browser.get("/inloggen")
        status = visit(browser, rule, method, signup.id)
        if rule.endpoint not in PUBLIC:
            # What only a script asks for is refused, and leaves the session as it is.
            expected = 401 if rule.endpoint in UNATTENDED else 303
            assert status == expected, (rule.rule, method)
        assert signup.details.name not in browser.page


def test_every_view_declares_what_it_needs_and_only_the_way_in_is_public(office: Office) -> None:
    declared = {name: needed_by(view) for name, view in office.app.view_functions.items() if name not in STATIC}
    assert None not in declared.values()
    assert {name for name, needed in declared.items() if needed is Access.PUBLIC} == PUBLIC - {*STATIC}


def test_a_view_that_declares_nothing_stays_shut(office: Office) -> None:
    office.app.add_url_rule("/vergeten", "forgotten", lambda: "geheim")
    browser = office.first_log_in("iemand", Role.ADMIN)
    assert browser.get("/vergeten").status_code == 403


def test_only_nurses_see_patients() -> None:
    assert [role for role in Role if may(role, Permission.PATIENTS)] == [Role.NURSE]


@pytest.mark.parametrize("role", Role)
def test_each_role_begins_on_a_page_it_may_see_and_its_menu_leads_nowhere_else(office: Office, role: Role) -> None:
    browser = office.first_log_in("iemand", role)
    assert browser.get("/", follow_redirects=True).status_code == 200
    menu = browser.page.split('aria-label="Hoofdmenu"')[1].split("</nav>")[0]
    links = [part.split('"')[0] for part in menu.split('href="')[1:]]
    assert links
    assert all(browser.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize(
    "path", ["/aanmeldingen/999", "/bestaat-niet", "/aanmeldingen/?pagina=x", "/aanmeldingen/?staat=x"]
)
def test_what_is_not_there_is_a_plain_page(office: Office, nurse: Browser, path: str) -> None:
    assert nurse.get(path).status_code == 404
    assert "<h1>" in nurse.page


def test_who_is_not_logged_in_does_not_learn_which_addresses_exist(office: Office) -> None:
    browser = office.browser()
    assert browser.get("/bestaat-niet").status_code == browser.get("/aanmeldingen/").status_code == 303


def test_health_tells_the_state_of_each_part(office: Office) -> None:
    response = office.browser().get("/health")
    assert (response.status_code, response.json) == (
        200,
        {"status": "ok", "parts": {"database": "ok", "trial": "ok", "delivery": "ok"}},
    )


def test_health_is_503_when_the_database_fails(office: Office) -> None:
    with office.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE staff")
    response = office.browser().get("/health")
    assert response.status_code == 503 and response.json["parts"]["database"] == "down"  # type: ignore[index]


def test_a_failing_database_gives_a_kind_page(office: Office, nurse: Browser) -> None:
    with office.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE staff")
    assert nurse.get("/aanmeldingen/").status_code == 503
    assert "ligt niet aan u" in nurse.page and "Traceback" not in nurse.page
