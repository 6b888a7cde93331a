"""Ten thousand sign-ups in a moment: a few real ones, their sealed rows multiplied in the database."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from sqlalchemy import MetaData, Table, insert, select, text
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.signups import codes, service
from bot.signups.workflow import State
from tests.unit.signups.builders import NOW, answers, details, handover

NAMES = ("Voorbeeld Eerste", "Voorbeeld Tweede", "Voorbeeld Zeldzaam")
_BATCH = 1_000


def fill(engine: Engine, count: int) -> None:
    """Add `count` sign-ups in all states, a third of them in doubt; one in a hundred is called Zeldzaam."""
    outcomes = ({}, {}, {"walking": "unknown"})
    with session_scope(engine) as session:
        made = [
            service.submit(session, handover(answers=answers(**outcome)), details(name=name), NOW)
            for name, outcome in itertools.product(NAMES, outcomes)
        ]
    with engine.begin() as connection:
        plain = MetaData()
        signups = Table("signups", plain, autoload_with=connection)
        tokens = Table("signup_name_tokens", plain, autoload_with=connection)
        models = [dict(row) for row in connection.execute(select(signups).order_by(signups.c.id)).mappings()]
        words = {
            row["id"]: connection.execute(select(tokens.c.token).where(tokens.c.signup_id == row["id"])).scalars().all()
            for row in models
        }
        common, rare = models[: 2 * len(outcomes)], models[2 * len(outcomes) :]
        states = list(State)
        for start in range(len(made), count, _BATCH):
            rows: list[dict[str, Any]] = []
            found: list[dict[str, Any]] = []
            for number in range(start + 1, min(start + _BATCH, count) + 1):
                group = rare if number % 100 == 0 else common
                model = group[number % len(group)]
                fresh = {"handover_digest": f"{number:064x}", "code": codes.new_code(), "lookup": f"{number:064x}"}
                at = NOW - timedelta(hours=number)
                state = states[number % len(states)].value
                rows.append({**model, **fresh, "id": number, "created_at": at, "state_since": at, "state": state})
                found += [{"signup_id": number, "token": token} for token in words[model["id"]]]
            connection.execute(insert(signups), rows)
            connection.execute(insert(tokens), found)
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT setval(pg_get_serial_sequence('signups', 'id'), :last)"), {"last": count})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Both planners decide by numbers that they gather now and then by themselves.
        connection.execute(text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))
