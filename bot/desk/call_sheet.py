"""The call sheet: every criterion to go through on the phone, what the verdict becomes, and all of it saved at once."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.database import session_scope
from bot.desk import drafts, guard, texts
from bot.desk.drafts import keeps_draft
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.desk.signup_page import UnknownAnswer, cited, criterion_rows, sheet_lines
from bot.desk.steps import MAX_REASON, answers_message, save_answers, shown_version
from bot.eligibility.criteria import Trial
from bot.eligibility.verdict import Verdict, judge
from bot.signups import service
from bot.signups.audit import Purpose
from bot.signups.records import SignUp, outcomes
from bot.signups.service import Conflict, NotFound
from bot.signups.validation import call_how_choices
from bot.signups.workflow import NotAllowed, State

blueprint = Blueprint("calls", __name__, url_prefix="/aanmeldingen/<int:signup_id>/bellen")
_PAGE = "calls.show"


@blueprint.get("")
@needs(Permission.PATIENTS)
def show(signup_id: int) -> ResponseReturnValue:
    """The sheet, and what this person typed on it and could not save."""
    typed = drafts.typed_here()
    return _page(signup_id, texts.text("messages", "draft_kept") if typed else None, typed)


@blueprint.post("")
@needs(Permission.PATIENTS)
@keeps_draft(_PAGE)
def save(signup_id: int) -> ResponseReturnValue:
    """Save all answers together; `show` only tells what the verdict becomes."""
    version, typed = shown_version(), request.form.to_dict()
    if "show" in typed:
        return _page(signup_id, typed=typed)
    try:
        before, after = _save(signup_id, version, typed)
    except NotFound:
        abort(404)
    except UnknownAnswer:
        return _page(signup_id, texts.text("messages", "answer_invalid"), typed, 400)
    except (Conflict, NotAllowed) as refused:
        # Whoever leaves the page now still finds there what was typed.
        drafts.keep()
        reason = "conflict" if isinstance(refused, Conflict) else "step_impossible"
        return _page(signup_id, texts.text("messages", reason), typed, 409)
    drafts.forget(url_for(_PAGE, signup_id=signup_id))
    flash(answers_message(before, after))
    return redirect(url_for("signups.show", signup_id=signup_id, _anchor="criteria"), 303)


@blueprint.post("/uitkomst")
@needs(Permission.PATIENTS)
def outcome(signup_id: int) -> ResponseReturnValue:
    """The verdict for the answers as they stand in the form, for the script. Nobody's data is read for it."""
    trial = parts().study.trial()
    chosen = {}
    for criterion in trial.criteria:
        found = {option.id: option for option in criterion.options}.get(request.form.get(f"option-{criterion.id}", ""))
        chosen[criterion.id] = found.outcome.value if found else "unknown"
    stored = request.form.get("verdict", "")
    was = Verdict(stored) if stored in set(Verdict) else None
    return render_template("call_outcome.html", verdict=_verdict(trial, chosen), was=was, outcomes=chosen)


def _save(signup_id: int, version: int, typed: Mapping[str, str]) -> tuple[SignUp, SignUp]:
    """The sign-up before and after."""
    with session_scope(parts().engine) as database:
        before = service.get(database, signup_id, guard.actor(), Purpose.TRIAGE, now())
        trial = parts().trial(before.trial)
        if trial is None:
            raise NotFound(f"sign-up {signup_id} is not for the trial that is set up")
        if before.version != version:
            raise Conflict(f"sign-up {signup_id} was changed by somebody else")
        lines = sheet_lines(criterion_rows(before, trial), typed)
        # What nobody touched stays, also where it is no answer of the trial any more.
        given = {line.row.id: (line.option, line.words[:MAX_REASON]) for line in lines if line.touched}
        return before, save_answers(database, before, trial, given)


def _verdict(trial: Trial, chosen: Mapping[str, str]) -> Verdict:
    """What comes of these outcomes, by criterion."""
    return judge(trial, outcomes({name: {"outcome": value} for name, value in chosen.items()}))


def _page(
    signup_id: int, problem: str | None = None, typed: Mapping[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    try:
        with session_scope(parts().engine) as database:
            signup = service.get(database, signup_id, guard.actor(), Purpose.TRIAGE, now())
    except NotFound:
        abort(404)
    trial = parts().trial(signup.trial)
    if trial is None:
        abort(404)
    if signup.state is State.WITHDRAWN and not typed:
        return redirect(url_for("signups.show", signup_id=signup_id), 303)
    lines = sheet_lines(criterion_rows(signup, trial), typed or {})
    chosen = {line.row.id: line.outcome for line in lines}
    body = render_template(
        "call_sheet.html",
        signup=signup,
        lines=lines,
        cited=cited(trial, parts().published()),
        verdict=_verdict(trial, chosen),
        was=signup.verdict,
        outcomes=chosen,
        call_how=call_how_choices("nl"),
        problem=problem,
    )
    return body, status
