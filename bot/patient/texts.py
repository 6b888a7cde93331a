"""The words of the site itself, read from `texts.yml` so that staff can change them without touching code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

TEXTS = Path(__file__).with_name("texts.yml")
DEFAULT_LANGUAGE = "nl"
# The languages in which the words around the chat are complete.
PAGE_LANGUAGES = ("nl",)


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Any]:
    return dict(yaml.safe_load(TEXTS.read_text(encoding="utf-8")))


def languages() -> tuple[str, ...]:
    """The languages the site has texts in; the first is the default."""
    return tuple(_all())


def text(name: str, language: str = DEFAULT_LANGUAGE, **values: object) -> str:
    """The text with this dotted name, for example `chat.empty`, its placeholders filled in.

    Falls back to the default language. Raises KeyError when no language has the text.
    """
    found = section(name, language)
    if not isinstance(found, str):
        raise KeyError(f"texts.yml: {name} is not a text")
    return found.format(**values).strip() if values else found.strip()


def section(name: str, language: str = DEFAULT_LANGUAGE) -> Any:
    """Whatever stands under this dotted name: a text, a list or a group. Raises KeyError when there is nothing."""
    for tongue in (language, DEFAULT_LANGUAGE):
        found: Any = _all().get(tongue)
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        if found is not None:
            return found
    raise KeyError(f"texts.yml has no {name}")
