"""The counts of a year by month, masked: what came how far, verdicts, reasons, states and the time in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.eligibility.verdict import Verdict
from bot.funnel import counters
from bot.funnel.masking import LEAST, Sum, mask
from bot.funnel.tables import DailyCountRow
from bot.signups.tables import EventRow, SignUpRow
from bot.signups.workflow import State

MONTHS = 12
YEAR = 0
ENDED = "prescreen.ended"
SENT = "form.sent"
STATE = "state."
VERDICTS = tuple(counters.VERDICT + verdict.value for verdict in Verdict)
STEPS = (counters.CONVERSATION, counters.BEGUN, counters.STOPPED, ENDED, counters.PAGE, counters.FORM_OPENED, SENT)
STATES = tuple(STATE + state.value for state in State if state is not State.NEW)
Cell = tuple[str, int]
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
    """How long sign-ups were in a state that they left in this year; None where fewer than five did."""

    state: State
    count: int | None
    days: float | None


@dataclass(frozen=True)
class Report:
    """Everything about one year."""

    year: int
    steps: Table
    verdicts: Table
    reasons: Table
    states: Table
    stays: tuple[Stay, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables by month."""
        return (self.steps, self.verdicts, self.reasons, self.states)


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
    found.update(_sent(session, year))
    stays, entered = _events(session, year)
    found.update(entered)
    reasons = tuple(counters.REASON + criterion for criterion in criteria)
    names = [*STEPS, *VERDICTS, *reasons, *STATES]
    shown = masked_by_month(names, found, [(ENDED, VERDICTS)])

    def table(name: str, rows: Sequence[str]) -> Table:
        return Table(name, {row: shown[row] for row in rows})

    return Report(
        year=year,
        steps=table("steps", STEPS),
        verdicts=table("verdicts", VERDICTS),
        reasons=table("reasons", reasons),
        states=table("states", STATES),
        stays=stays,
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


def masked_states(counts: Mapping[State, int]) -> tuple[dict[State, int | None], int | None]:
    """The present counts per state and their total, masked."""
    names = {state: state.value for state in counts}
    cells = {**{names[state]: count for state, count in counts.items()}, _TOTAL: sum(counts.values())}
    hidden = mask(cells, [Sum(_TOTAL, tuple(names.values()))])
    shown = {state: None if names[state] in hidden else count for state, count in counts.items()}
    return shown, None if _TOTAL in hidden else cells[_TOTAL]


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


def _sent(session: Session, year: int) -> dict[Cell, int]:
    # From the sign-ups themselves: their bare rows stay after erasure, with the month.
    moments = session.execute(select(SignUpRow.created_at).where(*_within(SignUpRow.created_at, year))).scalars()
    found: dict[Cell, int] = {}
    for moment in moments:
        found[SENT, moment.month] = found.get((SENT, moment.month), 0) + 1
    return found


def _events(session: Session, year: int) -> tuple[tuple[Stay, ...], dict[Cell, int]]:
    """How long each state took, and how many sign-ups came into it in each month. Erased ones have no events."""
    rows = session.execute(
        select(EventRow.signup_id, EventRow.at, EventRow.source, EventRow.target, SignUpRow.created_at)
        .join(SignUpRow, SignUpRow.id == EventRow.signup_id)
        .where(EventRow.target.isnot(None), EventRow.undone.is_(False), EventRow.kind != "undo")
        .order_by(EventRow.signup_id, EventRow.id)
    ).all()
    stays: dict[State, list[float]] = {state: [] for state in State}
    entered: dict[Cell, int] = {}
    since: dict[int, datetime] = {}
    for row in rows:
        if row.source is None or row.source == row.target:
            continue
        begun = since.get(row.signup_id, row.created_at)
        if row.at.year == year:
            stays[State(row.source)].append((row.at - begun).total_seconds() / 86_400)
            cell = (STATE + row.target, row.at.month)
            entered[cell] = entered.get(cell, 0) + 1
        since[row.signup_id] = row.at
    return tuple(_stay(state, days) for state, days in stays.items()), entered


def _stay(state: State, days: Iterable[float]) -> Stay:
    known = list(days)
    if not known:
        return Stay(state, 0, None)
    return Stay(state, len(known), median(known)) if len(known) >= LEAST else Stay(state, None, None)


def _within(column: object, year: int) -> tuple[object, object]:
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return column >= begin, column < end  # type: ignore[operator]
