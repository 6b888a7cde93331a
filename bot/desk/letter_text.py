"""Letters as text: which there are, what can be filled in, what is wrong with a changed one, and filling one in. Pure.

A letter is Markdown with placeholders between braces. It is turned into HTML first and filled in afterwards, so that
nothing a patient typed is ever read as Markdown or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

MAX_LENGTH = 10_000
_FILE = Path(__file__).with_name("letters.yml")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Raw HTML stays text, and there is nothing in a letter to click on.
_markdown = MarkdownIt("commonmark", {"html": False}).disable(["link", "autolink", "image", "entity"])


@dataclass(frozen=True)
class Letter:
    """A letter: its name for staff, what may not be missing in it, and its text before anybody changed it."""

    id: str
    name: str
    needs: tuple[str, ...]
    body: str


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def letters() -> Mapping[str, Letter]:
    """All letters by id."""
    found = _file()["letters"].items()
    return {key: Letter(key, words["name"], tuple(words["needs"]), words["body"]) for key, words in found}


def placeholders() -> Mapping[str, str]:
    """What can be filled in, with its explanation; blocks at the end."""
    return {**_file()["placeholders"], **_file()["blocks"]}


def blocks() -> frozenset[str]:
    """Placeholders that become more than one line."""
    return frozenset(_file()["blocks"])


def example() -> Mapping[str, str]:
    """Values for a preview, blocks aside."""
    return dict(_file()["example"])


def problems(letter: Letter, body: str) -> list[str]:
    """What is wrong with a changed text, each in a sentence that says how to repair it."""
    texts = _file()["problems"]
    if not body.strip():
        return [str(texts["empty"])]
    named = _PLACEHOLDER.findall(body)
    # A block may stand alone in a paragraph only: it becomes a table or a list.
    alone = {part.strip() for part in re.split(r"\n\s*\n", body)}
    wrong = {
        "unknown": sorted({name for name in named if name not in placeholders()}),
        "missing": [name for name in letter.needs if name not in named],
        "not_alone": sorted({name for name in named if name in blocks() and f"{{{name}}}" not in alone}),
    }
    found = [
        texts[kind].format(names=", ".join(f"{{{name}}}" for name in names)) for kind, names in wrong.items() if names
    ]
    if len(body) > MAX_LENGTH:
        found.append(texts["long"].format(limit=MAX_LENGTH))
    if set("{}") & set(_PLACEHOLDER.sub("", body)):
        found.append(texts["brace"].format())
    return found


def filled(body: str, values: Mapping[str, str | Markup]) -> Markup:
    """The letter as HTML. Plain values are escaped; blocks are given as markup. Raises KeyError without a value."""
    page = _markdown.render(body)
    for name in blocks():
        if name in values:
            page = page.replace(f"<p>{{{name}}}</p>", f"{{{name}}}")
    return Markup(_PLACEHOLDER.sub(lambda found: str(escape(values[found[1]])), page))  # noqa: S704
