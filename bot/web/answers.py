"""How an answer looks to a patient, for the site that shows it and for the desk that previews it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from flask import Flask, Response, make_response
from jinja2 import ChoiceLoader, FileSystemLoader

from bot.settings import Settings
from bot.web import markup

# A hospital puts its own values for the tokens of bot/web/static/site-tokens.css in this file under STAMCELWIJZER_VAR.
OWN_TOKENS = "huisstijl.css"
_TEMPLATES = Path(__file__).with_name("templates")
_WORDS = Path(__file__).with_name("words.yml")
_DEFAULT_LANGUAGE = "nl"


@lru_cache(maxsize=1)
def _all_words() -> Mapping[str, Mapping[str, Any]]:
    return dict(yaml.safe_load(_WORDS.read_text(encoding="utf-8")))


def answer_words(language: str = _DEFAULT_LANGUAGE) -> Mapping[str, Any]:
    """The words around an answer in a language, in Dutch where there are none."""
    return _all_words().get(language) or _all_words()[_DEFAULT_LANGUAGE]


def date_in_words(written: str, language: str = _DEFAULT_LANGUAGE) -> str:
    """`2019-11-04` as "4 november 2019", `2022-12` as "december 2022"; anything else unchanged."""
    parts = written.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) not in (2, 3) or not 1 <= int(parts[1]) <= 12:
        return written
    day = [str(int(parts[2]))] if len(parts) == 3 else []
    # Spaces that do not break: a date stays on one line.
    return "\N{NO-BREAK SPACE}".join([*day, answer_words(language)["months"][int(parts[1]) - 1], parts[0]])


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
    app.jinja_env.filters.update(markup=markup.to_html, date_in_words=date_in_words)
    app.jinja_env.globals.update(answer_words=answer_words)
