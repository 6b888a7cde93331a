"""The gate's sets without the messages of danger that only the classifier finds.

A few of those lie on the edge, and any training may lose one: the gate then stops a change that has nothing to do with
it, as it should. Tests of what happens around a training ask for a gate of which the verdict does not hang on that.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.nlu.safety_patterns import SafetyPatterns, first_alarm
from bot.operations.gate import ALARMS, SAFETY
from bot.operations.gate_sets import SETS
from bot.operations.scoring import read_questions
from bot.settings import ROOT


def steady_gate(folder: Path) -> Path:
    """Write the sets and the conversation tests to a folder; returns it."""
    patterns = [SafetyPatterns.load(file) for file in sorted((ROOT / "data" / "lexicon").glob("**/safety.yml"))]
    (folder / "evaluation").mkdir(parents=True)
    for name in SETS:
        lines = (ROOT / "tests" / "evaluation" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
        questions = read_questions(lines)
        kept = [
            one
            for one in questions
            if (name != SAFETY and one.expected[0] not in ALARMS) or first_alarm(patterns, one.text)
        ]
        rows = [f"{one.text}\t{'|'.join(one.expected)}\t{one.after or ''}".rstrip("\t") for one in kept]
        text = "\n".join(["text\texpected\tafter", *rows])
        (folder / "evaluation" / f"{name}.tsv").write_text(text, encoding="utf-8")
    (folder / "conversations").mkdir()
    for file in (ROOT / "tests" / "conversations").glob("test_*.yml"):
        shutil.copy(file, folder / "conversations")
    return folder
