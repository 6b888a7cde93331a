"""How an answer looks to a patient, for the site that shows it and for the desk that previews it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, make_response
from jinja2 import ChoiceLoader, FileSystemLoader

from bot.settings import Settings
from bot.web import markup

# A hospital puts its own values for the tokens of bot/web/static/site-tokens.css in this file under STAMCELWIJZER_VAR.
OWN_TOKENS = "huisstijl.css"
_TEMPLATES = Path(__file__).with_name("templates")
_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
_ENGLISH_MONTHS = "January February March April May June July August September October November December".split()


def dutch_date(written: str) -> str:
    """`2019-11-04` as "4 november 2019", `2022-12` as "december 2022"; anything else unchanged."""
    parts = written.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) not in (2, 3) or not 1 <= int(parts[1]) <= 12:
        return written
    day = [str(int(parts[2]))] if len(parts) == 3 else []
    # Spaces that do not break: a date stays on one line.
    return "\N{NO-BREAK SPACE}".join([*day, _MONTHS[int(parts[1]) - 1], parts[0]])


def english_date(written: str) -> str:
    """`2019-11-04` as "4 November 2019", `2022-12` as "December 2022"; anything else unchanged."""
    words = dutch_date(written).split("\N{NO-BREAK SPACE}")
    return "\N{NO-BREAK SPACE}".join(
        _ENGLISH_MONTHS[_MONTHS.index(word)] if word in _MONTHS else word for word in words
    )


def own_style(settings: Settings) -> Response:
    """The hospital's style tokens; empty when it has none."""
    try:
        style = (settings.var / OWN_TOKENS).read_text(encoding="utf-8")
    except OSError:
        style = ""
    response = make_response(style)
    response.content_type = "text/css; charset=utf-8"
    return response


def install(app: Flask) -> None:
    """Give an application's templates the parts of an answer (`_answer.html`) and the filters these use."""
    own = app.jinja_loader
    app.jinja_loader = ChoiceLoader([*([own] if own else []), FileSystemLoader(_TEMPLATES)])  # type: ignore[assignment]
    app.jinja_env.filters.update(markup=markup.to_html, dutch_date=dutch_date, english_date=english_date)
