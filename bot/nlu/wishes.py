"""Which language a message asks to go on in. Pure but for reading the file with the names of languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from bot.nlu.text import normalise

_PARTS = re.compile(r"[.,;:!?\n()]+|\b(?:maar|want|dus|omdat|but|because|so|and|since|anders|or)\b", re.IGNORECASE)


class LanguageFileError(Exception):
    """The file cannot be used. The message names the file and what to do."""


class LanguageWishes:
    """Tells the language that somebody wishes."""

    def __init__(self, names: Mapping[str, Sequence[str]], refused: Sequence[str]) -> None:
        """Compile the expressions: language -> how it is called, and what refuses the language named beside it."""
        self._names = {language: _any(called, bounded=True) for language, called in names.items()}
        self._refused = _any(refused)

    @classmethod
    def load(cls, path: Path) -> LanguageWishes:
        """Read a file of names.

        Raises:
            LanguageFileError: when it is missing, has another shape, or holds a broken expression.
        """
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls(data["names"], data["refused"])
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, re.error) as error:
            raise LanguageFileError(f"{path}: expected `names:` by language and `refused:` ({error}).") from error

    def wished(self, text: str) -> str | None:
        """The one language that a message asks for; None when it names none, or more than one.

        A language that is refused ("ik spreek geen Nederlands") is not meant, and stands for the first other one when
        no other is named.
        """
        wanted: set[str] = set()
        refused: set[str] = set()
        for part in map(normalise, _PARTS.split(text)):
            named = {language for language, called in self._names.items() if called.search(part)}
            (refused if self._refused.search(part) else wanted).update(named)
        wanted -= refused
        if not wanted and len(refused) == 1:
            return next((language for language in self._names if language not in refused), None)
        return wanted.pop() if len(wanted) == 1 else None


def _any(expressions: Sequence[str], bounded: bool = False) -> re.Pattern[str]:
    whole = "|".join(f"(?:{one})" for one in expressions)
    return re.compile(rf"\b(?:{whole})\b" if bounded else whole)
