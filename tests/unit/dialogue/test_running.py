"""Models run as Rasa's own runner runs them: what the targets need, once each, after what it needs itself."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from bot.dialogue.running import InTurn

RAN: list[str] = []


class Adds(GraphComponent):
    """Adds what it is given, and one."""

    def __init__(self, name: str) -> None:
        self._name = name

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> Adds:
        return cls(config["name"])

    def add(self, first: int, second: int = 0) -> int:
        RAN.append(self._name)
        if first < 0:
            raise RuntimeError("below zero")
        return first + second + 1


def _node(name: str, **needs: str) -> SchemaNode:
    return SchemaNode(
        needs=needs, uses=Adds, constructor_name="create", fn="add", config={"name": name}, is_target=name == "last"
    )


SCHEMA = GraphSchema(
    {
        # Not in the order in which they must run.
        "last": _node("last", first="left", second="right"),
        "right": _node("right", first="begin", second="left"),
        "left": _node("left", first="begin"),
        "begin": _node("begin", first="given"),
        "aside": _node("aside", first="begin"),
    }
)


@pytest.fixture(params=[InTurn, DaskGraphRunner])
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DaskGraphRunner:
    RAN.clear()
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    runner: DaskGraphRunner = request.param.create(SCHEMA, storage, ExecutionContext(SCHEMA))
    return runner


def test_it_gives_what_the_targets_make(runner: DaskGraphRunner) -> None:
    assert runner.run({"given": 1}) == {"last": 10}
    assert runner.run({"given": 1}, ["left", "aside"]) == {"left": 3, "aside": 3}


def test_each_node_runs_once_and_only_when_needed(runner: DaskGraphRunner) -> None:
    runner.run({"given": 1}, ["last"])
    assert RAN[0] == "begin"
    assert RAN == ["begin", "left", "right", "last"]


def test_what_is_given_takes_the_place_of_a_node(runner: DaskGraphRunner) -> None:
    assert runner.run({"left": 10, "given": 1}, ["left"]) == {"left": 10}
    assert runner.run({"left": 10, "begin": 2}, ["last"]) == {"last": 24}


def test_what_is_missing_is_an_error(runner: DaskGraphRunner) -> None:
    with pytest.raises(GraphRunError):
        runner.run({}, ["last"])


def test_what_goes_wrong_in_a_node_is_told_as_rasa_tells_it(runner: DaskGraphRunner) -> None:
    with pytest.raises(Exception, match="Error running graph component for node begin"):
        runner.run({"given": -1})
