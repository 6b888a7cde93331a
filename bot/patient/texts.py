"""The words of the site itself: those of `texts.yml`, and over them what editors published on the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from flask import Flask, current_app, has_app_context

from bot.knowledge import site_texts
from bot.knowledge.schema import Text

TEXTS = Path(__file__).with_name("texts.yml")
DEFAULT_LANGUAGE = "nl"
# The languages in which the words of all pages are complete.
PAGE_LANGUAGES = ("nl", "en")


_NAME = "stamcelwijzer-words"


class _Words:
    """The words of one application; put together again when others were published."""

    def __init__(self, published: Callable[[], Mapping[str, Text]]) -> None:
        self._published = published
        self._last: tuple[Mapping[str, Text], Mapping[str, Any]] | None = None

    def all(self) -> Mapping[str, Any]:
        texts, last = self._published(), self._last
        if last is None or last[0] is not texts:
            self._last = last = texts, site_texts.with_words(_file(), texts) if texts else _file()
        return last[1]


def install(app: Flask, published: Callable[[], Mapping[str, Text]]) -> None:
    """Let an application say its texts in the words that were published: by name, `site.chat.empty.nl`."""
    app.extensions[_NAME] = _Words(published)


def _all() -> Mapping[str, Any]:
    words: _Words | None = current_app.extensions.get(_NAME) if has_app_context() else None
    return words.all() if words else _file()


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
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
