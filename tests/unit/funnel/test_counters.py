"""Counting: one statement, several processes at once, never in anybody's way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.funnel.counters import Counters
from bot.funnel.tables import DailyCountRow
from tests.unit.signups.conftest import empty_postgres, engine, keys, sqlite_engine, sqlite_file  # noqa: F401


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc]


def counts(engine: Engine) -> dict[tuple[date, str], int]:  # noqa: F811
    with session_scope(engine) as session:
        rows = session.execute(select(DailyCountRow)).scalars()
        return {(row.day, row.name): row.count for row in rows}


def test_counts_add_up_by_day_in_the_netherlands(engine: Engine) -> None:  # noqa: F811
    moment = [at(2026, 11, 20, 22, 30)]
    counters = Counters(engine, lambda: moment[0])
    counters.add(["a", "b", "a"])
    counters.add(["a"])
    moment[0] = at(2026, 11, 20, 23, 30)
    counters.add(["a"])
    counters.add([])
    friday, saturday = date(2026, 11, 20), date(2026, 11, 21)
    assert counts(engine) == {(friday, "a"): 3, (friday, "b"): 1, (saturday, "a"): 1}


def test_it_is_one_statement(engine: Engine) -> None:  # noqa: F811
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    Counters(engine).add(["a", "b", "c"])
    assert len([line for line in said if not line.startswith("PRAGMA")]) == 1


def test_many_at_once_lose_nothing(engine: Engine) -> None:  # noqa: F811
    counters = Counters(engine, lambda: at(2026, 11, 20, 12))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: counters.add(["b", "a"]), range(40)))
    assert set(counts(engine).values()) == {40}


def test_a_failure_is_logged_and_nothing_else(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE daily_counts")
    Counters(engine).add(["verdict.may_take_part"])
    assert "could not be counted" in caplog.text and "may_take_part" not in caplog.text
