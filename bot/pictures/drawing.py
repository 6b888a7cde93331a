"""One drawing as SVG: a template of `svg/` with the words of `texts.yml`. Pure but for reading these files once.

Colours and letters come from the page's style (`bot/web/static/pictures.css`), so that a drawing follows the theme. To
a screen reader a drawing is one picture with one description.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).parent


class NoSuchDrawing(KeyError):
    """There is no drawing of that name."""


@dataclass(frozen=True)
class Drawing:
    """A drawing in one language.

    Attributes:
        name: for example `ahsct-phases`.
        title: what stands above it.
        description: what it shows, for people who do not see it.
        note: where its figures come from, or "".
        svg: the drawing itself, safe to put in a page.
    """

    name: str
    title: str
    description: str
    note: str
    svg: Markup


def names() -> tuple[str, ...]:
    """All drawings."""
    return tuple(texts())


def draw(name: str, language: str, description: str, here: str | None = None) -> Drawing:
    """A drawing with its words.

    Args:
        name: one of `names()`.
        language: of the words; Dutch where the drawing does not have it.
        description: what it shows, in words: it stands in the content, where editors look after it.
        here: for a drawing of a way, the step to mark as the present one.

    Raises:
        NoSuchDrawing: when there is none of that name.
    """
    if name not in texts():
        raise NoSuchDrawing(name)
    words = texts()[name].get(language) or texts()[name]["nl"]
    if here is not None and here in words.get("steps", {}):
        description = f"{description} {words['here']}: {words['steps'][here]}."
    svg = _templates().get_template(f"{name}.svg").render(words=words, description=description, here=here)
    return Drawing(name, words["title"], description, words.get("note", ""), Markup(svg))  # noqa: S704 - escaped words


@lru_cache(maxsize=1)
def texts() -> Mapping[str, Mapping[str, Any]]:
    """The words of each drawing, per language, and the passages they rest on."""
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load((FOLDER / "texts.yml").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "svg"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
