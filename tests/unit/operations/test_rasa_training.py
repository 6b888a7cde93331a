"""Rasa trains without what our configuration does not need, and as always where it is needed."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import (
    CombinedDataImporter,
    E2EImporter,
    ResponsesSyncImporter,
    TrainingDataImporter,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.operations import rasa_training

# The graph of a training, from our configuration or a given one.
_GRAPH = """
import sys
from pathlib import Path
from bot.operations import rasa_training
rasa_training.ROOT = Path(sys.argv[1])
rasa_training.load_lightly()
import yaml, rasa.model_training
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
config = yaml.safe_load((rasa_training.ROOT / "config.yml").read_text())
schema = DefaultV1Recipe().graph_config_for_recipe(config, {}).train_schema
print("tensorflow" in sys.modules, *(f"{node.uses.__module__}.{node.uses.__name__}" for node in schema.nodes.values()))
"""


def _graph(folder: Path) -> list[str]:
    command = [sys.executable, "-W", "ignore", "-c", _GRAPH, str(folder)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def test_our_configuration_is_trained_without_tensorflow() -> None:
    loaded, *nodes = _graph(rasa_training.ROOT)
    assert loaded == "False"
    assert "bot.nlu.intent_classifier.NgramIntentClassifier" in nodes
    assert "rasa.graph_components.validators.default_recipe_validator.DefaultV1RecipeValidator" in nodes


def test_a_component_of_rasa_in_the_configuration_is_the_real_one(tmp_path: Path) -> None:
    pipeline = "[{name: WhitespaceTokenizer}, {name: DIETClassifier}]"
    config = f"recipe: default.v1\nlanguage: nl\npipeline: {pipeline}\npolicies: [{{name: RulePolicy}}]\n"
    (tmp_path / "config.yml").write_text(config, encoding="utf-8")
    loaded, *nodes = _graph(tmp_path)
    assert loaded == "True"
    assert "rasa.nlu.classifiers.diet_classifier.DIETClassifier" in nodes


class _Importer(TrainingDataImporter):  # type: ignore[misc]
    """Has one example, and counts how often it is asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        self.asked += 1
        return TrainingData([Message({"text": "hallo", "intent": "greet"})])

    def get_domain(self) -> Domain:
        return Domain.empty()

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        return StoryGraph([])

    get_conversation_tests = get_stories

    def get_config(self) -> dict[str, str]:
        return {}

    def get_config_file_for_auto_config(self) -> None:
        return None


def _texts(own: _Importer) -> list[list[str]]:
    """What a training reads, in the way it asks."""
    importer = E2EImporter(ResponsesSyncImporter(CombinedDataImporter([own])))
    asked = [importer.get_nlu_data()]
    importer.get_domain()
    asked.append(importer.get_nlu_data(language="nl"))
    return [[str(example.get("text")) for example in data.intent_examples] for data in asked]


def test_examples_are_put_together_once() -> None:
    with rasa_training.unhindered():
        once = _Importer()
        assert _texts(once) == [["hallo"], ["hallo"]]
        assert not gc.isenabled()
    often = _Importer()
    assert _texts(often) == [["hallo"], ["hallo"]]
    assert (once.asked, often.asked) == (1, 3)


def test_afterwards_rasa_is_as_it_was() -> None:
    before = E2EImporter.get_nlu_data
    with pytest.raises(RuntimeError), rasa_training.unhindered():
        assert E2EImporter.get_nlu_data is not before
        raise RuntimeError
    assert E2EImporter.get_nlu_data is before
    assert gc.isenabled()
