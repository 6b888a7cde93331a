"""The counts of a year by month, masked: what came how far, verdicts and reasons; and states and the time in them.

How many came into and left each state in a year is not told: from that, and from how many are in it now, any small
group in between could be worked out. For the same reason all years of what was sent are masked together with the
present states, which add up to the same total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.eligibility.verdict import Verdict
from bot.funnel import counters
from bot.funnel.masking import LEAST, Sum, mask
from bot.funnel.tables import DailyCountRow
from bot.signups.tables import EventRow, SignUpRow
from bot.signups.workflow import FINAL, State

MONTHS = 12
YEAR = 0
ENDED = "prescreen.ended"
SENT = "form.sent"
STATE = "state."
ERASED = "erased"
VERDICTS = tuple(counters.VERDICT + verdict.value for verdict in Verdict)
STEPS = (counters.CONVERSATION, counters.BEGUN, counters.STOPPED, ENDED, counters.PAGE, counters.FORM_OPENED, SENT)
PRESENT = (*(STATE + state.value for state in State), ERASED)
Cell = tuple[str, int]
Month = tuple[int, int]
_TOTAL = "total"


@dataclass(frozen=True)
class Table:
    """Counts by month; column 0 of a row is the whole year. None is masked.

    Attributes:
        name: which table.
        rows: what is counted -> thirteen counts, the year first.
    """

    name: str
    rows: Mapping[str, tuple[int | None, ...]]

    def of_year(self) -> list[int | None]:
        """The count of the whole year in each row."""
        return [row[YEAR] for row in self.rows.values()]


@dataclass(frozen=True)
class Stay:
    """How long sign-ups were in a state that they left in this year.

    Attributes:
        days: the middle one; None where nobody left it, or fewer than five did.
        hidden: whether somebody did, but fewer than five.
    """

    state: State
    days: float | None
    hidden: bool


@dataclass(frozen=True)
class SignUps:
    """All sign-ups ever, masked as one; None is masked.

    Attributes:
        sent: the month of sending, and (year, 0) for a whole year -> count.
        present: state, or erased -> count.
        total: the sum of either.
    """

    sent: Mapping[Month, int | None]
    present: Mapping[str, int | None]
    total: int | None


@dataclass(frozen=True)
class Report:
    """Everything about one year."""

    year: int
    steps: Table
    verdicts: Table
    reasons: Table
    signups: SignUps
    stays: tuple[Stay, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables by month."""
        return (self.steps, self.verdicts, self.reasons)


def first_year(session: Session, today: date) -> int:
    """The year of the first thing that was counted."""
    counted = session.execute(select(func.min(DailyCountRow.day))).scalar()
    signed_up = session.execute(select(func.min(SignUpRow.created_at))).scalar()
    return min([day.year for day in (counted, signed_up) if day] + [today.year])


def report(session: Session, year: int, criteria: Sequence[str]) -> Report:
    """The report of a calendar year.

    Whole calendar years only: of two periods that overlap, the difference would show what is masked in each.

    Args:
        year: which year.
        criteria: ids of the trial's criteria, for the reasons.
    """
    found = _counted(session, year)
    for month in range(1, MONTHS + 1):
        found[ENDED, month] = sum(found.get((name, month), 0) for name in VERDICTS)
    signups = masked_signups(_sent(session), _present(session))
    reasons = tuple(counters.REASON + criterion for criterion in criteria)
    names = [*(step for step in STEPS if step != SENT), *VERDICTS, *reasons]
    shown = masked_by_month(names, found, [(ENDED, VERDICTS)])
    shown[SENT] = tuple(signups.sent.get((year, at), 0) for at in range(MONTHS + 1))

    def table(name: str, rows: Sequence[str]) -> Table:
        return Table(name, {row: shown[row] for row in rows})

    return Report(
        year=year,
        steps=table("steps", STEPS),
        verdicts=table("verdicts", VERDICTS),
        reasons=table("reasons", reasons),
        signups=signups,
        stays=_stays(session, year),
    )


