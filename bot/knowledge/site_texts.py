"""The words of the patient site that may be said in other words, by name: `site.chat.empty.nl`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.fixed_texts import OF_SITE, FixedText, Held, fits, is_safety
from bot.knowledge.schema import Text
from bot.knowledge.text import strip_markup, words

# Names of topics and of files: no words for people.
_NOT_WORDS = frozenset({"start.suggestions", "result.file", "keep.file.name", "my_data.file"})
# A button stays a button: other words may be somewhat more than twice as many.
_ROOM = 6


def load(file: Path) -> Mapping[str, FixedText]:
    """The texts in the file with the site's words, by name, in its order. A list is one text with variations."""
    found = {}
    for language, tree in yaml.safe_load(file.read_text(encoding="utf-8")).items():
        for place, variations in _leaves("", tree):
            name = f"{OF_SITE}{place}.{language}"
            most = max(len(words(strip_markup(one))) for one in variations) * 2 + _ROOM
            held = Held("", place.partition(".")[0], (), frozenset(), frozenset(), (), most)
            found[name] = FixedText(name, variations, is_safety(name), str(language), held)
    return found


def with_words(tree: Mapping[str, Any], texts: Mapping[str, Text]) -> Mapping[str, Any]:
    """The site's words with what was published put over them.

    Args:
        tree: the words by language, as in the file.
        texts: what was published, by name; what does not fit (any more) does nothing.
    """
    return {language: _over("", words, str(language), texts) for language, words in tree.items()}


def _leaves(place: str, value: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    if place in _NOT_WORDS:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{place}.{key}".lstrip("."), inner)
    elif variations := _variations(value):
        yield place, variations


def _over(place: str, value: Any, language: str, texts: Mapping[str, Text]) -> Any:
    if isinstance(value, Mapping):
        return {key: _over(f"{place}.{key}".lstrip("."), inner, language, texts) for key, inner in value.items()}
    said, variations = texts.get(f"{OF_SITE}{place}.{language}"), _variations(value)
    if said is None or place in _NOT_WORDS or not fits(said, variations):
        return value
    return said.variations[0] if isinstance(value, str) else list(said.variations)


def _variations(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value.strip(),) if value.strip() else ()
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(one.strip() for one in value)
    return ()
