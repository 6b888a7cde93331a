"""Rasa graph runner: the components of a model one after the other, in an order that is made once.

Rasa's own gives every message twice or more to Dask, which plans tasks for many processors: with a few components on
one of them the planning takes a fifth as long as all their work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import rasa.core.processor
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphNodeHook, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.storage import ModelStorage

# What is asked of a model: understanding, the next action; whoever measures asks for a little more.
_ORDERS_KEPT = 16


def use() -> None:
    """Run models that this process loads from now on with this."""
    rasa.core.processor.DaskGraphRunner = InTurn


class InTurn(DaskGraphRunner):  # type: ignore[misc]
    """Runs what the targets need, and nothing else, as Rasa's own does."""

    def __init__(
        self,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> None:
        """As Rasa's."""
        super().__init__(graph_schema, model_storage, execution_context, hooks)
        self._order = lru_cache(_ORDERS_KEPT)(self._in_order)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """What the targets give.

        Args:
            inputs: what comes from outside, by the name under which nodes ask for it; it takes the place of a node.
            targets: the nodes whose output is wanted; those that the model names when absent.

        Raises:
            GraphRunError: when a node lacks something.
        """
        given = inputs or {}
        wanted = tuple(targets or self._graph_schema.target_names)
        # A node takes and gives its name with what it made.
        found: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in given.items()}
        try:
            for name, needs in self._order(wanted, frozenset(given)):
                # What nobody made stays a name: the node then says what it misses.
                found[name] = self._instantiated_nodes[name](*(found.get(one, one) for one in needs))
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return {name: found[name][1] for name in wanted}

    def _in_order(self, targets: Sequence[str], given: frozenset[str]) -> list[tuple[str, tuple[str, ...]]]:
        """The nodes that are needed, each with what it needs, none before what it needs."""
        nodes = self._graph_schema.nodes.items()
        needs = {name: tuple(node.needs.values()) for name, node in nodes if name not in given}
        return [(name, needs[name]) for name in dict.fromkeys(_depth_first(targets, needs))]


def _depth_first(names: Sequence[str], needs: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name in names:
        if name in needs:
            yield from _depth_first(needs[name], needs)
            yield name
