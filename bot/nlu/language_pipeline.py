"""Rasa graph component: the spaCy pipeline, loaded once in a process, without the steps that a message has no word for.

Rasa makes the component twice for every model, and a chat process loads a model beside the one that answers. The
pipeline is the same each time: it is built when an installation is set up, and loading it takes a second.
"""

from __future__ import annotations

from functools import lru_cache

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from spacy.language import Language
from spacy.pipeline import EntityRuler
from spacy.tokens import Doc

from bot.nlu.likeness import Likeness


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.MODEL_LOADER, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER],
    is_trainable=False,
    model_from="LanguagePipeline",
)
class LanguagePipeline(SpacyNLP):
    """Rasa's component, with one pipeline for all who ask for it by the same name."""

    def _doc_for_text(self, model: Language, text: str) -> Doc:
        """What the pipeline makes of a text."""
        doc = model.make_doc(self._preprocess_text(text))
        likeness = _likeness(model)
        for name, step in model.pipeline:
            if name not in likeness or likeness[name](doc):
                doc = step(doc)
        return doc

    @staticmethod
    def load_model(spacy_model_name: str) -> SpacyModel:
        """The pipeline with this name."""
        return _load(spacy_model_name)


@lru_cache(maxsize=2)
def _likeness(model: Language) -> dict[str, Likeness]:
    """What each step that looks for names can do without, by its name."""
    return {name: Likeness(step.patterns) for name, step in model.pipeline if isinstance(step, EntityRuler)}


@lru_cache(maxsize=2)
def _load(name: str) -> SpacyModel:
    return SpacyNLP.load_model(name)
