"""`python -m bot.dialogue.serve run ...` is `rasa run ...` without what only training needs.

Rasa loads TensorFlow for every command: 300 MB and some seconds, for a helper of training that one of its modules names
at its head. Here that helper is loaded when somebody uses it, which a process that answers messages never does.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

# Named by `rasa.nlu.extractors.extractor` at its head, used in training only.
LATER = frozenset({"rasa.utils.train_utils"})


class OnDemand(MetaPathFinder, Loader):
    """Finds modules as Python does, and runs the code of some of them at the first use of anything in them."""

    def __init__(self, names: frozenset[str]) -> None:
        """Take the names of the modules that wait."""
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module as Python finds it, with this as what loads it; None for all others."""
        spec = PathFinder.find_spec(fullname, path, target) if fullname in self._names else None
        if spec is None or spec.loader is None:
            return None
        spec.loader_state = spec.loader
        spec.loader = self
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Load it later: Python asks a module's `__getattr__` for what is not there."""

        def load(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            del module.__dict__["__getattr__"]
            spec = module.__spec__
            assert spec is not None
            spec.loader = module.__loader__ = spec.loader_state
            spec.loader.exec_module(module)
            return getattr(module, name)

        module.__dict__["__getattr__"] = load


def main() -> None:
    """Run the Rasa command that the arguments name."""
    sys.meta_path.insert(0, OnDemand(LATER))
    from rasa.__main__ import main as rasa

    rasa()


if __name__ == "__main__":
    main()
