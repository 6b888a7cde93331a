"""Going live: publishing drafts now or at a time, taking versions back, and topics off air.

What changes texts only is live for every chat process within a second or two. What changes questions or topics is
handed to a training; the drafts wait for its verdict (see `jobs` and `trainer`). Every function takes an open session
and the caller commits: a publication is one transaction, and nobody ever reads half of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.orm import Session

from bot.knowledge import store
from bot.knowledge.checks import Finding
from bot.knowledge.schema import Content, Notice, Texts
from bot.knowledge.store_format import KINDS, Piece, from_json, to_json
from bot.publishing import editing, jobs, trail
from bot.publishing.candidate import Changes, Judgement, changes, judge, needs_training, with_pieces
from bot.publishing.drafts import Action, Draft, NotPossible, State, approvers
from bot.publishing.jobs import Job, JobState

Result = Literal["published", "training", "scheduled", "blocked"]


@dataclass(frozen=True)
class Outcome:
    """What became of a request to publish.

    Attributes:
        result: `published` (live), `training` (the gate decides, see `job`), `scheduled`, or `blocked`.
        findings: what the checks say; the errors that block come first.
        outdated: drafts made from a version that is not the published one any more: `editing.rebase` them.
        job: the number of the training.
        revision: the revision of the content once it is live.
    """

    result: Result
    findings: tuple[Finding, ...] = ()
    outdated: tuple[int, ...] = ()
    job: int | None = None
    revision: int | None = None


@dataclass(frozen=True)
class Planned:
    """A piece on its way to the patients, with who is answerable for it."""

    piece: Piece
    author: str
    approved_by: tuple[str, ...] = ()
    note: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As JSON values, to keep with a training."""
        return {
            "kind": KINDS[type(self.piece)],
            "name": self.piece.id,
            "data": to_json(self.piece),
            "author": self.author,
            "approved_by": list(self.approved_by),
            "note": self.note,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Planned:
        """What `as_json` made these values of."""
        piece = from_json(data["kind"], data["name"], data["data"])
        return cls(piece, data["author"], tuple(data["approved_by"]), data["note"])


def preview(session: Session, drafts: Iterable[Piece], root: Path) -> Judgement:
    """What the checks say of pieces as they would become, within the whole content. For a page, as one types."""
    return judge(store.published(session), drafts, root)


def publish(
    session: Session,
    draft_ids: Sequence[int],
    root: Path,
    who: str,
    now: datetime,
    *,
    at: datetime | None = None,
    accepted: Sequence[str] = (),
) -> Outcome:
    """Publish approved drafts together, now or at a time.

    Args:
        session: an open session.
        draft_ids: drafts that are approved or scheduled.
        root: the content folder, for the checks.
        who: who publishes.
        now: the moment.
        at: when it must go live; None for now.
        accepted: questions of the evaluation sets that may go to another topic, as the editor saw and agreed.

    Raises:
        NotPossible: when a draft is not approved.
        NotFound: when there is no such draft.
    """
    found = [editing.draft(session, number) for number in draft_ids]
    for draft in found:
        if draft.state not in {State.APPROVED, State.SCHEDULED}:
            raise NotPossible("state", f"draft {draft.id} is {draft.state.value}, not approved")
    outdated = tuple(draft.id for draft in found if editing.outdated(session, draft))
    before = store.published(session)
    pieces = [draft.piece for draft in found]
    judgement = judge(before, pieces, root)
    findings = _worst_first(judgement)
    if outdated or judgement.blocking:
        return Outcome("blocked", findings, outdated)
    if at is not None and at > now:
        for draft in found:
            editing.move(session, draft.id, Action.SCHEDULE, who, now, publish_at=at)
        return Outcome("scheduled", findings)
    planned = [_planned(draft) for draft in found]
    after = with_pieces(before, pieces)
    if needs_training(before, after):
        number = jobs.queue(session, [one.as_json() for one in planned], who, now, drafts=draft_ids, accepted=accepted)
        for draft in found:
            editing.move(session, draft.id, Action.TRAIN, who, now, job=number)
        if accepted:
            trail.record(session, who, "accepted", now, note=" / ".join(accepted))
        return Outcome("training", findings, job=number)
    revision = go_live(session, changes(before, after), planned, who, now)
    for draft in found:
        editing.move(session, draft.id, Action.PUBLISH, who, now)
    return Outcome("published", findings, revision=revision)


def go_live(session: Session, todo: Changes, planned: Sequence[Planned], who: str, now: datetime) -> int:
    """Make changes the published content, each piece under the name of its author; returns the revision."""
    known = {(KINDS[type(one.piece)], one.piece.id): one for one in planned}
    for piece in todo.pieces:
        one = known.get((KINDS[type(piece)], piece.id), Planned(piece, who))
        store.publish(session, [piece], one.author, now, note=one.note, approved_by=one.approved_by)
    return store.publish(session, [], who, now, withdrawn=todo.withdrawn).revision


def publish_due(session: Session, root: Path, now: datetime) -> list[Outcome]:
    """Publish what was scheduled for now or earlier; what cannot be published any more is held, with the reason."""
    due = [one for one in editing.drafts(session, [State.SCHEDULED]) if one.publish_at and one.publish_at <= now]
    outcomes = []
    for moment in sorted({one.publish_at for one in due if one.publish_at}):
        group = [one for one in due if one.publish_at == moment]
        who = group[0].authors[-1]
        outcome = publish(session, [one.id for one in group], root, who, now)
        if outcome.result == "blocked":
            problem = " ".join(finding.message for finding in outcome.findings if finding.severity == "error")
            for one in group:
                told = "outdated" if one.id in outcome.outdated else problem
                editing.move(session, one.id, Action.HOLD, who, now, problem=told)
        outcomes.append(outcome)
    return outcomes


def hold(session: Session, job: Job, problem: str, now: datetime) -> None:
    """Take the drafts of a training that failed back to approved, with the reason."""
    for number in job.drafts:
        editing.move(session, number, Action.HOLD, job.requested_by, now, problem=problem, job=job.id)


def try_out(session: Session, drafts: Sequence[Piece], who: str, now: datetime) -> int:
    """Train on pieces as they would become and judge the model, without publishing; returns the number of the job.

    Its model can be asked (`explain`) beside the live one.
    """
    return jobs.queue(session, [Planned(one, who).as_json() for one in drafts], who, now, publishes=False)


def restore(
    session: Session,
    kind: str,
    name: str,
    version: int,
    root: Path,
    who: str,
    now: datetime,
    *,
    accepted: Sequence[str] = (),
) -> Outcome:
    """Bring an earlier version of a piece back: it was approved when it was published.

    Args:
        session: an open session.
        kind: of the piece.
        name: of the piece.
        version: the number of the version.
        root: the content folder, for the checks.
        who: who does it.
        now: the moment.
        accepted: as for `publish`: what may get worse by it, as the editor saw and agreed.

    Raises:
        NotFound: when there is no such version.
    """
    earlier = next((one for one in store.history(session, kind, name) if one.version == version), None)
    if earlier is None:
        raise editing.NotFound(f"{kind} {name} has no version {version}")
    before = store.published(session)
    judgement = judge(before, [earlier.piece], root)
    if judgement.blocking:
        return Outcome("blocked", _worst_first(judgement))
    after = with_pieces(before, [earlier.piece])
    planned = Planned(earlier.piece, who, earlier.approved_by, f"version {version} again")
    trail.record(session, who, "restored", now, kind=kind, name=name, note=f"version {version}")
    if needs_training(before, after):
        number = jobs.queue(session, [planned.as_json()], who, now, accepted=accepted)
        if accepted:
            trail.record(session, who, "accepted", now, note=" / ".join(accepted))
        return Outcome("training", judgement.findings, job=number)
    revision = go_live(session, changes(before, after), [planned], who, now)
    return Outcome("published", judgement.findings, revision=revision)


def restores(job: Job) -> bool:
    """Whether a training is to bring an earlier version back, and stopped short of it: that can be asked again."""
    return job.state is JobState.FAILED and job.publishes and not job.drafts and len(job.pieces) == 1


def restore_again(
    session: Session, job: Job, root: Path, who: str, now: datetime, *, accepted: Sequence[str] = ()
) -> Outcome:
    """Bring back what a training that failed was to bring back, letting go what was accepted.

    Raises:
        NotPossible: when this training is none that restores.
        NotFound: when the version is not there any more.
    """
    if not restores(job):
        raise NotPossible("state", f"training {job.id} does not restore anything")
    piece = Planned.from_json(job.pieces[0]).piece
    kind = KINDS[type(piece)]
    versions = [one.version for one in store.history(session, kind, piece.id) if one.piece == piece]
    if not versions:
        raise editing.NotFound(f"{kind} {piece.id} has no such version")
    return restore(session, kind, piece.id, versions[0], root, who, now, accepted=accepted)


def off_air(
    session: Session,
    topic: str,
    text: Texts,
    who: str,
    now: datetime,
    *,
    topics: Sequence[str] = (),
    note: str | None = None,
) -> int:
    """Say a holding text instead of a topic's answer, live at once; returns the revision.

    Args:
        session: an open session.
        topic: the topic.
        text: what patients read meanwhile, at least in Dutch.
        who: who does it; one person can, for what is wrong must go.
        now: the moment.
        topics: topics to offer instead.
        note: why.

    Raises:
        NotFound: when there is no such topic.
        ValueError: when there is no Dutch text.
    """
    if topic not in store.published(session).topics:
        raise editing.NotFound(f"there is no topic {topic}")
    if not text.get("nl", "").strip():
        raise ValueError("a holding text needs Dutch words")
    notice = Notice(topic, dict(text), tuple(topics))
    trail.record(session, who, "off_air", now, kind="topic", name=topic, note=note)
    return store.publish(session, [notice], who, now, note=note).revision


def on_air(session: Session, topic: str, who: str, now: datetime) -> int:
    """Give a topic's own answer again, live at once; returns the revision.

    Raises:
        NotFound: when the topic is not off air, or is retired: publish the topic to have it back.
    """
    content = store.published(session)
    if topic not in content.notices or topic not in content.topics:
        raise editing.NotFound(f"topic {topic} is not off air")
    trail.record(session, who, "on_air", now, kind="topic", name=topic)
    return store.publish(session, [], who, now, withdrawn=[("notice", topic)]).revision


def off_air_now(content: Content) -> dict[str, Notice]:
    """The topics that are off air, with what is said instead."""
    return {name: notice for name, notice in content.notices.items() if not notice.retires}


def _planned(draft: Draft) -> Planned:
    return Planned(draft.piece, draft.authors[-1], approvers(draft.approvals), draft.note)


def _worst_first(judgement: Judgement) -> tuple[Finding, ...]:
    others = [finding for finding in judgement.findings if finding not in judgement.blocking]
    return (*judgement.blocking, *others)
