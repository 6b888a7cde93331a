"""`make bench`: our understanding beside Rasa's default pipeline, on the same examples and the same questions.

Each pipeline is trained and measured in a process of its own, so that time and memory are its own. The default
pipeline is the one that `rasa init` writes. Questions are those of `tests/evaluation/`, by people who have not seen
the examples. The model in use is asked all of them too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot import settings as project_settings
from bot.operations import benchmark_publishing, processes
from bot.operations.evaluate import from_message, understand
from bot.operations.scoring import OUTSIDE, Question, Result, Understood, judge, read_questions, totals, wilson
from bot.settings import ROOT

SETS = ("everyday", "hard", "dialogue", "out_of_scope", "safety", "fresh_everyday", "fresh_hard")
# What the default pipeline cannot be asked: messages that lean on an answer, and other languages.
MORE_SETS = ("follow_ups", "follow_ups_fresh", "english", "english_fresh")
CURVE = (10, 20, 40, 80, 160)
FALLBACK = "nlu_fallback"
ALARMS = ("crisis", "urgent_symptoms")
# What `rasa init` of Rasa 3.6 writes into config.yml, with its defaults spelt out there as comments.
STOCK: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
    {"name": "EntitySynonymMapper"},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
]
INTRODUCTION = """# Benchmarks

Made by `make bench` (`python -m bot.operations.benchmark --write docs/benchmarks.md`). Times depend on the machine and
on what else it did; both pipelines ran in the same call, one after the other. The questions are those of
`tests/evaluation/`, written without sight of the training examples; its README says how far to trust them. 95%
intervals in brackets. "Right" counts answers; "right or offered" also what is rightly refused, and questions back with
the right topic among the choices.

## Beside Rasa's default pipeline

