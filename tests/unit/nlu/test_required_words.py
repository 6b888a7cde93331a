"""What a text must hold for a regular expression to be found in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.nlu.required_words import Sieve, needed
from bot.settings import ROOT

FILES = sorted((ROOT / "data" / "lexicon").glob("**/safety.yml"))
# Random expressions of the kinds that pattern files use.
ATOMS = st.sampled_from(
    ["a", "b", "cd", "[ab]", "[^a]", r"\b", r"\w", "(a|cd)", "(?:ab|)", "a?", "(?!ab)", "(?<=a)", "."]
)
REPEATED = st.tuples(ATOMS, st.sampled_from(["", "*", "+", "?", "{2}", "{0,2}", "*?"])).map(
    lambda pair: f"(?:{pair[0]}){pair[1]}"
)
SEQUENCES = st.lists(REPEATED, min_size=1, max_size=5).map("".join)
EXPRESSIONS = st.lists(SEQUENCES, min_size=1, max_size=3).map("|".join) | st.tuples(
    SEQUENCES, SEQUENCES, SEQUENCES
).map(lambda three: f"{three[0]}({three[1]}|{three[2]})")


def patterns(file: Path) -> list[re.Pattern[str]]:
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [re.compile(one) for part in document.values() for one in part["patterns"]]


ALL = [pattern for file in FILES for pattern in patterns(file)]
SIEVE = Sieve(ALL)


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        ("dood", {"dood"}),
        (r"\b(dood|doot)\b", {"dood", "doot"}),
        (r"\bik (wil|zou) (?!niet)", {"ik wil ", "ik zou "}),
        (r"hoop dat (\w+ )?(dood ?ga|sterf)", {"hoop dat "}),
        (r"(\w+ )*einde?", {"eind"}),
        (r"(pijn )?", set()),
        ("a|", set()),
        (r"\w+", set()),
        ("[a-z]x", {"x"}),
    ],
)
def test_pieces_of_which_one_must_be_there(pattern: str, pieces: set[str]) -> None:
    assert needed(pattern) == pieces


@given(EXPRESSIONS, st.text("abcd ", max_size=12))
def test_an_expression_is_never_found_in_a_text_without_any_of_its_pieces(expression: str, text: str) -> None:
    pieces = needed(expression)
    if re.search(expression, text):
        assert not pieces or any(piece in text for piece in pieces)


@given(st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
def test_no_pattern_of_danger_is_passed_over_in_what_it_matches(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(ALL))
    # Look-arounds are left out while making a text, so not every text is one that matches.
    text = data.draw(st.from_regex(_without_looking(pattern.pattern)))
    expected = [one for one in ALL if one.search(text)]
    assert [one for one in SIEVE(text) if one.search(text)] == expected


def test_the_evaluation_sets_raise_the_same_patterns_with_and_without_the_sieve() -> None:
    lines = [
        line.partition("\t")[0].lower()
        for file in sorted((ROOT / "tests" / "evaluation").glob("*.tsv"))
        for line in file.read_text(encoding="utf-8").splitlines()[1::3]
    ]
    for line in lines:
        assert [one for one in SIEVE(line) if one.search(line)] == [one for one in ALL if one.search(line)]


def test_most_patterns_are_passed_over_in_an_ordinary_question() -> None:
    assert len(list(SIEVE("hoe lang lig ik in het ziekenhuis na de transplantatie"))) < len(ALL) / 10


def test_an_expression_with_a_flag_needs_nothing() -> None:
    assert list(Sieve([re.compile("dood", re.IGNORECASE)])("DOOD"))


def _without_looking(pattern: str) -> str:
    """The pattern without its look-arounds, which Hypothesis cannot follow."""
    found, depth, skipping = [], 0, None
    place = 0
    while place < len(pattern):
        letter = pattern[place]
        if letter == "\\":
            if skipping is None:
                found.append(pattern[place : place + 2])
            place += 2
            continue
        if letter == "(":
            if skipping is None and re.match(r"\(\?<?[!=]", pattern[place:]):
                skipping = depth
            depth += 1
        if skipping is None:
            found.append(letter)
        if letter == ")":
            depth -= 1
            if skipping == depth:
                skipping = None
        place += 1
    return "".join(found)
