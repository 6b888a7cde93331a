"""What a new model is judged by: sets of questions, and conversation tests. Read from the folder of the settings."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.operations.errors import OperatorError
from bot.operations.gate import SAFETY, Asked
from bot.operations.scoring import EvaluationFileError, read_questions
from bot.settings import PREFIX

SETS = ("everyday", "hard", "dialogue", "out_of_scope", SAFETY, "fresh_everyday", "fresh_hard", "english")


def questions(folder: Path) -> Asked:
    """The questions, by set.

    Raises:
        OperatorError: when a set is missing or cannot be read: without them no model may pass.
    """
    asked = {}
    for name in SETS:
        file = folder / "evaluation" / f"{name}.tsv"
        try:
            asked[name] = read_questions(file.read_text(encoding="utf-8").splitlines())
        except (OSError, UnicodeDecodeError, EvaluationFileError) as error:
            raise OperatorError(
                f"{file} cannot be used ({error}): set {PREFIX}GATE to the folder with the sets."
            ) from error
    return asked


def conversations(folder: Path) -> Path:
    """The folder with Rasa's conversation tests.

    Raises:
        OperatorError: when there are none.
    """
    found = folder / "conversations"
    # Rasa reads only files whose names begin with this.
    if not any(found.glob("test_*.yml")):
        raise OperatorError(
            f"There are no conversation tests in {found}: set {PREFIX}GATE to the folder with the sets."
        )
    return found


def digest(asked: Asked) -> str:
    """A digest of the questions, to know whether remembered answers are to these."""
    texts = "\n".join(f"{name}\t{one.text}" for name, group in asked.items() for one in group)
    return hashlib.sha256(texts.encode()).hexdigest()
