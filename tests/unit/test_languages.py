"""The declaration of languages, and which text stands in for which."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import languages
from bot.languages import LanguagesError, found_in, in_language, in_turn, load


def test_the_first_language_stands_in_last() -> None:
    assert languages.first() == "nl"
    assert in_turn("nl") == ("nl",)
    assert in_turn("en") == ("en", "nl")
    assert in_turn("de") == ("de", "en", "nl")


@pytest.mark.parametrize(
    ("texts", "language", "said"),
    [
        ({"nl": "ja", "en": "yes", "de": "jawohl"}, "de", "jawohl"),
        ({"nl": "ja", "en": "yes"}, "de", "yes"),
        ({"nl": "ja"}, "de", "ja"),
        ({"nl": "ja", "en": ""}, "en", "ja"),
        ({"nl": "ja", "de": "jawohl"}, "en", "ja"),
        ({"nl": "ja", "en": "yes"}, "fy", "ja"),
    ],
)
def test_the_best_language_that_has_the_text_stands_in(texts: dict[str, str], language: str, said: str) -> None:
    assert in_language(texts, language) == said
    assert texts[found_in(texts, language)] == said


def test_german_is_declared_as_there_in_part() -> None:
    assert set(languages.partial()) == {"de"}


@pytest.mark.parametrize(
    "declared",
    [
        "",
        "nl: Nederlands",
        "nl: {name: Nederlands}\nen: {name: English}",
        "nl: {name: Nederlands}\nen: {name: English, falls_back_to: [nl]}",
        "nl: {name: Nederlands}\nen: {name: English, called: {nl: Dutch, fr: French}, falls_back_to: [fr, nl]}",
    ],
    ids=["empty", "no name", "nothing stands in", "no name for what stands in", "stands in undeclared"],
)
def test_a_declaration_that_cannot_be_used_names_the_file(tmp_path: Path, declared: str) -> None:
    file = tmp_path / "languages.yml"
    file.write_text(declared, encoding="utf-8")
    with pytest.raises(LanguagesError, match=r"languages\.yml"):
        load(file)


def test_a_missing_declaration_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(LanguagesError, match="gone"):
        load(tmp_path / "gone.yml")
