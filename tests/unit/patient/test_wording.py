"""Dates in Dutch, and bot texts as HTML that cannot do harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.patient.markup import around_criteria
from bot.patient.messages import from_rasa
from bot.patient.wording import own_path
from bot.web.answers import date_in_words
from bot.web.markup import to_html
from tests.unit.patient.rasa_like import verdict

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2019-11-04", "4 november 2019"),
        ("2022-12", "december 2022"),
        ("2018", "2018"),
        ("2019-13-04", "2019-13-04"),
        ("onbekend", "onbekend"),
        ("", ""),
    ],
)
def test_dates_are_written_in_dutch(written: str, shown: str) -> None:
    assert date_in_words(written).replace(SPACE, " ") == shown


def test_dates_are_written_in_english() -> None:
    assert date_in_words("2019-11-04", "en").replace(SPACE, " ") == "4 November 2019"
    assert date_in_words("2022-12", "en").replace(SPACE, " ") == "December 2022"
    assert date_in_words("2022-12", "xx").replace(SPACE, " ") == "december 2022"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://elsewhere.example/aanmelden/abc", "/aanmelden/abc"),
        ("https://elsewhere.example", "/"),
        ("https://elsewhere.example//evil.example/x", "/evil.example/x"),
    ],
)
def test_a_link_to_the_form_stays_on_this_site(address: str, path: str) -> None:
    assert own_path(address) == path


def test_light_markdown_becomes_html() -> None:
    html = to_html("Een **vet** woord.\n\n- een\n- twee\n\nZie [de site](https://example.org).")
    assert "<strong>vet</strong>" in html
    assert html.count("<li>") == 2
    assert '<a href="https://example.org">' in html


@given(st.text(alphabet=st.characters() | st.sampled_from("<>&\"'[]()*_`!\\\n-"), max_size=200))
def test_no_text_becomes_other_elements(text: str) -> None:
    html = to_html(text)
    for opening in html.split("<")[1:]:
        name = opening.lstrip("/").split(">")[0].split(" ")[0].rstrip("/")
        assert name in {"p", "br", "ul", "ol", "li", "strong", "em", "code", "a"}


def test_the_text_of_a_verdict_is_split_around_its_list() -> None:
    [message] = from_rasa(verdict(None))
    assert around_criteria(message) == ("Dit is een voorlopige uitkomst.", "Wilt u zich aanmelden?")
