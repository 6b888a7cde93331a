"""Patterns for messages that must never be missed, such as crisis and acute symptoms. Pure but for reading the file.

A pattern file maps an intent to `patterns` (regular expressions, any of which raises the alarm) and `not`
(expressions that take an alarm back: figurative speech, questions for information). They are matched against
normalised text: lower case, no accents, no punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

from bot.nlu.required_words import Sieve
from bot.nlu.text import normalise


class PatternError(Exception):
    """The pattern file cannot be used. The message names the file and what to do."""


class SafetyPatterns:
    """Tells which alarm, if any, a text raises."""

    def __init__(self, patterns: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> None:
        """Compile the patterns: intent -> (alarms, exceptions). Earlier intents win."""
        self._compiled = {
            intent: (Sieve([re.compile(one) for one in alarms]), [re.compile(one) for one in exceptions])
            for intent, (alarms, exceptions) in patterns.items()
        }

    @classmethod
    def load(cls, path: Path) -> SafetyPatterns:
        """Read a pattern file.

        Raises:
            PatternError: when the file is missing, has another shape, or holds a broken expression.
        """
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls({intent: (part["patterns"], part.get("not") or ()) for intent, part in data.items()})
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, re.error) as error:
            raise PatternError(f"{path}: expected `patterns:` and `not:` for each intent ({error}).") from error

    def alarm(self, text: str) -> str | None:
        """The intent whose pattern matches the text, or None."""
        plain = normalise(text)
        for intent, (alarms, exceptions) in self._compiled.items():
            if any(one.search(plain) for one in alarms(plain)) and not any(one.search(plain) for one in exceptions):
                return intent
        return None


def first_alarm(patterns: Iterable[SafetyPatterns], text: str) -> str | None:
    """The alarm that a text raises in the first of several sets of patterns, one a language, that know it."""
    return next((alarm for one in patterns if (alarm := one.alarm(text))), None)
