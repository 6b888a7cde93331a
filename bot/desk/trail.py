"""The audit trail for the privacy officer: by patient and by member of staff, as a page and as CSV, and its check."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.database import session_scope
from bot.desk import guard, texts, wording
from bot.desk.guard import needs
from bot.desk.parts import now, parts
from bot.desk.roles import Permission
from bot.signups import audit, audit_kept, audit_search, codes, service
from bot.signups.audit import Purpose
from bot.signups.audit_search import FoundEntry

blueprint = Blueprint("trail", __name__, url_prefix="/logboek")
SIZE = 100
_EXPORTED = 1_000
_COLUMNS = ("nummer", "moment", "wie", "rol", "wat", "handeling", "over", "waarom", "vanwaar", "bijzonderheden")
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA = re.compile(r"[=+\-@\t\r]")


@dataclass(frozen=True)
class _Wanted:
    """What somebody looks for.

    Attributes:
        over: as typed: a record, or the code of a sign-up.
        record: the record that this is; "" when nothing was asked for.
        problem: what is wrong with it, in words, or "".
    """

    over: str
    record: str
    actor: str
    problem: str = ""


@blueprint.get("")
@needs(Permission.TRAIL)
def show() -> ResponseReturnValue:
    """The audit trail, by record or member of staff."""
    wanted, before = _wanted(), request.args.get("voor", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 10):
        abort(404)
    with session_scope(parts().engine) as database:
        found = _search(database, wanted, int(before) if before else None, SIZE)
        details = _searched(wanted) if found else {}
        audit.record(database, guard.actor(), "audit.look", "audit:trail", Purpose.AUDIT, now(), details)
    more = found[-1].sequence if len(found) == SIZE else None
    return render_template("trail.html", entries=found, wanted=wanted, more=more)


@blueprint.post("/export")
@needs(Permission.TRAIL)
def export() -> ResponseReturnValue:
    """All that was found, as CSV for a spreadsheet. The export itself is in the trail before anything leaves."""
    wanted = _wanted()
    if wanted.problem:
        abort(400)
    with session_scope(parts().engine) as database:
        first = _search(database, wanted, None, 1)
        details = _searched(wanted) if first else {}
        audit.record(database, guard.actor(), "audit.export", "audit:trail", Purpose.AUDIT, now(), details)
    last = first[0].sequence + 1 if first else 0
    name = "-".join(["logboek", *re.findall(r"[a-z0-9]+", f"{wanted.record} {wanted.actor}".lower())])
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    # Read here and not in the view: the pieces are made when the request is over.
    engine = parts().engine

    def pieces() -> Iterator[str]:
        yield _lines([_COLUMNS])
        before = last
        while before:
            with session_scope(engine) as database:
                found = _search(database, wanted, before, _EXPORTED)
            yield _lines([_row(entry) for entry in found])
            before = found[-1].sequence if len(found) == _EXPORTED else 0

    return Response(pieces(), mimetype="text/csv", headers=disposition)


@blueprint.post("/controle")
@needs(Permission.TRAIL)
def verify() -> ResponseReturnValue:
    """Check that nobody tampered with the trail."""
    with session_scope(parts().engine) as database:
        report = audit_kept.verify(database, parts().settings.var)
        audit.record(database, guard.actor(), "audit.verify", "audit:trail", Purpose.AUDIT, now())
    return render_template("verified.html", report=report, back=url_for("trail.show"))


def _wanted() -> _Wanted:
    over, actor = (request.values.get(name, "").strip()[:64] for name in ("over", "door"))
    code = codes.normalise(over) if ":" not in over else None
    if code is None:
        return _Wanted(over, over, actor)
    with session_scope(parts().engine) as database:
        number = service.number_of(database, code)
    if number is None:
        return _Wanted(over, "", actor, texts.text("messages", "trail_no_code"))
    return _Wanted(over, service.subject_of(number), actor)


def _search(database: Session, wanted: _Wanted, before: int | None, size: int) -> tuple[FoundEntry, ...]:
    if wanted.problem:
        return ()
    return audit_search.search(database, record=wanted.record, actor=wanted.actor, before=before, size=size)


def _searched(wanted: _Wanted) -> dict[str, str | int]:
    # Only after something was found: then it is a record and a name of the trail, and nothing else somebody typed.
    return {name: value for name, value in (("over", wanted.record), ("by", wanted.actor)) if value}


def _row(entry: FoundEntry) -> list[str]:
    return [
        str(entry.sequence),
        entry.at.isoformat(),
        entry.actor,
        wording.told(entry.role, "roles"),
        wording.told(entry.action, "actions"),
        entry.action,
        entry.record,
        wording.told(entry.purpose, "purposes"),
        entry.origin,
        wording.details(entry),
    ]


def _lines(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(["'" + cell if _FORMULA.match(cell) else cell for cell in row] for row in rows)
    return written.getvalue()
