"""A quick look whether a text may hold a name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from bot.nlu.language import build, save
from bot.nlu.language_pipeline import LanguagePipeline
from bot.nlu.likeness import Likeness
from bot.settings import ROOT

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NLP = build(ROOT / "data" / "lexicon")
RULERS = [name for name in NLP.pipe_names if hasattr(NLP.get_pipe(name), "patterns")]
LIKENESS = {name: Likeness(NLP.get_pipe(name).patterns) for name in RULERS}  # type: ignore[attr-defined]
NAMES = [
    "ocrevus",
    "alemtuzumab",
    "interferon beta",
    "dimethyl fumaraat",
    "relapsing remitting",
    "copaxone",
    "mavenclad",
]


@st.composite
def misspelt(draw: st.DrawFn) -> str:
    """A name with up to two typing errors, among other words."""
    letters = list(draw(st.sampled_from(NAMES)))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(letters) - 1))
        letters[place : place + draw(st.integers(0, 1))] = draw(st.sampled_from(["", *LETTERS]))
        letters = letters or ["x"]
    before, behind = draw(st.sampled_from(["ik kreeg", "is", ""])), draw(st.sampled_from(["gehad", "2 jaar", ""]))
    return f"{before} {''.join(letters)} {behind}"


@given(misspelt() | st.text(max_size=40))
def test_what_is_passed_over_would_have_found_nothing(text: str) -> None:
    for name in RULERS:
        doc = NLP.make_doc(text.lower())
        if not LIKENESS[name](doc):
            ruler: object = NLP.get_pipe(name)
            assert not ruler(doc).ents  # type: ignore[operator]


def test_an_ordinary_question_is_like_no_name() -> None:
    doc = NLP.make_doc("hoe lang lig ik in het ziekenhuis na de transplantatie")
    assert not LIKENESS["exact_names"](doc)
    assert not LIKENESS["fuzzy_names"](doc)


@pytest.mark.parametrize("first", [{"TEXT": "x"}, {"LOWER": "x", "OP": "?"}, {"NORM": {"IN": ["x"]}}, {}])
def test_a_pattern_that_begins_otherwise_may_match_anything(first: dict[str, object]) -> None:
    assert Likeness([{"pattern": [first]}])(NLP.make_doc("iets"))


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LanguagePipeline, Language]]:
    folder: Path = tmp_path_factory.mktemp("pipeline") / "nl"
    save(NLP, folder)
    model = LanguagePipeline.load_model(str(folder))
    yield LanguagePipeline(model, LanguagePipeline.get_default_config()), spacy.load(folder)


def test_the_component_finds_what_the_whole_pipeline_finds(pipeline: tuple[LanguagePipeline, Language]) -> None:
    component, whole = pipeline
    found = 0
    for file in sorted((ROOT / "tests" / "evaluation").glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines()[1::9]:
            text = line.partition("\t")[0].lower()
            message = Message.build(text)
            component.process([message], component.provide())
            expected = [(one.text, one.label_, one.ent_id_) for one in whole(text).ents]
            doc = message.get("text_spacy_doc")
            assert [(one.text, one.label_, one.ent_id_) for one in doc.ents] == expected
            assert [token.lemma_ for token in doc] == [token.lemma_ for token in whole(text)]
            found += len(expected)
    assert found
