"""`python -m bot.operations.rasa_training train ...` is `rasa train ...` without what costs time and gives nothing.

Rasa loads TensorFlow to look at the names of components that the configuration does not have, puts all examples
together anew for each way of asking for them, and has Python's collector of garbage go through them over and over.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from bot.dialogue.serve import LATER, OnDemand
from bot.settings import ROOT

# Rasa's components that bring TensorFlow or models of others with them. Only looked at when a model is trained without.
HEAVY = {
    "rasa.nlu.classifiers.diet_classifier": "DIETClassifier",
    "rasa.nlu.selectors.response_selector": "ResponseSelector",
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": "ConveRTFeaturizer",
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": "LanguageModelFeaturizer",
    "rasa.core.policies.ted_policy": "TEDPolicy",
    "rasa.core.policies.unexpected_intent_policy": "UnexpecTEDIntentPolicy",
}


def main() -> None:
    """Run the Rasa command that the arguments name."""
    load_lightly()
    from rasa.__main__ import main as rasa

    with unhindered():
        rasa()


def load_lightly() -> None:
    """Let Rasa's heavy components wait for their first use, when our configuration trains without them."""
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    used = [str(one.get("name")) for part in ("pipeline", "policies") for one in config.get(part) or ()]
    # A component of Rasa may build on another one; ours are known to build on none of these.
    if used and all(name.startswith("bot.") for name in used):
        sys.meta_path.insert(0, OnDemand(LATER, HEAVY))


@contextmanager
def unhindered() -> Iterator[None]:
    """Within it Rasa puts examples together once, and nothing looks for garbage: next to none is made in circles."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        with _one_reading():
            yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def _one_reading() -> Iterator[None]:
    """Ask each importer for its examples once: Rasa keeps them by the language asked for, which ours do not look at."""
    from rasa.shared.importers.importer import CombinedDataImporter, E2EImporter, ResponsesSyncImporter

    kinds = (CombinedDataImporter, ResponsesSyncImporter, E2EImporter)
    before = {kind: kind.get_nlu_data for kind in kinds}
    for kind, read in before.items():
        kind.get_nlu_data = _whatever_language(read)
    try:
        yield
    finally:
        for kind, read in before.items():
            kind.get_nlu_data = read


def _whatever_language(read: Callable[[Any], Any]) -> Callable[..., Any]:
    def get_nlu_data(self: Any, language: str | None = None) -> Any:
        return read(self)

    return get_nlu_data


if __name__ == "__main__":
    main()
