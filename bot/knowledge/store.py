"""The published content in the database: first import, publishing a new version, reading what is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.knowledge.schema import Content
from bot.knowledge.store_format import IN_FILES, KINDS, Piece, assemble, from_json, pieces, to_json
from bot.knowledge.tables import ContentState, ContentVersion

_STATE = 1


@dataclass(frozen=True)
class Published:
    """What a publication did: the new revision, and `kind/name` of each piece that changed or was withdrawn."""

    revision: int
    changed: tuple[str, ...]
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """One version of a piece, for its history."""

    version: int
    piece: Piece
    author: str
    published_at: datetime
    active: bool
    note: str | None = None
    approved_by: tuple[str, ...] = ()


def revision(session: Session) -> int:
    """A number that goes up with every publication; 0 when nothing was ever published."""
    return session.execute(select(ContentState.revision).where(ContentState.id == _STATE)).scalar() or 0


def published(session: Session) -> Content:
    """All content as it is published now; without any topic before the first import."""
    query = select(ContentVersion).where(ContentVersion.active).order_by(ContentVersion.id)
    return assemble([from_json(row.kind, row.name, row.data) for row in session.execute(query).scalars()])


def history(session: Session, kind: str, name: str) -> list[Version]:
    """The versions of one piece, newest first."""
    rows = session.execute(_versions(kind, name).order_by(ContentVersion.version.desc())).scalars()
    return [_version(row) for row in rows]


def publish(
    session: Session,
    changed: Iterable[Piece],
    author: str,
    now: datetime,
    *,
    withdrawn: Iterable[tuple[str, str]] = (),
    note: str | None = None,
    approved_by: Sequence[str] = (),
) -> Published:
    """Make pieces the published ones, each as a new version. Pieces that are published like this already are left.

    Whether they may be published is the caller's question: see `checks`. The caller's transaction makes it all or
    nothing; the first to write the revision wins from a second writer at the same time.

    Args:
        session: an open session; the caller commits.
        changed: the pieces as they must become.
        author: who publishes.
        now: the moment, with time zone.
        withdrawn: kind and name of pieces that must not be published any more; their versions stay in the history.
        note: why, for the history.
        approved_by: who approved it.
    """
    new_revision = _take_revision(session)
    made = {"author": author, "published_at": now, "note": note, "approved_by": list(approved_by)}
    names = [_publish_one(session, piece, made) for piece in changed]
    found = tuple(name for name in names if name is not None)
    gone = tuple(name for kind, piece in withdrawn if (name := _withdraw(session, kind, piece)) is not None)
    if not found and not gone:
        _set_revision(session, new_revision - 1)
        return Published(new_revision - 1, ())
    return Published(new_revision, found, gone)


def import_files(
    session: Session, content: Content, now: datetime, *, author: str = "import", force: bool = False
) -> Published:
    """Load content from files into an empty database.

    Args:
        session: an open session; the caller commits.
        content: what the files say.
        now: the moment, with time zone.
        author: who imports.
        force: import also when there is content already. What differs becomes a new version, what the files do not
            hold is withdrawn; earlier versions stay in the history.

    Returns:
        What changed: nothing when there was content already and `force` is not set.
    """
    present = session.execute(select(func.count()).select_from(ContentVersion)).scalar()
    if present and not force:
        return Published(revision(session), ())
    wanted = list(pieces(content))
    keep = {(KINDS[type(piece)], piece.id) for piece in wanted}
    active = session.execute(select(ContentVersion).where(ContentVersion.active)).scalars()
    gone = [(row.kind, row.name) for row in active if row.kind in IN_FILES and (row.kind, row.name) not in keep]
    result = publish(session, wanted, author, now, withdrawn=gone)
    mark_in_files(session, content)
    return result


def active_version(session: Session, kind: str, name: str) -> Version | None:
    """The version of a piece that is published now, or None."""
    query = _versions(kind, name).where(ContentVersion.active)
    row = session.execute(query).scalar()
    return _version(row) if row is not None else None


def active_authors(session: Session, kind: str) -> dict[str, str]:
    """Who published the present version of each piece of a kind, by the name of the piece."""
    query = select(ContentVersion.name, ContentVersion.author).where(ContentVersion.kind == kind, ContentVersion.active)
    return {row.name: row.author for row in session.execute(query)}


def mark_in_files(session: Session, content: Content) -> None:
    """Note which published versions the content files hold, to tell later who changed what since."""
    held = {(KINDS[type(piece)], piece.id): to_json(piece) for piece in pieces(content)}
    for row in session.execute(select(ContentVersion).where(ContentVersion.active)).scalars():
        if held.get((row.kind, row.name)) == row.data and not row.in_files:
            row.in_files = True


def _versions(kind: str, name: str) -> Any:
    return select(ContentVersion).where(ContentVersion.kind == kind, ContentVersion.name == name)


def _version(row: ContentVersion) -> Version:
    piece = from_json(row.kind, row.name, row.data)
    approved_by = tuple(row.approved_by or ())
    return Version(row.version, piece, row.author, row.published_at, row.active, row.note, approved_by)


def _publish_one(session: Session, piece: Piece, made: Mapping[str, Any]) -> str | None:
    kind, data = KINDS[type(piece)], to_json(piece)
    latest = session.execute(_versions(kind, piece.id).order_by(ContentVersion.version.desc()).limit(1)).scalar()
    active = session.execute(_versions(kind, piece.id).where(ContentVersion.active)).scalar()
    if active is not None and active.data == data:
        return None
    if active is not None:
        active.active = False
        session.flush()
    number = latest.version + 1 if latest is not None else 1
    session.add(ContentVersion(kind=kind, name=piece.id, version=number, data=data, active=True, **made))
    session.flush()
    return f"{kind}/{piece.id}"


def _withdraw(session: Session, kind: str, name: str) -> str | None:
    active = session.execute(_versions(kind, name).where(ContentVersion.active)).scalar()
    if active is None:
        return None
    active.active = False
    session.flush()
    return f"{kind}/{name}"


def _take_revision(session: Session) -> int:
    """Raise the revision by one. The row is locked until the transaction ends, so writers take turns."""
    raised = session.execute(
        update(ContentState)
        .where(ContentState.id == _STATE)
        .values(revision=ContentState.revision + 1)
        .execution_options(synchronize_session=False)
    )
    if not raised.rowcount:
        session.add(ContentState(id=_STATE, revision=1))
        session.flush()
    return revision(session)


def _set_revision(session: Session, number: int) -> None:
    session.execute(
        update(ContentState)
        .where(ContentState.id == _STATE)
        .values(revision=number)
        .execution_options(synchronize_session=False)
    )
