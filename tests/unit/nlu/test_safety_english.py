"""The English safety patterns, on sentences that are not in the training data."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.safety_patterns import SafetyPatterns

PATTERNS = SafetyPatterns.load(Path("data/lexicon/en/safety.yml"))


@pytest.mark.parametrize(
    "text",
    [
        "I really wish I was dead.",
        "honestly I'd rather be dead than go through this",
        "I'm so tired of living with this pain",
        "There is nothing left to live for",
        "Sometimes I hope I don't wake up tomorrow",
        "I might jump off a bridge",
        "I saved up enough pills",
        "my wife keeps talking about suicide",
        "nobody would miss me anyway",
        "i want to kill myself if I am not accepted",
    ],
)
def test_a_crisis_is_seen(text: str) -> None:
    assert PATTERNS.alarm(text) == "crisis"


@pytest.mark.parametrize(
    "text",
    [
        "I am very short of breath",
        "this morning I lost the vision in one eye",
        "please send an ambulance",
        "my tongue is swollen since the drip",
        "my husband is not responding",
        "She is coughing up blood",
        "I cannot breathe",
    ],
)
def test_acute_trouble_is_seen(text: str) -> None:
    assert PATTERNS.alarm(text) == "urgent_symptoms"


@pytest.mark.parametrize(
    "text",
    [
        "how many patients die from this",
        "can my vision get worse as a side effect",
        "I stopped taking pills years ago",
        "when do I wake up after the anaesthetic",
        "I want to end the questions",
        "is it normal to have a fever after chemo",
        "what should I do if I get short of breath",
        "I'd rather not take part",
        "do my stem cells die",
        "nothing to lose, so sign me up",
        "I lost my password today",
    ],
)
def test_near_misses_are_left_alone(text: str) -> None:
    assert PATTERNS.alarm(text) is None
