"""Which language somebody asks for, in whatever language they ask it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.language_wish import LanguageWish
from bot.nlu.wishes import LanguageFileError, LanguageWishes
from bot.settings import ROOT

WISHES = LanguageWishes.load(ROOT / "data" / "lexicon" / "languages.yml")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("kunnen we Engels praten?", "en"),
        ("Kan het ook in het engels, mijn man leest mee", "en"),
        ("can we speak English?", "en"),
        ("I don't understand Dutch", "en"),
        ("My Dutch is not so good, do you have this in English too?", "en"),
        ("ik spreek niet goed Nederlands", "en"),
        ("ik versta geen Nederlands, kunt u Engels?", "en"),
        ("kunnen we niet in het Engels verder?", "en"),
        ("EN please", "en"),
        ("can we go back to Dutch", "nl"),
        ("mag het weer in het Nederlands", "nl"),
        ("waarom praat je Engels, ik wil Nederlands", "nl"),
        ("ik kan geen Engels", "nl"),
        ("I do not speak English very well", "nl"),
        ("Dutch please, not English", "nl"),
        ("NL graag", "nl"),
        ("een andere taal graag", None),
        ("spreekt u Nederlands en Engels", None),
        ("Spaans en Frans?", None),
        ("", None),
    ],
)
def test_the_language_that_is_asked_for(text: str, language: str | None) -> None:
    assert WISHES.wished(text) == language


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    assert WISHES.wished(text) in {"nl", "en", None}


def test_only_messages_that_ask_for_a_language_change_theirs() -> None:
    component = LanguageWish(WISHES, "switch_language")
    messages = [
        Message({"text": "kunnen we Engels praten?", "intent": {"name": name}, "language": "nl"})
        for name in ("switch_language", "faq")
    ]
    assert [message.get("language") for message in component.process(messages)] == ["en", "nl"]


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text("names: 3", encoding="utf-8")
    with pytest.raises(LanguageFileError, match=r"x\.yml"):
        LanguageWishes.load(tmp_path / "x.yml")
