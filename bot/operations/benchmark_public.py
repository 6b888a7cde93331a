"""Our classifier on a public set of questions: `python -m bot.operations.benchmark_public FILE...`.

A file is one of CLINC150 (`data/*.json` of github.com/clinc/oos-eval): lists of text and intent under `train`, `test`,
`oos_train` and `oos_test`. It is trained by `rasa train nlu` with the defaults of our classifier, without a lexicon.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.operations.scoring import OUTSIDE

CONFIG = {
    "recipe": "default.v1",
    "language": "en",
    "assistant_id": "public",
    "pipeline": [{"name": "bot.nlu.intent_classifier.NgramIntentClassifier"}],
}
COLUMNS = (
    "best label right", "answered right", "asked back, right one offered", "answered wrong",
    "best label is outside", "outside, not answered", "training, s of processor",
)  # fmt: skip
Data = Mapping[str, Sequence[Sequence[str]]]


def training_document(data: Data) -> dict[str, Any]:
    """The examples as training data of Rasa, those outside under one intent."""
    examples: dict[str, list[str]] = {}
    for text, label in data["train"]:
        examples.setdefault(label, []).append(text)
    examples[OUTSIDE] = [text for text, _ in data["oos_train"]]
    nlu = [{"intent": label, "examples": "".join(f"- {text}\n" for text in texts)} for label, texts in examples.items()]
    return {"version": "3.1", "nlu": nlu}


def shares(inside: Sequence[tuple[str, Mapping[str, Any]]], outside: Sequence[Mapping[str, Any]]) -> list[float]:
    """The columns but the last, in hundredths, from messages: those inside with their label, and those outside."""

    def share(found: Sequence[bool]) -> float:
        return 100 * sum(found) / len(found)

    def best(message: Mapping[str, Any]) -> str:
        return str(message["intent_ranking"][0]["name"])

    answered = [one["outcome"] == "answer" for _, one in inside]
    right = [best(one) == label for label, one in inside]
    return [
        share(right),
        share([one and is_right for one, is_right in zip(answered, right, strict=True)]),
        share([one["outcome"] == "clarify" and label in one["candidates"] for label, one in inside]),
        share([one and not is_right for one, is_right in zip(answered, right, strict=True)]),
        share([best(one) == OUTSIDE for one in outside]),
        share([one["outcome"] != "answer" for one in outside]),
    ]


def measured(data: Data, folder: Path) -> list[float]:
    """Train and ask; all columns."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    config, nlu = folder / "config.yml", folder / "nlu.yml"
    config.write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    nlu.write_text(yaml.safe_dump(training_document(data), allow_unicode=True), encoding="utf-8")
    began = time.process_time()
    model = train_nlu(str(config), str(nlu), str(folder), fixed_model_name="public")
    spent = time.process_time() - began
    agent = Agent.load(model)

    async def parsed(texts: Sequence[str]) -> list[dict[str, Any]]:
        return [await agent.parse_message(text) for text in texts]

    inside = asyncio.run(parsed([text for text, _ in data["test"]]))
    outside = asyncio.run(parsed([text for text, _ in data["oos_test"]]))
    return [*shares([(label, one) for (_, label), one in zip(data["test"], inside, strict=True)], outside), spent]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each file and print a row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    logging.disable(logging.WARNING)
    print("| set | " + " | ".join(COLUMNS) + " |\n|---|" + "---|" * len(COLUMNS))
    for file in parser.parse_args(arguments).files:
        with tempfile.TemporaryDirectory() as folder:
            found = measured(json.loads(file.read_text(encoding="utf-8")), Path(folder))
        print(f"| {file.stem} | " + " | ".join(f"{one:.1f}" for one in found) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
