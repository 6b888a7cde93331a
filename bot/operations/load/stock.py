"""The same assistant as people make it with Rasa's own parts: the project that a load measurement compares with.

Pipeline and policies are those that `rasa init` gives. Every topic and dialogue intent is an intent with its text as a
plain response, a choice of a topic a conditional response, the pre-screen a form with custom actions (which take every
answer as it comes: less work than ours), the conversations an SQLite file. Epochs are cut to one: how long a message
takes does not depend on them, and training for real takes a quarter of an hour.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot import settings as project_settings
from bot.eligibility.criteria import Trial
from bot.eligibility.trial_file import load_trial
from bot.knowledge import files
from bot.knowledge.schema import Content, Topic
from bot.operations import processes
from bot.operations.benchmark import STOCK, sample
from bot.operations.benchmark import examples as benchmark_examples
from bot.settings import ROOT

FORM = "prescreen_form"
PER_LABEL = 20
_LANGUAGE = "nl"
_SILENT = ("clarify",)  # an outcome of ours, which the default pipeline does not have
_ACTIONS = Path(__file__).with_name("stock_actions.py")
_POLICIES: list[dict[str, Any]] = [
    {"name": "MemoizationPolicy"},
    {"name": "RulePolicy"},
    {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": 1},
    {"name": "TEDPolicy", "max_history": 5, "epochs": 1, "constrain_similarities": True},
]


def prepare(folder: Path) -> float:
    """Write the project with this installation's content and train it; gives the seconds that training took.

    Raises:
        RuntimeError: when it cannot be trained, with the end of what Rasa said.
    """
    settings = project_settings.load()
    texts: dict[str, Any] = {}
    for path in (ROOT / "bot" / "domain").glob("*.yml"):
        texts |= yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {}
    examples = sample(benchmark_examples(), PER_LABEL)
    write_project(folder, examples, texts, files.load(settings.content), load_trial(settings.trial_file))
    log = folder / "train.log"
    command = [sys.executable, "-m", "rasa", "train", "--skip-validation", "--fixed-model-name", "stock"]
    began = time.perf_counter()
    with log.open("wb") as output:
        environment = {**os.environ, **processes.environment(settings)}
        code = subprocess.call(command, cwd=folder, env=environment, stdout=output, stderr=output)
    if code:
        raise RuntimeError(log.read_text(encoding="utf-8")[-2000:])
    return time.perf_counter() - began


def write_project(
    folder: Path, examples: Mapping[str, Sequence[str]], texts: Mapping[str, Any], content: Content, trial: Trial
) -> None:
    """Write the files of the project.

    Args:
        folder: where; made when absent.
        examples: what people say, by label.
        texts: responses of the dialogue intents, as a Rasa domain has them.
        content: the topics.
        trial: the pre-screen.
    """
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "actions").mkdir(exist_ok=True)
    (folder / "actions" / "__init__.py").touch()
    shutil.copyfile(_ACTIONS, folder / "actions" / "actions.py")
    labels = [label for label in examples if label not in _SILENT]
    _write(folder / "config.yml", _config())
    _write(folder / "data" / "nlu.yml", {"nlu": [_examples(label, examples[label]) for label in labels]})
    _write(folder / "data" / "rules.yml", {"rules": _rules(labels)})
    _write(folder / "data" / "stories.yml", {"stories": _stories(list(content.topics))})
    _write(folder / "domain.yml", _domain(labels, texts, content, trial))
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")


def endpoints(folder: Path, actions_url: str) -> None:
    """Write `endpoints.yml`: the action server and the SQLite file."""
    store = {"type": "SQL", "dialect": "sqlite", "db": str(folder / "rasa.db")}
    _write(folder / "endpoints.yml", {"action_endpoint": {"url": f"{actions_url}/webhook"}, "tracker_store": store})


def _config() -> dict[str, Any]:
    pipeline = [{**one, "epochs": 1} if "epochs" in one else one for one in STOCK]
    recipe = {"recipe": "default.v1", "assistant_id": "stock", "language": _LANGUAGE}
    return {**recipe, "pipeline": pipeline, "policies": _POLICIES}


def _examples(label: str, texts: Sequence[str]) -> dict[str, str]:
    return {"intent": label, "examples": "".join(f"- {text}\n" for text in texts)}


def _rules(labels: Sequence[str]) -> list[dict[str, Any]]:
    # The first begins the form; the second is an intent that Rasa itself has an action for.
    plain = [label for label in labels if label not in ("start_prescreen", "restart")]
    return [
        *({"rule": label, "steps": [{"intent": label}, {"action": f"utter_{label}"}]} for label in plain),
        {"rule": "a chosen topic", "steps": [{"intent": "ask_topic"}, {"action": "utter_topic"}]},
        {"rule": "not understood", "steps": [{"intent": "nlu_fallback"}, {"action": "utter_out_of_scope"}]},
        {
            "rule": "begin the pre-screen",
            "steps": [{"intent": "start_prescreen"}, {"action": FORM}, {"active_loop": FORM}],
        },
        {
            "rule": "end of the pre-screen",
            "condition": [{"active_loop": FORM}],
            "steps": [
                {"action": FORM},
                {"active_loop": None},
                {"slot_was_set": [{"requested_slot": None}]},
                {"action": "action_verdict"},
            ],
        },
    ]


def _stories(topics: Sequence[str]) -> list[dict[str, Any]]:
    """Some conversations, as the machine-learned policies need any at all."""
    stories = []
    for number, (one, other) in enumerate(zip(topics[::4], topics[2::4], strict=False)):
        steps = [{"intent": "greet"}, {"action": "utter_greet"}]
        for topic in (one, other):
            steps += [{"intent": topic}, {"action": f"utter_{topic}"}]
        stories.append({"story": f"conversation {number}", "steps": steps})
    return stories


def _domain(labels: Sequence[str], texts: Mapping[str, Any], content: Content, trial: Trial) -> dict[str, Any]:
    answers = {f"utter_{topic.id}": [{"text": _words(topic)}] for topic in content.topics.values()}
    chosen = [
        {"text": _words(topic), "condition": [{"type": "slot", "name": "topic", "value": topic.id}]}
        for topic in content.topics.values()
    ]
    questions = {
        f"utter_ask_{FORM}_{one.id}": [
            {
                "text": one.question[_LANGUAGE],
                "buttons": [
                    {"title": option.label[_LANGUAGE], "payload": f'/answer{{"{one.id}": "{option.id}"}}'}
                    for option in one.options
                ],
            }
        ]
        for one in trial.criteria
    }
    fixed = {f"utter_{label}": texts[f"utter_{label}"] for label in labels if f"utter_{label}" in texts}
    empty = {f"utter_{label}": [{"text": label}] for label in labels}
    return {
        "intents": [*labels, "ask_topic", "answer"],
        "entities": ["topic", *trial.criterion_ids],
        "slots": {"topic": _slot([{"type": "from_entity", "entity": "topic"}])}
        | {one: _slot(_mappings(one)) for one in trial.criterion_ids},
        "responses": {
            **empty, **answers, **_without_custom(fixed), **questions, "utter_topic": [*chosen, {"text": "?"}]
        },
        "forms": {FORM: {"required_slots": list(trial.criterion_ids)}},
        "actions": [f"validate_{FORM}", "action_verdict"],
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }  # fmt: skip


def _words(topic: Topic) -> str:
    """The answer without our placeholder, which Rasa would take for one of its own."""
    return topic.answer[_LANGUAGE].replace("{recruitment}", "").strip()


def _slot(mappings: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "text", "influence_conversation": False, "mappings": mappings}


def _mappings(criterion: str) -> list[dict[str, Any]]:
    asked = [{"active_loop": FORM, "requested_slot": criterion}]
    return [{"type": "from_entity", "entity": criterion}, {"type": "from_text", "conditions": asked}]


def _without_custom(responses: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [{key: value for key, value in one.items() if key != "custom"} for one in variants]
        for name, variants in responses.items()
    }


def _write(path: Path, document: dict[str, Any]) -> None:
    text = yaml.safe_dump({"version": "3.1", **document}, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
