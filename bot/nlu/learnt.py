"""What training leaves behind: a classifier for each language, and what tells languages apart. Without Rasa."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.nlu.detection import LanguageDetector
from bot.nlu.intent_model import IntentModel


@dataclass
class Learnt:
    """Classifiers by language.

    Attributes:
        models: language -> classifier; the empty name where no language was given.
        default: the language of examples that name none.
    """

    models: dict[str, IntentModel] = field(default_factory=dict)
    detector: LanguageDetector = field(default_factory=LanguageDetector)
    default: str = ""

    def language_of(self, text: str, current: str | None = None) -> str:
        """The language of a text: that of the conversation, unless the text is clearly in another one."""
        return self.detector.language(text, current or self.default)

    def model(self, language: str) -> IntentModel:
        """The classifier for a language; for one without examples, that of the default language."""
        return self.models.get(language) or self.models.get(self.default) or next(iter(self.models.values()))
