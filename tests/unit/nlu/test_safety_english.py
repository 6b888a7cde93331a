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
        "I wrote a farewell letter to my sister last night",
        "we are sitting on the roof and she will not come down",
        "what is a painless way to go",
        "my family would be happier if I was gone",
        "he cut his wrists",
        "I think of suicide every evening",
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
        "All of a sudden my left arm hangs there like dead meat",
        "One side of her face is numb since this morning",
        "he slurs since an hour ago",
        "everything went black in front of my eyes",
        "she is blue and not breathing",
        "temp 38.4, six days after my transplant",
        "My toddler swallowed my tablets",
        "I have a stiff neck, a headache and a fever",
        "suddenly I cannot walk",
        "911",
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
        "my left leg has been weak for years",
        "I had a stroke of luck with my neurologist",
        "is 38 a fever",
        "on one side I want to, on the other I am afraid",
        "does the chemo take long, I want to end things at work first",
        "I said goodbye to my old neurologist",
        "I cannot walk far",
    ],
)
def test_near_misses_are_left_alone(text: str) -> None:
    assert PATTERNS.alarm(text) is None
