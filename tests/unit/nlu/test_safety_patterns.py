"""Alarms by pattern."""

from pathlib import Path

import pytest
import yaml

from bot import languages
from bot.nlu.safety_patterns import PatternError, SafetyPatterns
from bot.settings import ROOT

PATTERNS = SafetyPatterns({"crisis": ([r"\bwil dood\b"], [r"\bwil dood gewoon\b"]), "urgent": ([r"\bblind\b"], [])})


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("Ik WIL dood!", "crisis"),
        ("wil dood gewoon lachen", None),
        ("ben ineens blind", "urgent"),
        ("ik wil dood en ben blind", "crisis"),
        ("wat kost het", None),
        ("", None),
    ],
)
def test_the_first_matching_alarm_wins_unless_it_is_taken_back(text: str, alarm: str | None) -> None:
    assert PATTERNS.alarm(text) == alarm


def test_a_broken_expression_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "safety.yml").write_text("crisis:\n  patterns: ['(']\n", encoding="utf-8")
    with pytest.raises(PatternError, match="safety.yml"):
        SafetyPatterns.load(tmp_path / "safety.yml")


def test_the_net_of_the_model_has_the_patterns_of_every_language() -> None:
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    named = next(one["patterns"] for one in pipeline if "patterns" in one)
    lexicon = ROOT / "data" / "lexicon"
    assert {ROOT / file for file in named} == {
        languages.lexicon_of(lexicon, code) / "safety.yml" for code in languages.codes()
    }
