"""Content as one JSON file: what a training reads when it learns something else than the content files."""

from __future__ import annotations

import json
from pathlib import Path

from bot.knowledge.schema import Content, Text
from bot.knowledge.store_format import KINDS, assemble, from_json, pieces, to_json


def write(content: Content, file: Path) -> None:
    """Write a snapshot."""
    learnt = [piece for piece in pieces(content) if not isinstance(piece, Text)]
    rows = [{"kind": KINDS[type(piece)], "name": piece.id, "data": to_json(piece)} for piece in learnt]
    file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def read(file: Path) -> Content:
    """The content of a snapshot; notices and texts are not in it, for nothing is learnt from them."""
    rows = json.loads(file.read_text(encoding="utf-8"))
    return assemble([from_json(row["kind"], row["name"], row["data"]) for row in rows])
