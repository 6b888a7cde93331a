"""The concept lexicon: everyday words and phrases that mean the same thing. Pure but for reading the file.

A lexicon file maps a concept to its forms: single words, phrases, or a beginning with `*` ("vergoed*"). Without
pre-trained word vectors this is where knowledge of synonyms lives, where people can read and correct it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from bot.nlu.text import normalise

_LONGEST_PHRASE = 5


class LexiconError(Exception):
    """The lexicon file cannot be used. The message names the file and what to do."""


class Lexicon:
    """Finds concepts in normalised text."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        """Index the forms.

        Args:
            concepts: concept id -> forms.
        """
        self._phrases: dict[str, set[str]] = {}
        self._prefixes: dict[str, set[str]] = {}
        for concept, forms in concepts.items():
            for form in forms:
                plain = normalise(form.rstrip("*"))
                if plain:
                    index = self._prefixes if form.endswith("*") else self._phrases
                    index.setdefault(plain, set()).add(concept)
        self._shortest_prefix = min((len(prefix) for prefix in self._prefixes), default=0)

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """Read a lexicon file: `concepts:` with a list of forms each.

        Raises:
            LexiconError: when the file is missing or has another shape.
        """
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            concepts = data["concepts"]
            return cls({str(concept): [str(form) for form in forms] for concept, forms in concepts.items()})
        except (OSError, yaml.YAMLError, TypeError, KeyError, AttributeError) as error:
            raise LexiconError(
                f"{path}: expected `concepts:` with a list of words for each concept ({error})."
            ) from error

    def find(self, text: str) -> list[str]:
        """The concepts in a normalised text, one entry per occurrence, in order."""
        tokens = text.split()
        found: list[str] = []
        for start in range(len(tokens)):
            for length in range(1, min(_LONGEST_PHRASE, len(tokens) - start) + 1):
                found += sorted(self._phrases.get(" ".join(tokens[start : start + length]), ()))
            found += self._by_prefix(tokens[start])
        return found

    def _by_prefix(self, token: str) -> list[str]:
        found: set[str] = set()
        if self._prefixes:
            for end in range(self._shortest_prefix, len(token) + 1):
                found |= self._prefixes.get(token[:end], set())
        return sorted(found)