def masked_by_month(
    names: Sequence[str], found: Mapping[Cell, int], totals: Sequence[tuple[str, tuple[str, ...]]]
) -> dict[str, tuple[int | None, ...]]:
    """Thirteen counts for each name, the year first, small ones and whatever would give them away masked.

    Args:
        names: what is counted.
        found: (name, month) -> count; absent is zero.
        totals: names that are the sum of others in every month.
    """
    months = range(1, MONTHS + 1)
    counts: dict[Cell, int] = {(name, month): found.get((name, month), 0) for name in names for month in months}
    counts |= {(name, YEAR): sum(counts[name, month] for month in months) for name in names}
    sums = [Sum((name, YEAR), tuple((name, month) for month in months)) for name in names]
    sums += [Sum((total, at), tuple((part, at) for part in parts)) for total, parts in totals for at in (YEAR, *months)]
    hidden = mask(counts, sums)
    return {name: tuple(None if (name, at) in hidden else counts[name, at] for at in (YEAR, *months)) for name in names}


def masked_signups(sent: Mapping[Month, int], present: Mapping[str, int]) -> SignUps:
    """What is told of the sign-ups there ever were, small counts and whatever would give them away masked.

    Args:
        sent: (year, month) -> how many were sent then; absent is zero.
        present: state, or erased -> how many there are; they add up to the same.
    """
    years = sorted({year for year, _ in sent})
    months = {(year, month): sent.get((year, month), 0) for year in years for month in range(1, MONTHS + 1)}
    of_year = {(year, YEAR): sum(months[year, month] for month in range(1, MONTHS + 1)) for year in years}
    counts: dict[Any, int] = {**months, **of_year, **dict(present), _TOTAL: sum(present.values())}
    sums = [Sum((year, YEAR), tuple((year, month) for month in range(1, MONTHS + 1))) for year in years]
    sums += [Sum(_TOTAL, tuple(present)), Sum(_TOTAL, tuple(of_year))]
    hidden = mask(counts, sums)
    shown = {cell: None if cell in hidden else count for cell, count in counts.items()}
    return SignUps(
        sent={cell: shown[cell] for cell in (*of_year, *months)},
        present={name: shown[name] for name in present},
        total=shown[_TOTAL],
    )


def _counted(session: Session, year: int) -> dict[Cell, int]:
    rows = session.execute(
        select(DailyCountRow.day, DailyCountRow.name, DailyCountRow.count).where(
            DailyCountRow.day >= date(year, 1, 1), DailyCountRow.day < date(year + 1, 1, 1)
        )
    )
    found: dict[Cell, int] = {}
    for row in rows:
        found[row.name, row.day.month] = found.get((row.name, row.day.month), 0) + row.count
    return found


def _sent(session: Session) -> dict[Month, int]:
    # From the sign-ups themselves: their bare rows stay after erasure, with the month.
    found: dict[Month, int] = {}
    for moment in session.execute(select(SignUpRow.created_at)).scalars():
        month = (moment.year, moment.month)
        found[month] = found.get(month, 0) + 1
    return found


def _present(session: Session) -> dict[str, int]:
    erased = SignUpRow.erased_at.isnot(None)
    counted = select(SignUpRow.state, erased, func.count()).group_by(SignUpRow.state, erased)
    found = dict.fromkeys(PRESENT, 0)
    for state, gone, count in session.execute(counted):
        found[ERASED if gone else STATE + state] += count
    return found


def _stays(session: Session, year: int) -> tuple[Stay, ...]:
    """How long each state took that can be left. Erased sign-ups have no events."""
    rows = session.execute(
        select(EventRow.signup_id, EventRow.at, EventRow.source, EventRow.target, SignUpRow.created_at)
        .join(SignUpRow, SignUpRow.id == EventRow.signup_id)
        .where(EventRow.target.isnot(None), EventRow.undone.is_(False), EventRow.kind != "undo")
        .order_by(EventRow.signup_id, EventRow.id)
    ).all()
    stays: dict[State, list[float]] = {state: [] for state in State if state not in FINAL}
    since: dict[int, datetime] = {}
    for row in rows:
        if row.source is None or row.source == row.target:
            continue
        begun = since.get(row.signup_id, row.created_at)
        if row.at.year == year and State(row.source) in stays:
            stays[State(row.source)].append((row.at - begun).total_seconds() / 86_400)
        since[row.signup_id] = row.at
    return tuple(_stay(state, days) for state, days in stays.items())


def _stay(state: State, days: Sequence[float]) -> Stay:
    enough = len(days) >= LEAST
    return Stay(state, median(days) if enough else None, bool(days) and not enough)
