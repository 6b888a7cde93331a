"""Where a message may be cut into two questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.parts import halves


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("val je haar uit en hoe lang duurt dat?", [("val je haar uit", "hoe lang duurt dat?")]),
        ("Wat kost het? En wie betaalt dat?", [("Wat kost het?", "En wie betaalt dat?")]),
        ("wat kost het", []),
        ("een en ander", []),
        ("ik en mijn man en onze kinderen en de hond vragen ons af", []),
    ],
)
def test_cuts(text: str, cuts: list[tuple[str, str]]) -> None:
    assert halves(text, ["en"]) == cuts


def test_without_joining_words_only_question_marks_cut() -> None:
    assert halves("wat is het en wat kost het", []) == []


@given(st.text(max_size=80))
def test_no_half_is_made_up(text: str) -> None:
    assert all(half in text for cut in halves(text, ["en"]) for half in cut)
