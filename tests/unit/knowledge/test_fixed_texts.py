"""Other words for the fixed texts: they fit what is filled in, and safety texts keep their numbers."""

from __future__ import annotations

import pytest

from bot.knowledge import fixed_texts
from bot.knowledge.findings import Limits
from bot.knowledge.replies import reworded
from bot.knowledge.schema import Text
from bot.settings import ROOT

KNOWN = fixed_texts.load(ROOT / "bot" / "domain")
CRISIS = KNOWN["utter_crisis"].variations[0]


def found(name: str, *variations: str) -> list[str]:
    return [finding.check for finding in fixed_texts.check(Text(name, variations), KNOWN, Limits())]


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_the_words_of_the_domain_pass_their_own_checks(name: str) -> None:
    assert set(found(name, *KNOWN[name].variations)) <= {"too_long_sentence"}


def test_texts_on_danger_are_safety_texts_in_every_language() -> None:
    safety = {name for name, text in KNOWN.items() if text.safety}
    assert {"utter_crisis", "utter_crisis_en", "utter_urgent_symptoms", "utter_medical_advice"} <= safety
    assert "utter_greet" not in safety
    assert {"112", "113", "0800-0113", "113.nl"} <= set(fixed_texts._NUMBER.findall(CRISIS))


@pytest.mark.parametrize("number", ["112", "113", "0800-0113", "113.nl"])
def test_a_safety_text_keeps_its_numbers(number: str) -> None:
    shown = {"113": "**113**"}.get(number, number)
    assert shown in CRISIS
    assert found("utter_crisis", CRISIS.replace(shown, "iemand")) == ["safety_number"]


@pytest.mark.parametrize("wrong", ["0900-0113", "144", "020 1234567", "+31 20 1234567"])
def test_a_safety_text_names_no_other_number(wrong: str) -> None:
    assert found("utter_crisis", f"{CRISIS}\n\nOf bel {wrong}.") == ["safety_number"]


def test_other_words_are_free_where_no_one_is_in_danger() -> None:
    variations = [f"Dag {number}!" for number, _ in enumerate(KNOWN["utter_greet"].variations)]
    assert found("utter_greet", *variations) == []


def test_placeholders_stay_and_no_others_come() -> None:
    name = next(name for name, text in KNOWN.items() if any("[recruitment]" in one for one in text.variations))
    old = KNOWN[name].variations
    assert "placeholder" in found(name, *(one.replace("[recruitment]", "") for one in old))
    assert "placeholder" in found("utter_greet", *(f"{one} {{name}}" for one in KNOWN["utter_greet"].variations))


def test_the_number_of_variations_and_the_name_must_fit() -> None:
    assert found("utter_greet", "Dag!") == ["text"]
    assert found("utter_unknown", "Dag!") == ["text"]
    assert found("utter_crisis", "  ")[0] == "incomplete"


def test_published_words_stand_in_for_those_of_the_domain_only_when_they_fit() -> None:
    variations = [{"text": "Dag.", "custom": {"kind": "smalltalk"}}, {"text": "Hoi.", "buttons": []}]
    assert reworded(variations, None) == variations
    assert reworded(variations, Text("utter_greet", ("Een",))) == variations
    assert reworded(variations, Text("utter_greet", ("Een", "Twee"))) == [
        {"text": "Een", "custom": {"kind": "smalltalk"}},
        {"text": "Twee", "buttons": []},
    ]
