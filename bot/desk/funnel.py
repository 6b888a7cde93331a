"""The page `Aantallen`: how many people came how far, as pictures, tables and CSV. Small groups are masked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.database import session_scope
from bot.desk import plots, texts
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.funnel import counters
from bot.funnel import report as reports
from bot.funnel.masking import LEAST
from bot.funnel.report import Report, Table

blueprint = Blueprint("funnel", __name__)
# Not "fewer than five": a count can also be hidden to protect another.
HIDDEN = "verborgen"
_ALL = "Samen"


@blueprint.get("/aantallen")
@needs(Permission.COUNTS)
def show() -> ResponseReturnValue:
    """The counts of now and of one calendar year."""
    with session_scope(parts().engine) as database:
        found = reports.report(database, _year(), parts().study.trial().criterion_ids)
        first = reports.first_year(database, now().date())
    return render_template(
        "counts.html",
        report=found,
        years=range(now().year, first - 1, -1),
        row_name=row_name,
        days=days,
        months=[texts.text("months", str(number)) for number in range(1, 13)],
        least=LEAST,
    )


@blueprint.get("/aantallen.csv")
@needs(Permission.COUNTS)
def export() -> ResponseReturnValue:
    """The same counts, masked the same way, for a spreadsheet."""
    found = _report()
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(["tabel", "wat", "jaar", *(f"{found.year}-{month:02}" for month in range(1, 13))])
    for table in found.tables:
        for row, counts in table.rows.items():
            shown = [HIDDEN if count is None else count for count in counts]
            lines.writerow([texts.text("tables", table.name), row_name(row), *shown])
    for stay in found.stays:
        days = HIDDEN if stay.hidden else "" if stay.days is None else f"{stay.days:.1f}"
        lines.writerow([texts.text("tables", "stays"), texts.text("states", stay.state.value), days])
    now_there = {**{row_name(row): count for row, count in found.signups.present.items()}, _ALL: found.signups.total}
    for name, count in now_there.items():
        lines.writerow([texts.text("tables", "states"), name, HIDDEN if count is None else count])
    response = Response(written.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="aantallen-{found.year}.csv"'
    return response


@blueprint.get("/aantallen/stappen.svg")
@needs(Permission.COUNTS)
def steps() -> ResponseReturnValue:
    """How far people came in this year, as a picture."""
    return _of_year(lambda found: found.steps)


@blueprint.get("/aantallen/uitkomsten.svg")
@needs(Permission.COUNTS)
def verdicts() -> ResponseReturnValue:
    """With which outcome pre-screens ended in this year, as a picture."""
    return _of_year(lambda found: found.verdicts)


@blueprint.get("/aantallen/redenen.svg")
@needs(Permission.COUNTS)
def reasons() -> ResponseReturnValue:
    """Why people did not qualify in this year, as a picture."""
    return _of_year(lambda found: found.reasons)


@blueprint.get("/aantallen/standen.svg")
@needs(Permission.COUNTS)
def states() -> ResponseReturnValue:
    """In which state sign-ups are now, as a picture."""
    present = _report().signups.present
    labels = [HIDDEN if count is None else str(count) for count in present.values()]
    return _plot("states", [row_name(row) for row in present], list(present.values()), labels, "plot_states")


@blueprint.get("/aantallen/tijd.svg")
@needs(Permission.COUNTS)
def stays() -> ResponseReturnValue:
    """How long sign-ups were in each state that they left in this year, as a picture."""
    found = _report()
    names = [texts.text("states", stay.state.value) for stay in found.stays]
    labels = [HIDDEN if stay.hidden else days(stay.days) for stay in found.stays]
    return _plot("stays", names, [stay.days for stay in found.stays], labels, "plot_stays", found.year)


def days(found: float | None) -> str:
    """A number of days as people here write it; a dash where there is none."""
    return "–" if found is None else f"{found:.1f}".replace(".", ",")


def row_name(row: str) -> str:
    """What a row of a table counts, in words."""
    groups: Mapping[str, str] = {
        counters.VERDICT: "verdicts",
        counters.REASON: "criteria",
        reports.STATE: "states",
    }
    for prefix, group in groups.items():
        if row.startswith(prefix):
            name = row.removeprefix(prefix)
            return texts.group(group).get(name, name)
    if row == reports.ERASED:
        return texts.text("steps_counted", "erased")
    return texts.text("steps_counted", row.replace(".", "_"))


def _of_year(chosen: Callable[[Report], Table]) -> ResponseReturnValue:
    found = _report()
    table = chosen(found)
    labels = [HIDDEN if count is None else str(count) for count in table.of_year()]
    return _plot(table.name, [row_name(row) for row in table.rows], table.of_year(), labels, "plot", found.year)


def _plot(
    table: str, names: list[str], sizes: Sequence[float | None], labels: list[str], told: str, year: int | None = None
) -> ResponseReturnValue:
    title = texts.text("tables", table) + (f", {year}" if year else "")
    return Response(plots.bars(names, sizes, labels, title, texts.text("tables", told)), mimetype="image/svg+xml")


def _report() -> Report:
    with session_scope(parts().engine) as database:
        return reports.report(database, _year(), parts().study.trial().criterion_ids)


def _year() -> int:
    given = request.args.get("jaar", str(now().year))
    if not (given.isascii() and given.isdigit() and 2000 <= int(given[:5]) <= now().year):
        abort(404)
    return int(given)
