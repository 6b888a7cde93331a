"""What is on its way to patients: what is scheduled, and the trainings with their progress and verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk import texts
from bot.desk.editor.common import say, to_outcome, who
from bot.desk.guard import needs, unattended
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.knowledge import store
from bot.knowledge.checks import Finding
from bot.knowledge.schema import Content
from bot.publishing import editing, jobs, publication
from bot.publishing.candidate import judge
from bot.publishing.drafts import NotPossible, State
from bot.publishing.editing import NotFound
from bot.publishing.jobs import Job, JobState
from bot.publishing.publication import Planned

blueprint = Blueprint("training", __name__, url_prefix="/antwoorden/publicaties")
# No topic and no safety message may be given away on purpose.
_SAFETY = "safety"
_ENDED = frozenset({JobState.PASSED, JobState.FAILED, JobState.CANCELLED})


@blueprint.get("")
@needs(Permission.CONTENT)
def index() -> ResponseReturnValue:
    """Everything that waits to be published, and the newest trainings."""
    with session_scope(parts().engine) as database:
        waiting = editing.drafts(database, [State.IN_REVIEW, State.APPROVED, State.SCHEDULED, State.TRAINING])
        found = jobs.newest(database)
        content = store.published(database)
    by_state = {state: [one for one in waiting if one.state is state] for state in State}
    by_state[State.SCHEDULED].sort(key=lambda one: one.publish_at or one.updated_at)
    return render_template("editor/trainings.html", by_state=by_state, jobs=found, content=content)


@blueprint.get("/<int:job_id>")
@needs(Permission.CONTENT)
def show(job_id: int) -> ResponseReturnValue:
    """One training: where it is, or what the gate found."""
    with session_scope(parts().engine) as database:
        job = _job(database, job_id)
        return render_template("editor/training.html", **_told(database, job))


@blueprint.get("/<int:job_id>/stand")
@needs(Permission.CONTENT)
@unattended
def progress(job_id: int) -> ResponseReturnValue:
    """Only where it is: a piece of the page, for its script."""
    with session_scope(parts().engine) as database:
        job = _job(database, job_id)
        return render_template("editor/progress.html", **_told(database, job))


@blueprint.post("/<int:job_id>/toch")
@needs(Permission.CONTENT)
def accept(job_id: int) -> ResponseReturnValue:
    """Publish again, letting the chosen questions go to another topic on purpose."""
    with session_scope(parts().engine) as database:
        job = _job(database, job_id)
        losses = _losses(job.result or {})
        chosen = [one["text"] for number, one in enumerate(losses) if f"accept-{number}" in request.form]
        chosen += [name for name in (job.result or {}).get("conversations", ()) if f"talk-{name}" in request.form]
    if not chosen or not (job.drafts or publication.restores(job)):
        flash(say("accepted_none"))
        return redirect(url_for("training.show", job_id=job_id), 303)
    accepted = list(dict.fromkeys([*job.accepted, *chosen]))
    return _publish(job, accepted)


@blueprint.post("/<int:job_id>/opnieuw")
@needs(Permission.CONTENT)
def again(job_id: int) -> ResponseReturnValue:
    """Publish the same drafts, or restore the same version, once more."""
    with session_scope(parts().engine) as database:
        job = _job(database, job_id)
    return _publish(job, list(job.accepted))


def _publish(job: Job, accepted: list[str]) -> ResponseReturnValue:
    try:
        with session_scope(parts().engine) as database:
            root = parts().settings.content
            if publication.restores(job):
                outcome = publication.restore_again(database, job, root, who(), now(), accepted=accepted)
            else:
                outcome = publication.publish(database, job.drafts, root, who(), now(), accepted=accepted)
    except (NotPossible, NotFound):
        flash(say("already_moved"))
        return redirect(url_for("training.show", job_id=job.id), 303)
    if outcome.result == "training" or job.drafts:
        return to_outcome(outcome, job.drafts[0] if job.drafts else 0)
    flash(say("not_back" if outcome.result == "blocked" else outcome.result))
    return redirect(url_for("training.index"), 303)


def _job(database: Session, job_id: int) -> Job:
    return jobs.job(database, job_id) or abort(404)


def _told(database: Session, job: Job) -> dict[str, Any]:
    content, result = store.published(database), job.result or {}
    drafts = [editing.draft(database, number) for number in job.drafts]
    return {
        "job": job,
        "ended": job.state in _ENDED,
        "result": result,
        "losses": _losses(result),
        "others": [one for one in result.get("changes", ()) if one["better"] is not False],
        "lost_safety": [one for one in result.get("changes", ()) if one["set"] == _SAFETY and one["better"] is False],
        "alarms": texts.group("editor_alarms"),
        "drafts": drafts,
        "may_again": publication.restores(job) or (bool(drafts) and all(one.state is State.APPROVED for one in drafts)),
        "findings": _findings(job, content) if "checks" in result.get("reasons", ()) else (),
        "titles": _Titles(content, job),
        "steps": list(jobs.Step)[1:-1],
        "spent": result.get("seconds") or {},
    }


def _losses(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The questions that changed for the worse, those of the safety set aside: they cannot be let go."""
    return [one for one in result.get("changes", ()) if one["better"] is False and one["set"] != _SAFETY]


def _findings(job: Job, content: Content) -> tuple[Finding, ...]:
    """What the checks say of the pieces now, in words that can be told."""
    pieces = [Planned.from_json(one).piece for one in job.pieces]
    return judge(content, pieces, parts().settings.content).blocking


class _Titles:
    """What a label stands for: the question of a topic, also of one that is not published yet."""

    def __init__(self, content: Content, job: Job) -> None:
        pieces = [Planned.from_json(one).piece for one in job.pieces]
        made = {piece.id: getattr(piece, "question", {}).get("nl", piece.id) for piece in pieces}
        self._titles = {**made, **{topic.id: topic.question["nl"] for topic in content.topics.values()}}

    def of(self, label: str) -> str:
        """The question, or the label itself where it is no topic."""
        return str(self._titles.get(label.split("/")[-1], label))
