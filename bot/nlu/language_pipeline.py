"""Rasa graph component: the spaCy pipeline, loaded once in a process.

Rasa makes the component twice for every model, and a chat process loads a model beside the one that answers. The
pipeline is the same each time: it is built when an installation is set up, and loading it takes a second.
"""

from __future__ import annotations

from functools import lru_cache

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.MODEL_LOADER, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER],
    is_trainable=False,
    model_from="LanguagePipeline",
)
class LanguagePipeline(SpacyNLP):
    """Rasa's component, with one pipeline for all who ask for it by the same name."""

    @staticmethod
    def load_model(spacy_model_name: str) -> SpacyModel:
        """The pipeline with this name."""
        return _load(spacy_model_name)


@lru_cache(maxsize=2)
def _load(name: str) -> SpacyModel:
    return SpacyNLP.load_model(name)
