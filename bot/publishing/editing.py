"""Drafts in the database: writing them with two people at once, review, and everything that happened to them.

Every function takes an open session and the caller commits. `who` is the name of the member of staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.knowledge import store
from bot.knowledge.store_format import KINDS, Piece, from_json, to_json
from bot.publishing import trail
from bot.publishing.drafts import OPEN, Action, Approval, Draft, Seen, State, after, after_approval
from bot.publishing.merging import Merge, merge
from bot.publishing.tables import ContentAutosave, ContentDraft, ContentDraftSave


class Conflict(Exception):
    """Somebody else saved in the meantime. Nothing is lost: all three versions are here, and a proposal.

    Attributes:
        base: the piece as the second editor got it, None when it was new.
        mine: what the second editor wanted to save.
        theirs: what was saved in the meantime.
        theirs_by: by whom.
        seen: what to save on, once merged.
        merge: both changes together, with the fields where they clash.
    """

    def __init__(self, base: Piece | None, mine: Piece, theirs: Piece, theirs_by: str, seen: Seen) -> None:
        """Work out the proposal."""
        super().__init__("somebody else saved this in the meantime")
        self.base, self.mine, self.theirs, self.theirs_by, self.seen = base, mine, theirs, theirs_by, seen
        self.merge: Merge = merge(base, mine, theirs)


class NotFound(Exception):
    """There is no such draft, piece or version."""


@dataclass(frozen=True)
class Current:
    """What an editor gets to see of a piece.

    Attributes:
        piece: the open draft's text, else the published one; None for a piece that does not exist yet.
        draft: the open draft, if any.
        published: the version that is published, if any.
        seen: what to give back to `save`.
    """

    piece: Piece | None
    draft: Draft | None
    published: store.Version | None
    seen: Seen


@dataclass(frozen=True)
class Save:
    """One save of a draft, for its history."""

    edit: int
    piece: Piece
    author: str
    note: str | None
    saved_at: datetime


@dataclass(frozen=True)
class Autosave:
    """What somebody was typing: the fields of the form, and what they started from."""

    form: Mapping[str, Any]
    seen: Seen
    saved_at: datetime


def current(session: Session, kind: str, name: str) -> Current:
    """A piece as an editor goes on with it."""
    one, published = draft_of(session, kind, name), store.active_version(session, kind, name)
    version = published.version if published else None
    seen = one.seen if one else Seen(version)
    return Current(one.piece if one else published.piece if published else None, one, published, seen)


def save(session: Session, piece: Piece, seen: Seen, who: str, now: datetime, note: str | None = None) -> Draft:
    """Save a draft of a piece; opens one when there is none. A draft in review goes back to its author's desk.

    Args:
        session: an open session.
        piece: the piece as it must become.
        seen: what the author started from: `current(...).seen`, `Draft.seen` or `Conflict.seen`.
        who: the author.
        now: the moment.
        note: why.

    Raises:
        Conflict: when somebody else saved in the meantime; the autosave of `who` is kept.
        NotPossible: when the draft is being trained.
    """
    kind = KINDS[type(piece)]
    row = _open_row(session, kind, piece.id)
    if row is None:
        published = store.active_version(session, kind, piece.id)
        if published is not None and published.version != seen.version:
            base = _version(session, kind, piece.id, seen.version)
            raise Conflict(base, piece, published.piece, published.author, Seen(published.version))
        row = _opened(session, piece, seen, now)
    elif row.edit != seen.edit:
        raise _conflict(session, row, piece, seen)
    state = after(Action.SAVE, State(row.state))
    raised = session.execute(
        update(ContentDraft)
        .where(ContentDraft.id == row.id, ContentDraft.edit == row.edit, ContentDraft.state == row.state)
        .values(edit=row.edit + 1)
        .execution_options(synchronize_session=False)
    )
    if not raised.rowcount:
        session.refresh(row)
        raise _conflict(session, row, piece, seen)
    session.refresh(row)
    row.data, row.state, row.approvals, row.publish_at, row.problem = to_json(piece), state.value, [], None, None
    row.authors = list(dict.fromkeys((*row.authors, who)))
    row.note, row.updated_at = note or row.note, now
    session.add(
        ContentDraftSave(draft_id=row.id, edit=row.edit, data=row.data, author=who, note=note, saved_at=now),
    )
    forget_autosave(session, kind, piece.id, who)
    trail.record(session, who, "saved", now, kind=kind, name=piece.id, draft=row.id, note=note)
    session.flush()
    return _draft(row)


def autosave(
    session: Session, kind: str, name: str, form: Mapping[str, Any], seen: Seen, who: str, now: datetime
) -> None:
    """Keep what somebody is typing, as their form has it, finished or not. It never meets what others type."""
    row = _autosave_row(session, kind, name, who)
    if row is None:
        row = ContentAutosave(kind=kind, name=name, author=who)
        session.add(row)
    row.form, row.version, row.edit, row.saved_at = dict(form), seen.version, seen.edit, now
    session.flush()


def autosaved(session: Session, kind: str, name: str, who: str) -> Autosave | None:
    """What this person was typing when they last left, or None."""
    row = _autosave_row(session, kind, name, who)
    return Autosave(row.form, Seen(row.version, row.edit), row.saved_at) if row is not None else None


def forget_autosave(session: Session, kind: str, name: str, who: str) -> None:
    """Throw away what somebody was typing."""
    row = _autosave_row(session, kind, name, who)
    if row is not None:
        session.delete(row)


def draft(session: Session, draft_id: int) -> Draft:
    """A draft by number. Raises NotFound."""
    return _draft(_row(session, draft_id))


def draft_of(session: Session, kind: str, name: str) -> Draft | None:
    """The open draft of a piece, or None."""
    row = _open_row(session, kind, name)
    return _draft(row) if row is not None else None


def drafts(session: Session, states: Iterable[State] = OPEN) -> list[Draft]:
    """All drafts in these states, the one that waits longest first."""
    wanted = [state.value for state in states]
    query = select(ContentDraft).where(ContentDraft.state.in_(wanted)).order_by(ContentDraft.updated_at)
    return [_draft(row) for row in session.execute(query).scalars()]


def saves(session: Session, draft_id: int) -> list[Save]:
    """Every save of a draft, newest first."""
    row = _row(session, draft_id)
    query = select(ContentDraftSave).where(ContentDraftSave.draft_id == draft_id).order_by(ContentDraftSave.edit.desc())
    return [
        Save(one.edit, from_json(row.kind, row.name, one.data), one.author, one.note, one.saved_at)
        for one in session.execute(query).scalars()
    ]


def base_of(session: Session, one: Draft) -> Piece | None:
    """The published version a draft was made from; None for a new piece."""
    return _version(session, one.kind, one.name, one.base_version)


def outdated(session: Session, one: Draft) -> bool:
    """Whether another version was published since the draft was made: `rebase` brings it up to date."""
    active = store.active_version(session, one.kind, one.name)
    return active is not None and active.version != one.base_version


def rebase(session: Session, draft_id: int, who: str, now: datetime) -> tuple[Draft, Merge]:
    """Bring what was published since into a draft. Where both changed the same, the draft's own text stays.

    Returns:
        The draft, which is to be reviewed again, and the merge with the clashes.
    """
    row = _row(session, draft_id)
    active = store.active_version(session, row.kind, row.name)
    if active is None:
        raise NotFound(f"{row.kind} {row.name} is not published")
    merged = merge(base_of(session, _draft(row)), from_json(row.kind, row.name, row.data), active.piece)
    row.base_version = active.version
    return save(session, merged.piece, Seen(active.version, row.edit), who, now), merged


def submit(session: Session, draft_id: int, who: str, now: datetime, needed: int, note: str | None = None) -> Draft:
    """Ask for review; when nobody else needs to approve (`needed` is 0) the draft is approved by that."""
    row = _row(session, draft_id)
    state = after(Action.SUBMIT, State(row.state))
    return _moved(session, row, state if needed else State.APPROVED, "submitted", who, now, note)


def approve(session: Session, draft_id: int, who: str, now: datetime, needed: int, note: str | None = None) -> Draft:
    """Agree with exactly this text.

    Raises:
        NotPossible: when `who` worked on it, approved it already, or it is not in review.
    """
    row = _row(session, draft_id)
    state = after_approval(_draft(row), who, needed)
    row.approvals = [*row.approvals, {"who": who, "at": now.isoformat()}]
    return _moved(session, row, state, "approved", who, now, note)


def reject(session: Session, draft_id: int, who: str, now: datetime, reason: str) -> Draft:
    """Send a draft back to its author, who reads why."""
    row = _row(session, draft_id)
    state = after(Action.REJECT, State(row.state))
    row.problem, row.approvals, row.publish_at = reason, [], None
    return _moved(session, row, state, "rejected", who, now, reason)


def take_back(session: Session, draft_id: int, who: str, now: datetime) -> Draft:
    """Take a draft out of review, or off the schedule, to go on with it."""
    row = _row(session, draft_id)
    state = after(Action.TAKE_BACK, State(row.state))
    row.approvals, row.publish_at = [], None
    return _moved(session, row, state, "taken_back", who, now, None)


def discard(session: Session, draft_id: int, who: str, now: datetime) -> Draft:
    """Give up a draft. Its saves stay in the history."""
    row = _row(session, draft_id)
    return _moved(session, row, after(Action.DISCARD, State(row.state)), "discarded", who, now, None)


def move(
    session: Session,
    draft_id: int,
    action: Action,
    who: str,
    now: datetime,
    *,
    problem: str | None = None,
    publish_at: datetime | None = None,
    job: int | None = None,
) -> Draft:
    """Do a step of publishing to a draft: schedule, train, publish or hold. For `publication` and the jobs."""
    row = _row(session, draft_id)
    state = after(action, State(row.state))
    row.problem, row.publish_at, row.job = problem, publish_at, job
    event = {Action.SCHEDULE: "scheduled", Action.TRAIN: "training", Action.PUBLISH: "published", Action.HOLD: "held"}
    return _moved(session, row, state, event[action], who, now, problem)


def _moved(
    session: Session, row: ContentDraft, state: State, event: str, who: str, now: datetime, note: str | None
) -> Draft:
    row.state, row.open, row.updated_at = state.value, state in OPEN, now
    trail.record(session, who, event, now, kind=row.kind, name=row.name, draft=row.id, note=note)
    session.flush()
    return _draft(row)


def _conflict(session: Session, row: ContentDraft, piece: Piece, seen: Seen) -> Conflict:
    theirs = from_json(row.kind, row.name, row.data)
    last = session.execute(
        select(ContentDraftSave.author).where(ContentDraftSave.draft_id == row.id, ContentDraftSave.edit == row.edit)
    ).scalar()
    base = _version(session, row.kind, row.name, seen.version)
    if seen.edit:
        query = select(ContentDraftSave.data).where(ContentDraftSave.draft_id == row.id)
        data = session.execute(query.where(ContentDraftSave.edit == seen.edit)).scalar()
        base = from_json(row.kind, row.name, data) if data is not None else base
    return Conflict(base, piece, theirs, last or "", Seen(row.base_version, row.edit))


def _version(session: Session, kind: str, name: str, number: int | None) -> Piece | None:
    return next((one.piece for one in store.history(session, kind, name) if one.version == number), None)


def _opened(session: Session, piece: Piece, seen: Seen, now: datetime) -> ContentDraft:
    kind = KINDS[type(piece)]
    row = ContentDraft(
        kind=kind,
        name=piece.id,
        data=to_json(piece),
        base_version=seen.version,
        edit=0,
        state=State.DRAFT.value,
        open=True,
        authors=[],
        approvals=[],
        updated_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Somebody else opened one at this very moment.
        found = _open_row(session, kind, piece.id)
        if found is None:
            raise
        raise _conflict(session, found, piece, seen) from None
    return row


def _open_row(session: Session, kind: str, name: str) -> ContentDraft | None:
    query = select(ContentDraft).where(ContentDraft.kind == kind, ContentDraft.name == name, ContentDraft.open)
    return session.execute(query).scalar()  # type: ignore[no-any-return]


def _row(session: Session, draft_id: int) -> ContentDraft:
    row = session.get(ContentDraft, draft_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no draft {draft_id}")
    return row


def _autosave_row(session: Session, kind: str, name: str, who: str) -> ContentAutosave | None:
    query = select(ContentAutosave).where(
        ContentAutosave.kind == kind, ContentAutosave.name == name, ContentAutosave.author == who
    )
    return session.execute(query).scalar()  # type: ignore[no-any-return]


def _draft(row: ContentDraft) -> Draft:
    return Draft(
        id=row.id,
        kind=row.kind,
        name=row.name,
        piece=from_json(row.kind, row.name, row.data),
        base_version=row.base_version,
        edit=row.edit,
        state=State(row.state),
        authors=tuple(row.authors),
        approvals=tuple(Approval(one["who"], datetime.fromisoformat(one["at"])) for one in row.approvals),
        note=row.note,
        publish_at=row.publish_at,
        problem=row.problem,
        job=row.job,
        updated_at=row.updated_at,
    )
