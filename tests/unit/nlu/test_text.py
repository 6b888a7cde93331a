"""Normal forms of typed text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.text import normalise


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Doet het PIJN??", "doet het pijn"),
        ("Géén idééé...", "geen idee"),
        ("heeeeeel lang", "heel lang"),
        ("  a.u.b.   help ", "aub help"),
        ("MS-verpleegkundige", "ms verpleegkundige"),
        ("CAR-T", "car t"),
        ("😀", ""),
    ],
)
def test_what_is_left_of_a_sentence(typed: str, plain: str) -> None:
    assert normalise(typed) == plain


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_a_capital_in_fancy_type_becomes_a_small_letter() -> None:
    assert normalise("\U0001d468") == "a"
