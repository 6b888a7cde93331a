"""When a model must be trained again, and what is told when that fails."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from pathlib import Path

import pytest

from bot.operations import training
from bot.settings import Settings


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with content, trial and models of this test."""
    shutil.copytree(settings.content / "faq", tmp_path / "content" / "faq")
    shutil.copy(settings.trial_file, tmp_path / "trial.yml")
    models = tmp_path / "models"
    models.mkdir()
    return dataclasses.replace(settings, content=tmp_path / "content", trial_file=tmp_path / "trial.yml", models=models)


def pretend_trained(settings: Settings) -> None:
    model = training.model_file(settings)
    model.write_bytes(b"a model")
    record = {"fingerprint": training.fingerprint(settings), "size": model.stat().st_size}
    model.with_name("stamcelwijzer.json").write_text(json.dumps(record), encoding="utf-8")


def test_without_a_model_training_is_needed(own: Settings) -> None:
    assert not training.is_fresh(own)


def test_a_model_of_this_very_data_is_fresh(own: Settings) -> None:
    pretend_trained(own)
    assert training.is_fresh(own)


def test_a_new_time_on_the_same_file_does_not_ask_for_training(own: Settings) -> None:
    pretend_trained(own)
    for file in (own.content / "faq").glob("*.yml"):
        os.utime(file, (0, 4_000_000_000))
    assert training.is_fresh(own)


@pytest.mark.parametrize("changed", ["topic", "trial", "new file", "model"])
def test_any_change_in_what_it_follows_from_asks_for_training(own: Settings, changed: str) -> None:
    pretend_trained(own)
    path = {
        "topic": sorted((own.content / "faq").glob("*.yml"))[0],
        "trial": own.trial_file,
        "new file": own.content / "faq" / "new.yml",
        "model": training.model_file(own),
    }[changed]
    with path.open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert not training.is_fresh(own)


def test_a_damaged_record_asks_for_training(own: Settings) -> None:
    pretend_trained(own)
    (own.models / "stamcelwijzer.json").write_text("[", encoding="utf-8")
    assert not training.is_fresh(own)


def test_everything_the_configuration_names_counts() -> None:
    counted = {path for pattern in training._TRAINED_FROM for path in training.ROOT.glob(pattern)}
    for needed in ("config.yml", "data/lexicon/concepts.yml", "bot/nlu/intent_classifier.py", "requirements.txt"):
        assert training.ROOT / needed in counted
    for folder in ("data/rules", "data/nlu", "bot/domain"):
        assert any(path.is_relative_to(training.ROOT / folder) for path in counted)


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        (
            'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\n    1 / 0\n'
            "bot.nlu.concepts.LexiconError: concepts.yml:3: 'kaal' stands twice.\n\nThe above exception was ...\n\n"
            "rasa.engine.exceptions.GraphComponentException: Error initializing graph component for node train_x.\n",
            "concepts.yml:3: 'kaal' stands twice.",
        ),
        (
            "\x1b[31m2026-01-01 10:00:00 ERROR    rasa.cli.utils  - Intent 'x' has no examples.\x1b[0m\n",
            "Intent 'x' has no examples.",
        ),
        ("Killed\n", "Killed"),
    ],
)
def test_the_reason_of_a_failure_is_one_line_without_a_stack(tmp_path: Path, printed: str, reason: str) -> None:
    log = tmp_path / "train.log"
    log.write_text(printed, encoding="utf-8")
    assert training.reason(log) == reason
