"""The spaCy pipeline of a process, also when Rasa makes its component more than once."""

from __future__ import annotations

from pathlib import Path

import spacy

from bot.nlu.language_pipeline import LanguagePipeline


def test_a_process_loads_a_pipeline_once(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        spacy.blank("nl").to_disk(folder)
    first = LanguagePipeline.load_model(str(one))
    assert LanguagePipeline.load_model(str(one)) is first
    assert LanguagePipeline.load_model(str(other)) is not first
    assert first.model("waar is het").text == "waar is het"
