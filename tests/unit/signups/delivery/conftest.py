"""A hospital, and a sender that delivers to it from a database of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.signups import service
from bot.signups.delivery import overview, queue
from bot.signups.delivery.sender import Sender
from bot.signups.delivery.states import Delivery
from bot.signups.delivery.tables import DeliveryRow
from bot.signups.delivery.webhook import Webhook
from bot.signups.records import SignUp
from bot.signups.tables import AuditRow
from tests.unit.signups.builders import NOW, details, handover
from tests.unit.signups.delivery.hospital import Hospital, open_hospital

SECRET = "een-geheim-van-minstens-tweeendertig-tekens"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, step: timedelta) -> None:
        self.moment += step


@dataclass
class House:
    """The side that delivers."""

    engine: Engine
    sender: Sender
    clock: Clock = field(default_factory=Clock)

    def with_sender(self, **changes: object) -> House:
        return replace(self, sender=replace(self.sender, **changes))  # type: ignore[arg-type]

    def submit(self, language: str = "nl", **changes: object) -> SignUp:
        with session_scope(self.engine) as session:
            return service.submit(session, handover(language=language), details(**changes), self.clock())

    def deliveries(self) -> list[Delivery]:
        with session_scope(self.engine) as session:
            rows = session.execute(select(DeliveryRow).order_by(DeliveryRow.id)).scalars()
            return [queue.view_of(row) for row in rows]

    def states(self) -> list[str]:
        return [f"{one.target}:{one.kind.value}:{one.state.value}" for one in self.deliveries()]

    def trail(self) -> list[str]:
        with session_scope(self.engine) as session:
            rows = session.execute(select(AuditRow).order_by(AuditRow.sequence)).scalars()
            return [row.action for row in rows if row.action.startswith("delivery.")]

    def stuck(self) -> bool:
        with session_scope(self.engine) as session:
            return overview.troubles(session, self.clock()).stuck


@pytest.fixture
def hospital() -> Iterator[Hospital]:
    with open_hospital() as opened:
        yield opened


def house_of(engine: Engine, hospital: Hospital) -> House:
    clock = Clock()
    target = Webhook(hospital.url, SECRET)
    return House(engine, Sender(engine, {target.name: target}, attempts=3, timeout=5.0, clock=clock), clock)


@pytest.fixture
def house(engine: Engine, hospital: Hospital) -> House:
    """On SQLite and on PostgreSQL."""
    return house_of(engine, hospital)


@pytest.fixture
def quick_house(sqlite_engine: Engine, hospital: Hospital) -> House:
    """On SQLite only, for what does not depend on the database."""
    return house_of(sqlite_engine, hospital)
