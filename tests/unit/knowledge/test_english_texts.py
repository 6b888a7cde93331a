"""Every fixed text and every text of the pre-screen exists in English, with the same kind, choices and placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge import fixed_texts

DOMAIN = Path("bot/domain")
RESPONSES: dict[str, list[dict[str, Any]]] = {}
for _path in sorted(DOMAIN.rglob("*.yml")):
    RESPONSES.update(yaml.safe_load(_path.read_text(encoding="utf-8")).get("responses") or {})
DUTCH = [name for name in RESPONSES if fixed_texts.language_of(name) == "nl"]
NUMBERS = re.compile(r"\b(?:112|113|0800-0113)\b")


@pytest.mark.parametrize("name", DUTCH)
def test_a_fixed_text_says_the_same_in_english(name: str) -> None:
    dutch, english = RESPONSES[name], RESPONSES[f"{name}_en"]
    assert len(dutch) == len(english)
    for one, other in zip(dutch, english, strict=True):
        assert one.get("custom") == other.get("custom")
        assert set(re.findall(r"\{\w+\}|\[recruitment\]", one["text"])) == set(
            re.findall(r"\{\w+\}|\[recruitment\]", other["text"])
        )
        assert set(NUMBERS.findall(one["text"])) == set(NUMBERS.findall(other["text"]))


@pytest.mark.parametrize("name", DUTCH)
def test_the_same_choices_are_offered_in_english(name: str) -> None:
    for one, other in zip(RESPONSES[name], RESPONSES[f"{name}_en"], strict=True):
        assert [button["payload"] for button in one.get("buttons", [])] == [
            button["payload"] for button in other.get("buttons", [])
        ]


def test_every_text_of_the_trial_has_english() -> None:
    trial = yaml.safe_load(Path("data/trials/ram-ms.yml").read_text(encoding="utf-8"))
    texts = list(_texts(trial))
    assert len(texts) > 60
    assert [text["nl"] for text in texts if not text.get("en")] == []


def test_no_english_text_is_without_a_dutch_one() -> None:
    assert [name for name in fixed_texts.load(DOMAIN) if name.endswith("_en") and name[:-3] not in RESPONSES] == []


def _texts(part: Any) -> Iterator[dict[str, str]]:
    if isinstance(part, dict):
        if "nl" in part:
            yield part
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)
