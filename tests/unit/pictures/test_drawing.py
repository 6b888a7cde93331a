"""The drawings: sound SVG in each language, figures from the passages, texts that cannot break out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.knowledge import files
from bot.knowledge.numbers import unsupported
from bot.knowledge.schema import Content
from bot.pictures import drawing
from bot.pictures.drawing import NoSuchDrawing, draw
from bot.settings import ROOT
from bot.signups.workflow import FINAL, State

LANGUAGES = ("nl", "en")
WIDTH = 340


@pytest.fixture(scope="module")
def content() -> Content:
    return files.load(ROOT / "data")


def parsed(name: str, language: str = "nl", here: str | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(str(draw(name, language, "Wat u ziet.", here).svg))


def strings(value: Any) -> Iterator[str]:
    """Every text in nested lists and mappings."""
    if isinstance(value, str):
        yield value
    else:
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", drawing.names())
def test_a_drawing_is_sound_and_is_one_picture_to_a_screen_reader(name: str, language: str) -> None:
    svg = parsed(name, language)
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "Wat u ziet."
    assert svg.get("viewBox", "").split()[2] == str(WIDTH)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", drawing.names())
def test_colours_come_from_the_page_so_that_the_theme_holds(name: str, language: str) -> None:
    for element in parsed(name, language).iter():
        assert not {"fill", "stroke", "style", "color"} & set(element.attrib), element.attrib


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", drawing.names())
def test_every_figure_in_a_drawing_stands_in_its_passages(content: Content, name: str, language: str) -> None:
    entry = drawing.texts()[name]
    passages = [content.passages[passage] for passage in entry["passages"]]
    sources = {content.sources[passage.source] for passage in passages}
    evidence = [passage.text for passage in passages] + [source.date or "" for source in sources]
    # English number words and months are the content checks' business; here the digits count.
    for text in strings(entry[language]):
        for figure in unsupported(text, evidence):
            assert name == "mortality", f"{text}: {figure.text}"
            # Two in a thousand is 0.2 %, and the rest of the thousand is 998.
            assert figure.value in {1000, 2, 998}


def test_the_texts_of_both_languages_have_the_same_shape() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(inner) for key, inner in value.items()}
        return [shape(inner) for inner in value] if isinstance(value, list) else str

    for name, entry in drawing.texts().items():
        assert shape(entry["nl"]) == shape(entry["en"]), name


def test_every_picture_that_a_topic_names_exists_and_every_drawing_is_used(content: Content) -> None:
    named = {topic.picture.name for topic in content.topics.values() if topic.picture}
    assert named == set(drawing.names())


def test_two_of_a_thousand_dots_are_coloured() -> None:
    kinds = [circle.get("class") for circle in parsed("mortality").iter("circle")]
    # Each kind has one more in the legend.
    assert (kinds.count("d-alarm") - 1, kinds.count("d-dot") - 1) == (2, 998)


@pytest.mark.parametrize("state", sorted(set(State) - (FINAL - {State.INCLUDED})), ids=lambda state: state.value)
def test_the_way_marks_where_somebody_is_now(state: State) -> None:
    steps = drawing.texts()["after-signing-up"]["nl"]["steps"]
    drawn = draw("after-signing-up", "nl", "De weg.", state.value)
    assert drawn.description == f"De weg. U bent hier: {steps[state.value]}."
    marked = [
        element.text for element in ElementTree.fromstring(str(drawn.svg)).iter() if element.get("class") == "d-name"
    ]
    assert marked == [steps[state.value]]


def test_words_cannot_break_out_of_the_drawing() -> None:
    drawn = draw("apheresis", "nl", '"><script>alert(1)</script>')
    assert "<script>" not in str(drawn.svg)
    assert ElementTree.fromstring(str(drawn.svg)).get("aria-label") == '"><script>alert(1)</script>'


def test_a_drawing_that_does_not_exist_is_told() -> None:
    with pytest.raises(NoSuchDrawing):
        draw("nothing", "nl", "")


def test_a_language_without_words_gets_dutch() -> None:
    assert draw("mortality", "fr", "").title == draw("mortality", "nl", "").title
