"""The words of the desk, read from `texts.yml` and `texts_*.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for file in sorted(FOLDER.glob("texts*.yml")):
        found |= yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def text(group: str, name: str, **values: object) -> str:
    """One text, its placeholders filled in. Raises KeyError when there is none of that name."""
    found = str(_all()[group][name])
    return found.format(**values) if values else found


def group(name: str) -> Mapping[str, str]:
    """All texts of a group, by name."""
    found: Mapping[str, str] = _all()[name]
    return found
