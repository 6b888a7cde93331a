"""What training leaves behind: a classifier for each language, and what tells languages apart. Without Rasa."""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import IO, Any

import joblib

from bot.nlu.detection import LanguageDetector
from bot.nlu.intent_model import IntentModel

_PACKED = b"\x1f\x8b"  # how a gzip file begins


@dataclass
class Learnt:
    """Classifiers by language.

    Attributes:
        models: language -> classifier; the empty name where no language was given.
        default: the language of examples that name none.
        made_from: language -> digest of everything its classifier was learnt from, but the code.
    """

    models: dict[str, IntentModel] = field(default_factory=dict)
    detector: LanguageDetector = field(default_factory=LanguageDetector)
    default: str = ""
    made_from: dict[str, str] = field(default_factory=dict)

    def write(self, file: IO[bytes]) -> None:
        """Store it."""
        # Rasa packs the model as tightly as it can, which takes longer than a training where it is not packed yet. Not
        # by joblib, which writes and reads each of a million values in Python.
        with gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0) as packed:
            pickle.dump(self, packed, protocol=pickle.HIGHEST_PROTOCOL)

    @staticmethod
    def read(file: IO[bytes]) -> Learnt:
        """What was stored, also by an earlier version. Only from a model that is trusted: it is loaded as code."""
        begin = file.read(len(_PACKED))
        file.seek(0)
        if begin != _PACKED:
            return joblib.load(file)  # type: ignore[no-any-return]
        with gzip.GzipFile(fileobj=file) as packed:
            return pickle.load(packed)  # type: ignore[no-any-return]  # noqa: S301

    def language_of(self, text: str, current: str | None = None) -> str:
        """The language of a text: that of the conversation, unless the text is clearly in another one."""
        return self.detector.language(text, current or self.default)

    def model(self, language: str) -> IntentModel:
        """The classifier for a language; for one without examples, that of the default language."""
        return self.models.get(language) or self.models.get(self.default) or next(iter(self.models.values()))

    def made_of(self, language: str, digest: str) -> IntentModel | None:
        """The classifier for a language when it was learnt from exactly this; else None."""
        # What an earlier version stored has no record of it.
        return self.models.get(language) if vars(self).get("made_from", {}).get(language) == digest else None


_EARLIER: ContextVar[Learnt | None] = ContextVar("earlier", default=None)


@contextmanager
def building_on(earlier: Learnt | None) -> Iterator[None]:
    """Within it a training takes over classifiers whose material did not change. Only for what the same code learnt."""
    token = _EARLIER.set(earlier)
    try:
        yield
    finally:
        _EARLIER.reset(token)


def taken_over(language: str, digest: str) -> IntentModel | None:
    """The classifier for a language that `building_on` offers, when it was learnt from exactly this; else None."""
    earlier = _EARLIER.get()
    return earlier.made_of(language, digest) if earlier else None


def digest_of(*material: Any) -> str:
    """A digest of JSON values: the same for the same material, in the same order."""
    return hashlib.sha256(json.dumps(material, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
