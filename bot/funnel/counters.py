"""Counts what happens, at the moment it happens, in one statement. Counting never stands in anybody's way."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.funnel.tables import DailyCountRow

log = logging.getLogger(__name__)

CONVERSATION = "conversation"
BEGUN = "prescreen.begun"
PAGE = "prescreen.page"
STOPPED = "prescreen.stopped"
VERDICT = "verdict."
REASON = "reason."
FORM_OPENED = "form.opened"
_HERE = ZoneInfo("Europe/Amsterdam")


def _real_time() -> datetime:
    return datetime.now(UTC)


class Counters:
    """Adds to the counts of today. Several processes and threads may do so at once."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = _real_time) -> None:
        """Take the database. Connects to nothing yet.

        Args:
            engine: the database with the counts.
            clock: tells the moment it is.
        """
        self._engine = engine
        self._clock = clock

    def add(self, names: Iterable[str]) -> None:
        """Count each of these once more, in one statement of its own. A failure is logged and nothing else."""
        found = Counter(names)
        if not found:
            return
        day = self._clock().astimezone(_HERE).date()
        # In one order everywhere: two statements at once cannot wait for each other's rows.
        rows = [{"day": day, "name": name, "count": count} for name, count in sorted(found.items())]
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        table = DailyCountRow.__table__
        new = dialect.insert(table).values(rows)
        statement = new.on_conflict_do_update(
            index_elements=["day", "name"], set_={"count": table.c.count + new.excluded.count}
        )
        try:
            with self._engine.begin() as connection:
                connection.execute(statement)
        except SQLAlchemyError as error:
            log.warning("something could not be counted: %s", type(error).__name__)
