"""The pre-screen as an ordinary page, without chat: questions, verdict, link to the form. Keeps nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request

from bot.eligibility.criteria import Outcome, Recruitment, Trial
from bot.eligibility.messages import result_row
from bot.eligibility.verdict import GivenAnswer, Verdict, explain, judge
from bot.funnel.counters import PAGE
from bot.knowledge.replies import source_card
from bot.patient.answers_form import PREFIX, in_language, questions, read_answers
from bot.patient.language import page_language
from bot.patient.messages import BotMessage
from bot.patient.parts import parts
from bot.patient.result_page import paper_of, pdf_response
from bot.patient.wording import section
from bot.signups.handover import Answers, intake_link

blueprint = Blueprint("prescreen", __name__)


@blueprint.get("/meedoen")
def show() -> Response:
    """The questions."""
    trial = parts().library.trial()
    return _unavailable() if trial is None else _page(trial, _given(trial)[0])


@blueprint.post("/meedoen")
def send() -> Response:
    """The verdict, or the questions again when one was left open."""
    trial = parts().library.trial()
    if trial is None:
        return _unavailable()
    answers, missing = _given(trial)
    if missing:
        return _page(trial, answers, missing, status=422)
    # Outcomes, not people: this page keeps nothing, so it cannot know who was here before.
    parts().counters.add([PAGE])
    return _page(trial, answers, reply=_verdict(trial, answers))


@blueprint.post("/meedoen.pdf")
def download() -> Response:
    """The outcome as a PDF to take along; the questions again when one was left open."""
    trial = parts().library.trial()
    if trial is None:
        return _unavailable()
    answers, missing = _given(trial)
    return _page(trial, answers, missing, status=422) if missing else pdf_response(paper_of(_verdict(trial, answers)))


def _given(trial: Trial) -> tuple[Answers, tuple[str, ...]]:
    """The answers in the form, and the criteria that it leaves open."""
    form = request.form
    missing = tuple(name for name in trial.criterion_ids if not _is_option(trial, name, form.get(PREFIX + name)))
    return read_answers(trial, form, {}), missing


def _unavailable() -> Response:
    return make_response(render_template("error.html", **section("errors.503")), 503)


def _page(
    trial: Trial,
    answers: Answers,
    missing: tuple[str, ...] = (),
    reply: BotMessage | None = None,
    status: int = 200,
) -> Response:
    page = render_template(
        "prescreen.html",
        questions=questions(trial, answers, page_language()),
        help={PREFIX + criterion.id: in_language(criterion.help, page_language()) for criterion in trial.criteria},
        chosen=request.form,
        missing=[PREFIX + name for name in missing],
        reply=reply,
        recruitment=in_language(trial.recruitment_text[trial.recruitment], page_language()),
    )
    return make_response(page, status)


def _is_option(trial: Trial, criterion: str, option: str | None) -> bool:
    return any(known.id == option for known in trial.criterion(criterion).options)


def _verdict(trial: Trial, answers: Answers) -> BotMessage:
    given = {name: GivenAnswer(answer["option"]) for name, answer in answers.items()}
    outcomes = {name: Outcome(answer["outcome"]) for name, answer in answers.items()}
    verdict = judge(trial, outcomes)
    content = parts().library.content()
    rows = [result_row(result, page_language()) for result in explain(trial, given, page_language())]
    for row in rows:
        source = content.sources.get(row["source"]) if content else None
        row["source"] = source_card(source) if source else None
    return BotMessage(
        text="",
        kind="verdict",
        verdict=verdict.value,
        details=tuple(rows),
        intake_url=_link(trial, answers) if verdict is not Verdict.CANNOT_TAKE_PART else None,
    )


def _link(trial: Trial, answers: Answers) -> str | None:
    if trial.recruitment is Recruitment.CLOSED:
        return None
    settings = parts().settings
    return intake_link(settings.site_url, settings.keys, trial.id, answers, page_language(), None, datetime.now(UTC))
