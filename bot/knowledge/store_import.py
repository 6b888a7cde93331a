"""Content files into a database that others publish in too: what only the files changed comes in, the rest is told.

For each piece three things are known: what the files say now, what is published now, and the last version that both had
(`in_files`). So a change in git and a change on the desk are told apart, and neither overwrites the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge import store
from bot.knowledge.schema import Content, Subject
from bot.knowledge.store_format import IN_FILES, KINDS, FilePiece, Piece, from_json, pieces, to_json
from bot.knowledge.tables import ContentVersion

Key = tuple[str, str]


@dataclass(frozen=True)
class Plan:
    """What an import would do.

    Attributes:
        publish: pieces that changed in the files only.
        withdraw: pieces that are gone from the files and did not change otherwise.
        conflicts: pieces that changed in both: what the files hold, and what is published; None where it is gone.
        ahead: pieces that changed on the desk only: `faq export` brings them into the files.
    """

    publish: tuple[FilePiece, ...]
    withdraw: tuple[Key, ...]
    conflicts: Mapping[Key, tuple[Piece | None, Piece | None]]
    ahead: tuple[Key, ...]


def plan(session: Session, content: Content) -> Plan:
    """Compare what the files hold with what is published and with what both had last."""
    wanted = {(KINDS[type(piece)], piece.id): piece for piece in pieces(content)}
    active, last = _known(session)
    publish: list[FilePiece] = []
    withdraw: list[Key] = []
    conflicts: dict[Key, tuple[Piece | None, Piece | None]] = {}
    ahead: list[Key] = []
    for key in dict.fromkeys((*wanted, *active)):
        piece, now, base = wanted.get(key), active.get(key), last.get(key)
        data = to_json(piece) if piece is not None else None
        if data == now:
            continue
        if data == base:
            ahead.append(key)
        elif now == base:
            if piece is not None:
                publish.append(piece)
            else:
                withdraw.append(key)
        elif isinstance(piece, Subject) and now is not None:
            publish.append(_joined(piece, now))
        else:
            conflicts[key] = (piece, from_json(*key, now) if now is not None else None)
    return Plan(tuple(publish), tuple(withdraw), conflicts, tuple(ahead))


def carry_out(session: Session, found: Plan, content: Content, author: str, now: datetime) -> store.Published:
    """Publish and withdraw what a plan says; conflicts and what is ahead stay as they are."""
    result = store.publish(session, found.publish, author, now, withdrawn=found.withdraw)
    store.mark_in_files(session, content)
    return result


def _known(session: Session) -> tuple[dict[Key, Any], dict[Key, Any]]:
    """What is published, and what files and database last had both, by kind and name."""
    active: dict[Key, Any] = {}
    last: dict[Key, Any] = {}
    query = select(ContentVersion).where(ContentVersion.kind.in_(IN_FILES)).order_by(ContentVersion.version)
    for row in session.execute(query).scalars():
        if row.active:
            active[row.kind, row.name] = row.data
        if row.in_files:
            last[row.kind, row.name] = row.data
    return active, last


def _joined(piece: Subject, now: Mapping[str, Any]) -> Subject:
    """A subject with the topics of both: a topic made on the desk and one made in the files do not clash."""
    return Subject(piece.id, piece.title, tuple(dict.fromkeys((*piece.topics, *now["topics"]))))
