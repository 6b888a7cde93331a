"""The paper with the outcome as a PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from bot.patient.result import Paper
from bot.web.answers import date_in_words

# The letters that matplotlib brings along: the built-in ones of PDF lack some of the names people and drugs have.
_LETTERS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
_FAMILY = "letters"
_MARGIN = 20.0
_TEXT, _SMALL, _HEADING, _TITLE = 11, 9, 13, 18
_LINE = 5.6
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


def as_pdf(paper: Paper, texts: Mapping[str, Any], language: str) -> bytes:
    """The paper as a file.

    Args:
        paper: what stands on it.
        texts: the section `result` of the site's texts.
        language: of the texts, for programs that read aloud.
    """
    pdf = FPDF(format="A4")
    pdf.set_margin(_MARGIN)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN)
    pdf.add_font(_FAMILY, "", _LETTERS / "DejaVuSans.ttf")
    pdf.add_font(_FAMILY, "B", _LETTERS / "DejaVuSans-Bold.ttf")
    pdf.set_lang(language)
    pdf.set_title(texts["heading"])
    pdf.set_creator("Stamcelwijzer")
    pdf.add_page()
    _write(pdf, texts["heading"], _TITLE, bold=True, after=2)
    made_on = date_in_words(paper.made_on.isoformat(), language)
    _write(pdf, f"{texts['made_on']} {made_on}. {texts['no_name']}", _SMALL, after=3)
    _write(pdf, texts["verdict"][paper.verdict], _HEADING, bold=True)
    _write(pdf, texts["provisional"], _TEXT, after=3)
    for number, row in enumerate(paper.rows, start=1):
        _row(pdf, number, row, texts)
    _list(pdf, texts["ask_title"], paper.questions, _TEXT, str)
    _list(pdf, texts["sources_title"], paper.sources, _SMALL, lambda source: _source(source, language))
    return bytes(pdf.output())


def _row(pdf: FPDF, number: int, row: Mapping[str, Any], texts: Mapping[str, Any]) -> None:
    # A criterion is not torn over two pages: its name would stand alone.
    with pdf.unbreakable() as part:
        _write(part, f"{number}. {row['name']}: {texts['outcome'][row['outcome']].lower()}", _TEXT, bold=True)
        if row.get("words"):
            _write(part, f"{texts['answered']}: {row['words']}", _TEXT)
        if row.get("explanation"):
            _write(part, row["explanation"], _TEXT)
        if row.get("way_on"):
            _write(part, f"{texts['way_on']}: {row['way_on']}", _TEXT)
        part.ln(2.5)


def _list(pdf: FPDF, title: str, items: tuple[Any, ...], size: int, said: Callable[[Any], str]) -> None:
    if not items:
        return
    pdf.ln(2)
    _write(pdf, title, _HEADING, bold=True)
    for item in items:
        _write(pdf, f"\u2022 {said(item)}", size)


def _source(source: Mapping[str, str | None], language: str) -> str:
    written = source.get("date")
    when = date_in_words(written, language) if written else None
    return ", ".join(part for part in (source.get("title"), source.get("publisher"), when, source.get("url")) if part)


def _write(pdf: Any, text: str, size: int, bold: bool = False, after: float = 0.5) -> None:
    pdf.set_font(_FAMILY, "B" if bold else "", size)
    pdf.multi_cell(0, _LINE * size / _TEXT, _plain(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(after)


def _plain(text: str) -> str:
    """The text without its light Markdown."""
    return _LINK.sub(r"\1", text).replace("**", "").replace("\n\n", "\n")
