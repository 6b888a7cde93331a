"""Reference codes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.signups.codes import ALPHABET, new_code, normalise

codes = st.text(ALPHABET, min_size=8, max_size=8).map(lambda text: f"SW-{text[:4]}-{text[4:]}")


def test_a_new_code_looks_as_announced_and_differs_each_time() -> None:
    made = {new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(rf"SW-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", code) for code in made)


@given(
    codes, st.lists(st.sampled_from(["", " ", "-", "–", ".", "\t", "\u00a0"]), min_size=12, max_size=12), st.booleans()
)
def test_case_spaces_dashes_and_prefix_do_not_matter(code: str, gaps: list[str], with_prefix: bool) -> None:
    characters = code.replace("-", "")[0 if with_prefix else 2 :]
    typed = "".join(gap + character for gap, character in zip(gaps, characters.lower(), strict=False)) + gaps[-1]
    assert normalise(typed) == code


@given(codes)
def test_a_code_mistaken_for_its_look_alikes_is_still_read(code: str) -> None:
    mistaken = code.replace("2", "Z").replace("6", "g").replace("8", "b").replace("V", "u")
    assert normalise(mistaken) == code


@given(st.text(max_size=30))
def test_whatever_is_typed_gives_a_code_or_nothing(typed: str) -> None:
    found = normalise(typed)
    assert found is None or normalise(found) == found


@pytest.mark.parametrize("typed", ["", "SW", "SW-7KQ4", "SW-7KQ4-M2XDD", "SW-7KQ4-M20D", "123456789"])
def test_what_cannot_be_a_code_is_nothing(typed: str) -> None:
    assert normalise(typed) is None
