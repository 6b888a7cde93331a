"""`python -m bot.dialogue.serve run ...` is `rasa run ...` without what only training needs, and quicker.

Rasa loads TensorFlow for every command: 400 MB and some seconds, for a helper of training that one of its modules names
at its head, and for a component that checks a configuration before training, of which a model holds the name. Here both
are loaded when somebody uses them, which a process that answers messages never does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

# Named by `rasa.nlu.extractors.extractor` at its head, used in training only.
LATER = frozenset({"rasa.utils.train_utils"})
# Modules of which a model names one class, a graph component: who only looks at it gets one that calls the real one.
STAND_INS = {"rasa.graph_components.validators.default_recipe_validator": "DefaultV1RecipeValidator"}


class OnDemand(MetaPathFinder, Loader):
    """Finds modules as Python does, and runs the code of some of them at the first use of anything in them."""

    def __init__(self, names: Collection[str], components: Mapping[str, str] | None = None) -> None:
        """Take the names of the modules that wait, and the component of some that may be looked at before."""
        self._components = components or {}
        self._names = frozenset({*names, *self._components})

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
            spec = module.__spec__
            assert spec is not None
            if spec.loader is self:
                module.__dict__.pop("__getattr__", None)
                spec.loader = module.__loader__ = spec.loader_state
                spec.loader.exec_module(module)
            return getattr(module, name)

        def first_use(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            if name == self._components.get(module.__name__):
                return _stand_in(module.__name__, name, load)
            return load(name)

        module.__dict__["__getattr__"] = first_use


def _stand_in(module: str, name: str, load: Callable[[str], Any]) -> type:
    """A graph component under the name of another, which it loads when one is made."""
    from rasa.engine.graph import GraphComponent

    def create(cls: type, *arguments: Any, **more: Any) -> Any:
        return load(name).create(*arguments, **more)

    def load_one(cls: type, *arguments: Any, **more: Any) -> Any:
        return load(name).load(*arguments, **more)

    methods = {"__module__": module, "create": classmethod(create), "load": classmethod(load_one)}
    return type(name, (GraphComponent,), methods)


def main() -> None:
    """Run the Rasa command that the arguments name."""
    prepare()
    from rasa.__main__ import main as rasa

    rasa()


def prepare() -> None:
    """Let this process load what only training needs at its first use, and models in a way that answers soon."""
    sys.meta_path.insert(0, OnDemand(LATER, STAND_INS))
    from bot.dialogue import running

    running.use()


if __name__ == "__main__":
    main()
