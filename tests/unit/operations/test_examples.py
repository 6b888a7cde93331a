"""Example patients: in every state, clearly marked, never beside real ones, never delivered, gone without a trace."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.migrations import metadata
from bot.operations import examples
from bot.settings import Settings
from bot.signups import audit, mapping, service, triage
from bot.signups.records import SignUp
from bot.signups.tables import SignUpRow
from bot.signups.workflow import State
from tests.unit.signups.builders import details, handover

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def everybody(database: Engine) -> list[SignUp]:
    with session_scope(database) as session:
        return [mapping.view_of(row) for row in session.execute(select(SignUpRow)).scalars()]


def test_examples_stand_in_every_state_over_some_weeks_and_are_marked(settings: Settings, database: Engine) -> None:
    count = examples.add(settings, database, NOW)
    made = everybody(database)
    assert len(made) == count and {signup.state for signup in made} == set(State)
    assert all(signup.details.name.startswith("Voorbeeld ") for signup in made)
    assert all(event.at <= NOW for signup in made for event in signup.events)
    assert all(note.at <= NOW for signup in made for note in signup.notes)
    assert max(signup.created_at for signup in made) - min(signup.created_at for signup in made) > timedelta(weeks=4)
    assert {signup.verdict.value for signup in made} == {"may_take_part", "needs_check", "cannot_take_part"}
    with session_scope(database) as session:
        assert audit.verify(session).sound


def test_adding_again_begins_anew_and_clearing_leaves_nothing(settings: Settings, database: Engine) -> None:
    first = examples.add(settings, database, NOW)
    assert examples.add(settings, database, NOW + timedelta(days=1)) == first == len(everybody(database))
    assert examples.clear(database, NOW) == first and examples.clear(database, NOW) == 0
    with session_scope(database) as session:
        assert sum(triage.count_per_state(session).values()) == 0
        left = Counter(
            {
                name: session.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in metadata().tables.items()
                if "signup_id" in table.columns
            }
        )
    assert left.total() == 0


def test_examples_never_stand_beside_real_sign_ups(settings: Settings, database: Engine) -> None:
    with session_scope(database) as session:
        real = service.submit(session, handover(), details(name="Echte Naam"), NOW)
    with pytest.raises(examples.Refused, match="real"):
        examples.add(settings, database, NOW)
    assert examples.clear(database, NOW) == 0
    assert [signup.id for signup in everybody(database)] == [real.id]
    # Not even beside one that was erased: its row counts too.
    with session_scope(database) as session:
        service.erase(session, real.id, NOW)
    with pytest.raises(examples.Refused, match="real"):
        examples.add(settings, database, NOW)


@pytest.mark.parametrize("target", ["webhook_url", "fhir_url", "redcap_url"])
def test_examples_are_not_made_where_they_would_be_delivered(settings: Settings, database: Engine, target: str) -> None:
    with pytest.raises(examples.Refused, match="delivered"):
        examples.add(replace(settings, **{target: "https://ziekenhuis.example"}), database, NOW)
