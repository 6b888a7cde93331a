"""The list at its real size, and the news about sign-ups that came in since it was loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.desk.roles import Role
from bot.signups import service
from bot.signups.workflow import State
from tests.databases import on_both
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.test_signups import rows, step
from tests.unit.signups.builders import answers
from tests.unit.signups.many import fill

MANY = 10_000


@contextmanager
def statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements about sign-ups that run meanwhile, with their values."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if "signups" in statement:
            seen.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def plan(engine: Engine, statement: str, values: Any) -> str:
    """How the database does it."""
    word = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    with engine.connect() as connection:
        return "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(f"{word} {statement}", values))


@on_both
def test_ten_thousand_sign_ups_are_paged_by_index_and_only_a_page_of_rows_is_read(
    office: Office, nurse: Browser
) -> None:
    fill(office.engine, MANY)
    pages = ("/aanmeldingen/", "/aanmeldingen/?pagina=100", "/aanmeldingen/?staat=alle&pagina=200")
    asked = [(nurse.get, (path,)) for path in pages]
    asked.append((nurse.post, ("/aanmeldingen/zoeken", {"naam": "zeldzaam"})))
    asked.append((nurse.get, ("/aanmeldingen/nieuw?na=9990",)))
    for send, arguments in asked:
        with statements(office.engine) as seen:
            response = send(*arguments)  # type: ignore[operator]
        assert response.status_code == 200
        assert 1 <= len(seen) <= 5
        for statement, values in seen:
            how = plan(office.engine, statement, values)
            assert not re.search(r"Seq Scan on signups|SCAN signups(?! USING)", how), (statement, how)
        opened = [values for statement, values in seen if "signups.name" in statement]
        assert len(opened) <= 1 and all(len(values) <= 50 for values in opened)


@on_both
def test_the_pages_together_show_everybody_once(office: Office, nurse: Browser) -> None:
    fill(office.engine, 230)
    seen: list[str] = []
    for number in range(1, 6):
        nurse.get(f"/aanmeldingen/?staat=alle&pagina={number}")
        seen += [line.split('"')[0] for line in nurse.page.split('scope="row"><a href="')[1:]]
    assert len(seen) == len(set(seen)) == 230


def test_what_a_search_finds_can_be_paged_too(office: Office, nurse: Browser) -> None:
    fill(office.engine, 230)
    nurse.post("/aanmeldingen/zoeken", {"naam": "voorbeeld"})
    first = nurse.page.split('scope="row"><a href="')[1].split('"')[0]
    assert len(rows(nurse)) == 50 and 'name="pagina" value="2"' in nurse.page
    nurse.post("/aanmeldingen/zoeken", {"naam": "voorbeeld", "pagina": "5"})
    assert len(rows(nurse)) == 30 and first not in nurse.page


def news(browser: Browser, after: int, more: str = "", **options: Any) -> Any:
    return browser.client.get(f"/aanmeldingen/nieuw?na={after}{more}", **options)


def test_news_counts_what_came_in_for_this_list_and_marks_it(office: Office, nurse: Browser) -> None:
    old = office.submitted()
    nurse.get("/aanmeldingen/")
    assert f"na={old.id}" in nurse.page and "net binnen" not in nurse.page
    assert news(nurse, old.id).json == {"count": 0, "text": "", "people": []}
    office.submitted(name="Net Binnen")
    office.submitted(name="Ook Binnen", answers=answers(age="unknown"))
    told = news(nurse, old.id).json
    assert (told["count"], told["text"]) == (2, "2 nieuwe aanmeldingen. Toon ze.")
    assert [(one["name"], one["verdict"]) for one in told["people"]] == [
        ("Ook Binnen", "Navragen"),
        ("Net Binnen", "Lijkt te passen"),
    ]
    assert news(nurse, old.id, "&twijfel=1").json["text"] == "1 nieuwe aanmelding. Toon die."
    assert news(nurse, old.id, "&staat=called").json["count"] == 0
    nurse.get(f"/aanmeldingen/?na={old.id}")
    assert nurse.page.count("net binnen") == 2 and len(rows(nurse)) == 3


def test_news_that_did_not_change_is_not_sent_again(office: Office, nurse: Browser) -> None:
    first = news(nurse, 0)
    tag = first.headers["ETag"]
    assert news(nurse, 0, headers={"If-None-Match": tag}).status_code == 304
    office.submitted()
    assert news(nurse, 0, headers={"If-None-Match": tag}).status_code == 200


@on_both
def test_who_is_in_the_news_is_a_look_once_and_without_news_it_is_none(office: Office, nurse: Browser) -> None:
    for _ in range(5):
        last = office.submitted()
    before = office.trail()
    assert news(nurse, last.id).json["people"] == [] and office.trail() == before
    first = news(nurse, 0)
    assert len(first.json["people"]) == 3 and first.json["people"][0]["url"] == f"/aanmeldingen/{last.id}"
    assert office.trail() == [*before, ("anna", "signup.list", "signup:list")]
    news(nurse, 0, headers={"If-None-Match": first.headers["ETag"]})
    assert len(office.trail()) == len(before) + 1
    officer = office.first_log_in("olga", Role.ADMIN)
    officer.get(f"/logboek?over=signup:{last.id}")
    assert "in de lijst gezien" in officer.page


def test_asking_for_news_does_not_keep_a_session_alive(office: Office, nurse: Browser) -> None:
    for _ in range(2):
        office.clock.forward(minutes=9)
        assert news(nurse, 0).status_code == 200
    office.clock.forward(minutes=3)
    assert news(nurse, 0).status_code == 401
    # And it does not end it either: what is still typed in another tab can be kept.
    assert "login_again" not in nurse.get("/aanmeldingen/").location


def test_counts_and_lists_agree_after_a_step_and_an_erasure(office: Office, nurse: Browser) -> None:
    kept, erased = office.submitted(), office.submitted(name="Wordt Gewist")
    step(nurse, kept, State.CALLED)
    with office.session() as session:
        service.erase(session, erased.id, office.clock())
    nurse.get("/aanmeldingen/?staat=called")
    assert len(rows(nurse)) == 1
    assert news(nurse, 0, "&staat=alle").json["count"] == 1


@pytest.mark.parametrize("wrong", ["na=x", "na=-1", "staat=x", "na=1234567890"])
def test_news_of_a_list_that_is_not_there_is_not_found(office: Office, nurse: Browser, wrong: str) -> None:
    assert nurse.client.get(f"/aanmeldingen/nieuw?{wrong}").status_code == 404