Stock is the pipeline that `rasa init` writes, without response selector: every topic is an intent of its own for both.
Both learn from the same examples, a part of what there is: the default pipeline would take hours for all of them.
"""
Examples = Mapping[str, Sequence[str]]
Counts = Mapping[str, int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark, print the tables, and write them to a file when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-label", type=int, default=20, help="examples of each label for the comparison; 0 is all")
    parser.add_argument("--write", type=Path, help="write the tables to this file as well")
    parser.add_argument("--child", nargs=2, metavar=("PIPELINE", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        print(json.dumps(_measure(options.child[0], Path(options.child[1]))))
        return 0
    everything = examples()
    parts = [
        INTRODUCTION + _comparison(sample(everything, options.per_label)),
        "## More examples, better understanding\n\n" + _curve(everything),
        "## The model in use\n\n" + _in_use(),
        "## Publishing\n\n" + benchmark_publishing.report(),
    ]
    text = "\n\n".join(parts)
    print(text)
    if options.write:
        options.write.write_text(f"{text}\n", encoding="utf-8")
    return 0


def examples(language: str = "nl") -> Examples:
    """All training examples in one language by label, with topic ids for the answers."""
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, METADATA, METADATA_INTENT, TEXT

    importer = TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), str(ROOT / "bot" / "domain"), [str(ROOT / "data" / "nlu")]
    )
    found: dict[str, list[str]] = {}
    for example in importer.get_nlu_data().intent_examples:
        told = (example.get(METADATA) or {}).get(METADATA_INTENT) or {}
        if told.get("language", language) != language:
            continue
        label = (example.get(INTENT_RESPONSE_KEY) or example.get(INTENT)).split("/")[-1]
        found.setdefault(label, []).append(example.get(TEXT))
    return found


def sample(everything: Examples, per_label: int, seed: int = 1) -> Examples:
    """So many examples of each label, drawn by chance; all of them for 0. Outside keeps eight times as many."""
    if not per_label:
        return everything
    chance = random.Random(seed)  # noqa: S311 (nothing secret is drawn)
    drawn = {}
    for label, texts in sorted(everything.items()):
        size = per_label * (8 if label == OUTSIDE else 1)
        drawn[label] = chance.sample(list(texts), min(size, len(texts)))
    return drawn


def questions(name: str) -> list[Question]:
    """The questions of one evaluation set."""
    return read_questions((ROOT / "tests" / "evaluation" / f"{name}.tsv").read_text(encoding="utf-8").splitlines())


def _comparison(data: Examples) -> str:
    with tempfile.TemporaryDirectory() as folder:
        document = {
            "version": "3.1",
            "nlu": [
                {"intent": label, "examples": "".join(f"- {text}\n" for text in texts)} for label, texts in data.items()
            ],
        }
        (Path(folder) / "nlu.yml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        measured = {name: _in_child(name, folder) for name in ("ours", "stock")}
    lines = [
        f"{sum(map(len, data.values()))} examples of {len(data)} labels.",
        "",
        "| set | pipeline | right | right or offered | wrong | asked back | refused |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in SETS:
        lines += [_row(name, pipeline, one["sets"][name]) for pipeline, one in measured.items()]
    lines += ["", "| pipeline | danger found | false alarms |", "|---|---|---|"]
    lines += [f"| {pipeline} | {_alarms(one['alarms'])} |" for pipeline, one in measured.items()]
    lines += ["", "| pipeline | training, s | ms a message | peak memory, MB |", "|---|---|---|---|"]
    for pipeline, one in measured.items():
        lines.append(f"| {pipeline} | {one['training']:.0f} | {one['milliseconds']:.1f} | {one['memory']:.0f} |")
    return "\n".join(lines)


def _in_use() -> str:
    """What the trained model makes of all sets."""
    settings = project_settings.load()
    asked = {name: questions(name) for name in (*SETS, *MORE_SETS)}
    everything = [one for group in asked.values() for one in group]
    found = iter(understand(settings, everything))
    understood = {name: [next(found) for _ in group] for name, group in asked.items()}
    lines = [
        "All examples, with the answers' own words, the patterns for danger, and what was answered before.",
        "",
        "| set | | right | right or offered | wrong | asked back | refused |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_row(name, "", _totals(group, understood[name])) for name, group in asked.items()]
    total = count_alarms(everything, [one for group in understood.values() for one in group])
    lines += ["", "| danger found | false alarms |", "|---|---|", f"| {_alarms(total)} |"]
    return "\n".join(lines)


def _totals(asked: Sequence[Question], found: Sequence[Understood]) -> Counts:
    return totals([judge(*pair) for pair in zip(asked, found, strict=True)])


def count_alarms(asked: Sequence[Question], found: Sequence[Understood]) -> Counts:
    """How many messages tell of danger and were seen to; how many others there are, and set off an alarm."""
    counts = Counter({"danger": 0, "found": 0, "others": 0, "false": 0})
    for question, understood in zip(asked, found, strict=True):
        raised = understood.predicted in ALARMS and understood.outcome == "answer"
        if question.expected[0] in ALARMS:
            counts.update({"danger": 1, "found": raised})
        else:
            counts.update({"others": 1, "false": raised and understood.predicted not in question.expected})
    return counts


def _alarms(counts: Counts) -> str:
    found, false = _share(counts["found"], counts["danger"]), _share(counts["false"], counts["others"])
    return f"{counts['found']} of {counts['danger']}: {found} | {counts['false']} of {counts['others']}: {false}"


def _row(name: str, pipeline: str, counts: Counts) -> str:
    number = sum(counts[result.value] for result in Result)
    right = counts[Result.ANSWERED_RIGHT.value]
    asked = counts[Result.CLARIFIED_RIGHT.value] + counts[Result.CLARIFIED_WRONG.value]
    refused = counts[Result.REFUSED_RIGHT.value] + counts[Result.REFUSED_WRONG.value]
    good = right + counts[Result.CLARIFIED_RIGHT.value] + counts[Result.REFUSED_RIGHT.value]
    cells = [_share(count, number) for count in (right, good, counts[Result.ANSWERED_WRONG.value], asked, refused)]
    return f"| {name} ({number}) | {pipeline} | " + " | ".join(cells) + " |"


def _share(count: int, of: int) -> str:
    low, high = wilson(count, of)
    return f"{100 * count / of:.1f}% ({100 * low:.0f}-{100 * high:.0f})"


def _in_child(pipeline: str, folder: str) -> dict[str, Any]:
    environment = {**os.environ, **processes.environment(project_settings.load())}
    command = [sys.executable, "-m", "bot.operations.benchmark", "--child", pipeline, folder]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _measure(pipeline: str, folder: Path) -> dict[str, Any]:
    """Train one pipeline on `nlu.yml` in the folder and ask it all questions."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    logging.disable(logging.WARNING)
    components = STOCK if pipeline == "stock" else yaml.safe_load((ROOT / "config.yml").read_text())["pipeline"]
    config = folder / f"{pipeline}.yml"
    recipe = {"recipe": "default.v1", "language": "nl", "assistant_id": pipeline, "pipeline": components}
    config.write_text(yaml.safe_dump(recipe), encoding="utf-8")
    began = time.perf_counter()
    model = train_nlu(str(config), str(folder / "nlu.yml"), str(folder), fixed_model_name=pipeline)
    training = time.perf_counter() - began
    agent = Agent.load(model)
    asked = {name: questions(name) for name in SETS}

    async def understood() -> dict[str, list[Understood]]:
        return {
            name: [_as_understood(await agent.parse_message(one.text.lstrip("/ ") or "?")) for one in group]
            for name, group in asked.items()
        }

    began = time.perf_counter()
    found = asyncio.run(understood())
    spent = time.perf_counter() - began
    return {
        "training": training,
        "milliseconds": 1000 * spent / sum(map(len, asked.values())),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "sets": {name: _totals(asked[name], found[name]) for name in SETS},
        "alarms": count_alarms(
            [one for name in SETS for one in asked[name]], [one for name in SETS for one in found[name]]
        ),
    }


def _as_understood(message: dict[str, Any]) -> Understood:
    """The default pipeline refuses by an intent of its own."""
    if (message.get("intent") or {}).get("name") == FALLBACK:
        return Understood(OUTSIDE, "refuse", (OUTSIDE,), 0.0)
    return from_message(message)


def _curve(everything: Examples) -> str:
    """How our classifier does with 10, 20, 40 ... examples of each label (without the answers' sentences)."""
    from bot.nlu.concepts import Lexicon
    from bot.nlu.features import FeatureSettings
    from bot.nlu.intent_model import IntentModel, ModelSettings

    lexicon = Lexicon.load(ROOT / "data" / "lexicon" / "concepts.yml")
    lines = [
        "Best label right / right one among the best three, by number of examples of each label:",
        "",
        "| examples of each | " + " | ".join(SETS[:3]) + " |",
        "|---|---|---|---|",
    ]
    for number in (*CURVE, 0):
        data = sample(everything, number)
        pairs = [(text, label) for label, texts in data.items() for text in texts]
        settings = ModelSettings(features=FeatureSettings(rarest=2))
        model = IntentModel(settings, lexicon).fit([text for text, _ in pairs], [label for _, label in pairs])
        cells = []
        for name in SETS[:3]:
            ranked = [(one, [label for label, _ in model.understand(one.text).ranking[:3]]) for one in questions(name)]
            best = sum(labels[0] in one.expected for one, labels in ranked) / len(ranked)
            among = sum(bool(set(labels) & set(one.expected)) for one, labels in ranked) / len(ranked)
            cells.append(f"{100 * best:.1f}% / {100 * among:.1f}%")
        lines.append(f"| {number or 'all'} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
