"""The `faq` commands, run on the real content and a real database."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.database import make_engine, session_scope
from bot.knowledge import store
from bot.knowledge.cli import faq
from bot.knowledge.schema import OUTSIDE, Phrases, Text


@pytest.fixture
def root(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real content, and settings that point to it and to an empty database."""
    url = f"sqlite:///{tmp_path / 'content.db'}"
    for folder in ("faq", "sources"):
        shutil.copytree(data / folder, tmp_path / "data" / folder)
    shutil.copy(data / "content-map.yml", tmp_path / "data")
    monkeypatch.setenv("STAMCELWIJZER_DATABASE_URL", url)
    monkeypatch.setenv("STAMCELWIJZER_CONTENT", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(faq, arguments)


def spoil(root: Path, old: str, new: str) -> None:
    path = root / "faq" / "study.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_check_passes_on_sound_content_and_fails_on_an_error(root: Path) -> None:
    assert run("check", "--subject", "study").exit_code == 0
    spoil(root, "november 2019", "november 2018")
    result = run("check", "--subject", "study")
    assert result.exit_code == 1
    assert "study_aim" not in result.output or "november 2018" in result.output
    assert "error    figures: " in result.output
    assert run("check", "--subject", "terms").exit_code == 0


def test_check_takes_another_minimum_and_refuses_an_unknown_subject(root: Path) -> None:
    result = run("check", "--subject", "study", "--minimum-questions", "10000")
    assert (result.exit_code, "write at least 10000" in result.output) == (1, True)
    assert run("check", "--subject", "weather").exit_code == 2


def test_a_file_that_cannot_be_read_is_named(root: Path) -> None:
    spoil(root, "as_of: ", "as_off: ")
    result = run("check")
    assert result.exit_code == 1
    assert "data/faq/study.yml:" in result.output
    assert "did you mean 'as_of'?" in result.output


def test_import_then_export_and_diff_find_no_difference(root: Path) -> None:
    assert "revision 1" in run("import").output
    assert "Nothing imported" in run("import").output
    assert run("diff").exit_code == 0
    assert run("export").output == "0 files changed.\n"
    assert "study_aim" in run("list", "--published").output


def test_diff_shows_what_export_will_change_back(root: Path) -> None:
    run("import")
    original = (root / "faq" / "study.yml").read_text(encoding="utf-8")
    spoil(root, "november 2019", "november 2018")
    result = run("diff")
    assert result.exit_code == 1
    assert "1 pieces differ." in result.output
    assert any(line.startswith("-") and "november 2018" in line for line in result.output.splitlines())
    assert "1 files changed." in run("export").output
    assert "november 2018" not in (root / "faq" / "study.yml").read_text(encoding="utf-8")
    assert original.splitlines()[:4] == (root / "faq" / "study.yml").read_text(encoding="utf-8").splitlines()[:4]


def test_import_refuses_content_with_broken_references(root: Path) -> None:
    spoil(root, "passages: [", "passages: [no-such-passage, ")
    result = run("import")
    assert result.exit_code == 1
    assert "passage 'no-such-passage' does not exist" in result.output
    assert "holds no content yet" in run("export").output


def test_a_new_database_is_made_and_one_that_cannot_be_made_is_explained(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAMCELWIJZER_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    assert "revision 1" in run("import").output
    monkeypatch.setenv("STAMCELWIJZER_DATABASE_URL", f"sqlite:///{tmp_path / 'no' / 'folder.db'}")
    result = run("list", "--published")
    assert result.exit_code == 1
    assert "look at STAMCELWIJZER_DATABASE_URL" in result.output


def test_other_words_for_a_fixed_text_travel_between_desk_and_files(root: Path, tmp_path: Path) -> None:
    assert run("import").exit_code == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'content.db'}")
    text, now = Text("utter_goodbye", ("Tot ziens.", "Dag.")), datetime(2026, 11, 20, tzinfo=UTC)
    with session_scope(engine) as session:
        store.publish(session, [text], "els", now)
    assert "Tot ziens." in run("diff").output
    assert "newer on the desk: text/utter_goodbye" in run("import").output
    assert "texts.yml" in run("export").output
    assert run("diff").exit_code == 0
    file = root / "texts.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("Tot ziens.", "Tot kijk."), encoding="utf-8")
    assert run("import").exit_code == 0
    with session_scope(engine) as session:
        assert store.published(session).texts["utter_goodbye"].variations == ("Tot kijk.", "Dag.")


def test_what_people_asked_that_is_outside_travels_between_desk_and_files(root: Path, tmp_path: Path) -> None:
    assert run("import").exit_code == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'content.db'}")
    asked = Phrases(OUTSIDE, {"nl": ('wat kost "zo\'n" hond', "is het morgen droog"), "en": ("what does a dog cost",)})
    with session_scope(engine) as session:
        store.publish(session, [asked], "els", datetime(2026, 11, 20, tzinfo=UTC))
    assert "newer on the desk: phrases/out_of_scope" in run("import").output
    assert "phrases.yml" in run("export").output
    assert run("diff").exit_code == 0
    assert "Nothing imported" in run("import").output
    file = root / "phrases.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("morgen droog", "morgen nat"), encoding="utf-8")
    assert run("import").exit_code == 0
    with session_scope(engine) as session:
        assert store.published(session).phrases[OUTSIDE].examples["nl"][1] == "is het morgen nat"


def test_only_what_is_outside_takes_examples_in_that_file(root: Path) -> None:
    (root / "phrases.yml").write_text('phrases:\n  greet:\n    nl: ["hoi"]\n', encoding="utf-8")
    result = run("import")
    assert (result.exit_code, "'greet' takes no examples here" in result.output) == (1, True)


def test_words_that_fail_their_checks_are_not_imported(root: Path) -> None:
    (root / "texts.yml").write_text('texts:\n  utter_crisis:\n    - "Bel 144."\n', encoding="utf-8")
    result = run("import")
    assert (result.exit_code, "safety_number" in result.output) == (1, True)
    assert "safety_number" in run("check").output
