"""How a model understands one question, for people who write questions: the outcome and the words that decided it.

Only the classifier is taken out of the model, not Rasa. Which words decided is found by leaving each out in turn: that
counts a word in everything the model sees in it (the word, its letters, its meaning in the lexicon, its neighbours).
"""

from __future__ import annotations

import io
import math
import tarfile
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.nlu.intent_model import IntentModel, Understanding
from bot.nlu.learnt import Learnt
from bot.nlu.safety_patterns import SafetyPatterns, first_alarm
from bot.publishing.models import ModelStore, NotOurs

_FILE = "intent_model.joblib"
# The live model and one of a draft.
_HELD = 2
_MOST_WORDS = 40
_LEAST_SHARE = 1e-6


class Explainers:
    """The classifiers of a few models, loaded when first asked for."""

    def __init__(self, models: ModelStore, patterns: Sequence[Path]) -> None:
        """Take where models come from, and the files with the patterns for danger, of every language."""
        self._models = models
        self._patterns = [SafetyPatterns.load(file) for file in patterns]
        self._held: OrderedDict[str, Learnt] = OrderedDict()
        self._lock = threading.Lock()

    def explain(self, session: Session, name: str, text: str) -> dict[str, Any]:
        """How a model understands a text.

        Args:
            session: an open session.
            name: of a model, or `live`.
            text: the question.

        Returns:
            `model`, `outcome`, `label` (the best one), `confidence`, `ranking` (label and share, best first), `words`
            (word and weight, in order; heavier decided more), and `alarm` (the intent whose pattern for danger
            overrules all this, or None).

        Raises:
            NotOurs: when there is no such model or it may not be used.
        """
        if name == "live":
            live = self._models.live_name(session)
            if live is None:
                raise NotOurs("There is no live model yet: start the installation again.")
            name = live
        learnt = self._load(session, name)
        model = learnt.model(learnt.language_of(text))
        found = model.understand(text)
        return {
            "model": name,
            "outcome": found.kind.value,
            "label": _plain(found.ranking[0][0]),
            "confidence": round(found.confidence, 4),
            "ranking": [{"label": _plain(label), "share": round(share, 4)} for label, share in found.ranking[:5]],
            "words": deciding_words(model, text, found),
            "alarm": first_alarm(self._patterns, text),
        }

    def _load(self, session: Session, name: str) -> Learnt:
        with self._lock:
            if name not in self._held:
                self._held[name] = classifier_in(self._models.read(session, name))
            self._held.move_to_end(name)
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
            return self._held[name]


def classifier_in(file: bytes) -> Learnt:
    """The classifiers in a model file. Only for files that were verified: it is loaded as code."""
    with tarfile.open(fileobj=io.BytesIO(file), mode="r:gz") as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(_FILE):
                opened = archive.extractfile(member)
                assert opened is not None
                return Learnt.read(io.BytesIO(opened.read()))
    raise NotOurs("This model holds no classifier: train again.")


def deciding_words(model: IntentModel, text: str, found: Understanding) -> list[dict[str, Any]]:
    """Each word with how much it spoke for the best label: 1 for the one that did most, below 0 for one against it."""
    words = text.split()
    if not 1 < len(words) <= _MOST_WORDS:
        return [{"word": word, "weight": 1.0 if len(words) == 1 else 0.0} for word in words]
    best = found.ranking[0][0]
    whole = _share(found, best)
    drops = []
    for place in range(len(words)):
        left = model.understand(" ".join(words[:place] + words[place + 1 :]))
        drops.append(math.log(whole) - math.log(_share(left, best)))
    # A question that was learnt literally loses the same with every word: what they differ in tells.
    common = min(drops) if min(drops) > 0 else 0.0
    drops = [drop - common for drop in drops]
    most = max(abs(drop) for drop in drops) or 1.0
    return [{"word": word, "weight": round(drop / most, 3)} for word, drop in zip(words, drops, strict=True)]


def _share(found: Understanding, label: str) -> float:
    return max(_LEAST_SHARE, dict(found.ranking).get(label, 0.0))


def _plain(label: str) -> str:
    return label.split("/")[-1]
