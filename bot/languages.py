"""The languages the assistant speaks, as `data/languages.yml` declares them, and which stands in for which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from bot.settings import ROOT

FILE = ROOT / "data" / "languages.yml"


class LanguagesError(Exception):
    """The declaration of languages cannot be used. The message names the file and what to do."""


@dataclass(frozen=True)
class Language:
    """A language.

    Attributes:
        code: of two letters.
        name: what its speakers call it.
        called: what other languages are called in it.
        falls_back_to: languages that stand in where a text is missing, best first.
        topics: the topics that must be complete in it; None when all should be.
    """

    code: str
    name: str
    called: Mapping[str, str] = field(default_factory=dict)
    falls_back_to: tuple[str, ...] = ()
    topics: tuple[str, ...] | None = None


def load(path: Path) -> Mapping[str, Language]:
    """Read a declaration: a language each, the one in which everything is there first.

    Raises:
        LanguagesError: when the file is missing, has another shape, or names a language that it does not declare.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = {
            str(code): Language(
                str(code),
                str(one["name"]),
                one.get("called") or {},
                tuple(one.get("falls_back_to") or ()),
                tuple(one["topics"]) if "topics" in one else None,
            )
            for code, one in data.items()
        }
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise LanguagesError(f"{path}: expected a language with a `name:` each ({error}).") from error
    first = next(iter(found), None)
    for one in found.values():
        others = set(found) - {one.code}
        if not set(one.falls_back_to) <= others or (one.code != first and first not in one.falls_back_to):
            raise LanguagesError(
                f"{path}: `falls_back_to` of {one.code} names declared languages, and ends with {first}."
            )
        if not set(one.falls_back_to) <= set(one.called):
            raise LanguagesError(f"{path}: write under `called` what {', '.join(one.falls_back_to)} is in {one.name}.")
    return found


@lru_cache(maxsize=1)
def declared() -> Mapping[str, Language]:
    """The languages of this project, by code."""
    return load(FILE)


def codes() -> tuple[str, ...]:
    """The codes of the languages, that of the first language first."""
    return tuple(declared())


def first() -> str:
    """The language in which everything is there."""
    return codes()[0]


def partial() -> Mapping[str, tuple[str, ...]]:
    """The languages that are there in part, each with the topics that must be complete in it."""
    return {one.code: one.topics for one in declared().values() if one.topics is not None}


def lexicon_of(lexicon: Path, language: str) -> Path:
    """Where the lexicon of a language stands: the first language in the folder itself, each other one in its own."""
    return lexicon if language == first() else lexicon / language


def in_turn(language: str) -> tuple[str, ...]:
    """The languages to look for a text in: this one, then those that stand in; an unknown one counts as the first."""
    known = declared().get(language)
    return (language, *known.falls_back_to) if known else (first(),)


def found_in(texts: Mapping[str, str], language: str) -> str:
    """The language in which a text is there: this one, or the best that stands in; the first when it is nowhere."""
    return next((code for code in in_turn(language) if texts.get(code)), first())


def in_language(texts: Mapping[str, str], language: str) -> str:
    """A text in this language, or in the best that stands in.

    Raises:
        KeyError: when it is not in the first language either.
    """
    return texts[found_in(texts, language)]
