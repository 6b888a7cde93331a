"""The page `Aantallen`: how many people came how far, as pictures, tables and CSV. Small groups are masked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

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
from bot.signups import triage

blueprint = Blueprint("funnel", __name__)
# Not "fewer than five": a count can also be hidden to protect another.
HIDDEN = "verborgen"


@blueprint.get("/aantallen")
@needs(Permission.COUNTS)
def show() -> ResponseReturnValue:
    """The counts of now and of one calendar year."""
    with session_scope(parts().engine) as database:
        found = reports.report(database, _year(), parts().study.trial().criterion_ids)
        present, total = reports.masked_states(triage.count_per_state(database))
        first = reports.first_year(database, now().date())
    return render_template(
        "counts.html",
        report=found,
        present=present,
        total=total,
        years=range(now().year, first - 1, -1),
        row_name=row_name,
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
        shown = [HIDDEN if stay.count is None else stay.count, "" if stay.days is None else f"{stay.days:.1f}"]
        lines.writerow([texts.text("tables", "stays"), texts.text("states", stay.state.value), *shown])
    response = Response(written.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="aantallen-{found.year}.csv"'
    return response


@blueprint.get("/aantallen/stappen.svg")
@needs(Permission.COUNTS)
def steps() -> ResponseReturnValue:
    """How far people came in this year, as a picture."""
    return _plot(lambda found: found.steps)


@blueprint.get("/aantallen/redenen.svg")
@needs(Permission.COUNTS)
def reasons() -> ResponseReturnValue:
    """Why people did not qualify in this year, as a picture."""
    return _plot(lambda found: found.reasons)


@blueprint.get("/aantallen/standen.svg")
@needs(Permission.COUNTS)
def states() -> ResponseReturnValue:
    """Which states sign-ups came into in this year, as a picture."""
    return _plot(lambda found: found.states)


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
    return texts.text("steps_counted", row.replace(".", "_"))


def _plot(chosen: Callable[[Report], Table]) -> ResponseReturnValue:
    found = _report()
    table = chosen(found)
    title = f"{texts.text('tables', table.name)}, {found.year}"
    names = [row_name(row) for row in table.rows]
    svg = plots.bars(names, table.of_year(), HIDDEN, title, texts.text("tables", "plot"))
    return Response(svg, mimetype="image/svg+xml")


def _report() -> Report:
    with session_scope(parts().engine) as database:
        return reports.report(database, _year(), parts().study.trial().criterion_ids)


def _year() -> int:
    given = request.args.get("jaar", str(now().year))
    if not (given.isascii() and given.isdigit() and 2000 <= int(given[:5]) <= now().year):
        abort(404)
    return int(given)
