"""The page `Aantallen`: pictures, tables and CSV from one masked report."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import pytest

from bot.desk.roles import Role
from bot.funnel.counters import Counters
from tests.unit.desk.office import Browser, Office


@pytest.fixture
def manager(office: Office) -> Browser:
    counters = Counters(office.engine, office.clock)
    counters.add(["conversation"] * 97)
    counters.add(["prescreen.begun"] * 31)
    counters.add(["verdict.cannot_take_part"] * 11 + ["verdict.may_take_part"] * 3 + ["verdict.needs_check"] * 8)
    counters.add(["reason.age"] * 6 + ["reason.walking"] * 4)
    office.submitted()
    return office.first_log_in("mara", Role.MANAGER)


def test_the_page_shows_what_is_large_and_hides_what_is_small(manager: Browser) -> None:
    manager.get("/aantallen")
    assert ">97<" in manager.page and ">31<" in manager.page and "leeftijd" in manager.page
    for small in ("1", "2", "3", "4"):
        assert f'<td class="number">{small}</td>' not in manager.page
    assert "verborgen" in manager.page


def test_the_csv_has_the_same_numbers_masked(manager: Browser) -> None:
    response = manager.get("/aantallen.csv?jaar=2026")
    assert response.mimetype == "text/csv" and "aantallen-2026.csv" in response.headers["Content-Disposition"]
    rows = {(row[0], row[1]): row[2:] for row in csv.reader(io.StringIO(manager.page))}
    assert rows["Stappen", "Gesprekken begonnen"][0] == "97"
    assert rows["Stappen", "Vragenlijst met uitkomst"][0] == "22"
    assert rows["Uitkomst van de vragen", "Lijkt te passen"][0] == "verborgen"
    hidden = [
        name for (table, name), counts in rows.items() if table.startswith("Uitkomst") and counts[0] == "verborgen"
    ]
    assert len(hidden) == 2, "one alone is the difference of the total and the other"
    assert rows["Aanmeldingen per stand, nu", "Nieuw"] == ["verborgen"]
    assert rows["Redenen waarom het niet past", "lopen"][0] == "verborgen"
    assert not {"1", "2", "3", "4"} & {count for counts in rows.values() for count in counts}


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        ("stappen", {"97", "31", "Gesprekken begonnen"}),
        ("uitkomsten", {"verborgen", "11", "Past niet"}),
        ("redenen", {"verborgen", "leeftijd"}),
        ("standen", {"verborgen", "Gebeld", "Gewist"}),
        ("tijd", {"–", "Gebeld"}),
    ],
)
def test_each_picture_names_itself_and_hides_the_same(manager: Browser, picture: str, words: set[str]) -> None:
    response = manager.get(f"/aantallen/{picture}.svg?jaar=2026")
    assert response.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(manager.page)
    title = "Aanmeldingen per stand, nu" if picture == "standen" else "2026"
    assert root.get("role") == "img" and title in (root[0].text or "")
    drawn = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert words <= drawn
    assert not {"3", "4"} & (drawn & words)


def test_each_picture_stands_on_the_page_with_its_table(manager: Browser) -> None:
    manager.get("/aantallen")
    figures = manager.page.split("<figure")[1:]
    assert len(figures) == 5
    assert all("<caption>" in figure and "tabel hieronder" in figure for figure in figures)


@pytest.mark.parametrize("year", ["1999", "2027", "x", "²026", "20266"])
def test_only_years_that_were_can_be_asked_for(manager: Browser, year: str) -> None:
    assert manager.get(f"/aantallen?jaar={year}").status_code == 404


def test_an_earlier_year_can_be_chosen(office: Office, manager: Browser) -> None:
    office.clock.forward(days=400)
    again = office.log_in("mara")
    again.get("/aantallen")
    assert "Het jaar 2027" in again.page and 'href="/aantallen?jaar=2026"' in again.page
    again.get("/aantallen?jaar=2026")
    assert ">97<" in again.page
