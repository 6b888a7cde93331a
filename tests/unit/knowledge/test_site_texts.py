"""Other words for the patient site: each text has a name, and what does not fit does nothing."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.knowledge import fixed_texts, site_texts
from bot.knowledge.findings import Limits
from bot.knowledge.schema import Text
from bot.settings import ROOT

FILE = ROOT / "bot" / "patient" / "texts.yml"
TREE: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
KNOWN = site_texts.load(FILE)
TOO_LONG = "site.chat.too_long.nl"


def found(name: str, *variations: str) -> list[str]:
    findings = fixed_texts.check(Text(name, variations), KNOWN, Limits())
    return [f"{one.check}.{one.case}".rstrip(".") for one in findings if one.severity == "error"]


def test_every_text_passes_its_own_checks_and_comes_in_other_words() -> None:
    marked = {name: Text(name, tuple(f"X {one}" for one in text.variations)) for name, text in KNOWN.items()}
    assert [name for name, text in KNOWN.items() if found(name, *text.variations)] == []
    told = list(all_texts(site_texts.with_words(TREE, marked)))
    assert len(told) == len(list(all_texts(TREE)))
    files = {
        one
        for words in TREE.values()
        for one in (words["result"]["file"], words["keep"]["file"]["name"], words["my_data"]["file"])
    }
    assert {one for one in told if not one.startswith("X ")} == {*TREE["nl"]["start"]["suggestions"]} | files


def all_texts(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from all_texts(inner)


def test_words_that_do_not_fit_any_more_do_nothing() -> None:
    for words in (("Te lang.",), ("Hooguit {limit} en {meer}.",), ("Hooguit {limit}.", "Nog een.")):
        assert site_texts.with_words(TREE, {TOO_LONG: Text(TOO_LONG, words)}) == TREE
    said = site_texts.with_words(TREE, {TOO_LONG: Text(TOO_LONG, ("Hooguit {limit} tekens.",))})
    assert said["nl"]["chat"]["too_long"] == "Hooguit {limit} tekens."


@pytest.mark.parametrize(
    ("name", "words", "wrong"),
    [
        (TOO_LONG, "Uw bericht is te lang.", ["placeholder.lost"]),
        (TOO_LONG, "Hooguit {limit} tekens, {naam}.", ["placeholder.strange"]),
        (TOO_LONG, "Hooguit {limit} tekens }.", ["placeholder.strange"]),
        (TOO_LONG, "Hooguit {limit} tekens, dus 3 zinnen.", ["kept_number.strange"]),
        ("site.chat.too_many.nl", "U stuurde veel berichten. Wacht een minuut.", ["kept_number.lost"]),
        ("site.site.menu.nl", "Hier ziet u alles wat u op deze site kunt doen", ["text_length"]),
        ("site.start.suggestions.nl", "study_aim", ["text.unknown"]),
        ("site.questions.prescreen.nl", "Kijk of u kunt meedoen", ["placeholder.lost"]),
        ("site.questions.prescreen.nl", "[Kijk hier](other)", ["placeholder.lost", "placeholder.strange"]),
    ],
)
def test_numbers_and_what_is_filled_in_stay_and_buttons_stay_short(name: str, words: str, wrong: list[str]) -> None:
    assert found(name, words) == wrong


def test_whom_to_call_in_danger_needs_two_people() -> None:
    assert fixed_texts.needs_two("site.site.suicide.nl")
    assert KNOWN["site.site.urgent_call.nl"].safety
    assert not fixed_texts.needs_two("site.chat.empty.nl")
