"""The outcome of the pre-screen to take along: a page to print and a PDF. Nothing more is stored for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, make_response, render_template

from bot.patient import cookies, texts
from bot.patient.conversation import earlier_turns
from bot.patient.language import page_language
from bot.patient.messages import BotMessage
from bot.patient.parts import parts
from bot.patient.result import Paper, in_words_of, latest, paper
from bot.patient.result_pdf import as_pdf
from bot.patient.wording import section

blueprint = Blueprint("result", __name__)

_HERE = ZoneInfo("Europe/Amsterdam")


@blueprint.get("/uitkomst")
def show() -> Response:
    """The last outcome in this browser's conversation, to print."""
    found = _of_conversation()
    page = render_template("result.html", paper=found, words=section("result"))
    return make_response(page, 200 if found else 404)


@blueprint.get("/uitkomst.pdf")
def download() -> Response:
    """The same as a PDF."""
    found = _of_conversation()
    return pdf_response(found) if found else abort(404)


def pdf_response(found: Paper) -> Response:
    """The paper as a file to keep."""
    words = section("result")
    response = make_response(as_pdf(found, words, page_language()))
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = f"attachment; filename={words['file']}.pdf"
    return response


def paper_of(message: BotMessage) -> Paper:
    """The paper for a verdict, dated today."""
    return paper(message, section("result"), datetime.now(_HERE).date())


def _of_conversation() -> Paper | None:
    conversation = cookies.known_conversation()
    turns = earlier_turns(parts().transcript, conversation) if conversation else None
    verdict = latest(reply for turn in turns or [] for reply in turn.replies)
    return paper_of(_translated(verdict)) if verdict else None


def _translated(verdict: BotMessage) -> BotMessage:
    """The verdict in the language of the page; one told in another is put in the words of the trial as it is now."""
    language, trial = page_language(), parts().library.trial()
    if (verdict.language or texts.DEFAULT_LANGUAGE) == language or trial is None:
        return verdict
    rows = [in_words_of(row, trial, language) for row in verdict.details or ()]
    return replace(verdict, details=tuple(rows), language=language)
