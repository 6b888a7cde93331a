"""A hospital's colours: whatever it asks for, what stands on the page can be read, and nothing else gets in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.patient.theme import (
    READABLE,
    WHITE,
    Colour,
    contrast,
    dark_shades,
    light_shades,
    mix,
    read_colour,
    read_font,
    style,
)

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
ROUNDING = 0.05


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast((118, 118, 118), WHITE) == pytest.approx(4.54, abs=0.01)


@given(COLOURS)
def test_light_shades_can_be_read_or_are_not_used(colour: Colour) -> None:
    shades = light_shades(colour)
    if shades is None:
        assert contrast(colour, (250, 247, 242)) < READABLE
        return
    for text, background in ((shades.brand, WHITE), (shades.brand, shades.soft), (shades.ink, shades.hover)):
        assert contrast(text, background) >= READABLE - ROUNDING


@given(COLOURS)
def test_dark_shades_can_always_be_read(colour: Colour) -> None:
    shades = dark_shades(colour)
    for text, background in (
        *((shades.brand, (29, 39, 39)), (shades.brand, shades.soft)),
        *((shades.ink, shades.brand), (shades.ink, shades.hover)),
    ):
        assert contrast(text, background) >= READABLE


def test_a_colour_may_be_written_short_and_without_sign() -> None:
    assert read_colour("#0A5") == read_colour("00aa55") == (0, 170, 85)
    assert read_colour("red") is read_colour("#12345") is read_colour("") is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Verdana", '"Verdana", sans-serif'),
        ("Open Sans, serif", '"Open Sans", serif'),
        ("x; } body { display: none", None),
        ("url(//evil.example/x)", None),
        ('Arial", "x', None),
        ("", None),
    ],
)
def test_a_font_is_names_and_nothing_else(written: str, read: str | None) -> None:
    assert read_font(written) == read


@given(st.text(max_size=80) | st.from_regex(r"#[0-9a-f]{6}", fullmatch=True), st.text(max_size=80))
def test_no_text_gets_out_of_its_token(colour: str, font: str) -> None:
    for line in style(colour, font).splitlines():
        assert re.fullmatch(
            r'(@media \(prefers-color-scheme: dark\) \{ )?:root \{( --[a-z-]+: [#a-zA-Z0-9 _,"-]+;)+ \}( \})?', line
        )


def test_a_colour_that_cannot_be_read_leaves_the_usual_one() -> None:
    assert style("#ffdd00", "").strip() == ""
    assert "--brand: #003366" in style("#003366", "") and "prefers-color-scheme: dark" in style("#003366", "")


def test_a_mixture_lies_between() -> None:
    assert mix((0, 0, 0), WHITE, 0.5) == (128, 128, 128)
