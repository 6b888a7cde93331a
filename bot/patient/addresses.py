"""One address for each page and language. Pure but for reading `addresses.yml` once.

The views know one set of paths, those in Dutch. What comes in is brought back to that (`taken_apart`), what goes out is
put in the language of the page (`in_language`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from bot.patient.texts import DEFAULT_LANGUAGE

_FILE = Path(__file__).with_name("addresses.yml")


@dataclass(frozen=True)
class Tongue:
    """How addresses are written in one language: what stands before them, and paths both ways."""

    prefix: str
    paths: Mapping[str, str]
    back: Mapping[str, str]


def taken_apart(path: str) -> tuple[str, str]:
    """The language of a path, and the path as the views know it: `/en/questions/x` is ("en", "/vragen/x")."""
    for language, tongue in tongues().items():
        if path == tongue.prefix or path.startswith(tongue.prefix + "/"):
            return language, _translated(path[len(tongue.prefix) :] or "/", tongue.back)
    return DEFAULT_LANGUAGE, path


def in_language(path: str, language: str) -> str:
    """A path as the views know it, as people who read this language see it; any query or fragment is left alone."""
    tongue = tongues().get(language)
    if tongue is None:
        return path
    end = min((place for place in (path.find("?"), path.find("#")) if place >= 0), default=len(path))
    return tongue.prefix + _translated(path[:end], tongue.paths) + path[end:]


def prefix(language: str) -> str:
    """What stands before each path in this language; nothing in Dutch."""
    tongue = tongues().get(language)
    return tongue.prefix if tongue else ""


@lru_cache(maxsize=1)
def tongues() -> Mapping[str, Tongue]:
    """Every language but Dutch."""
    found = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        language: Tongue(one["prefix"], one["paths"], {there: here for here, there in one["paths"].items()})
        for language, one in found.items()
    }


def _translated(path: str, paths: Mapping[str, str]) -> str:
    head, _, tail = path.rpartition("/")
    if path in paths:
        return paths[path]
    return f"{paths[head]}/{tail}" if head in paths else path
