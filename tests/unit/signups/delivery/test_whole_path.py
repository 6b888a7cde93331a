"""Whatever happens in whatever order, in the end the hospital knows what the desk knows, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.database import session_scope
from bot.signups import service, triage
from bot.signups.audit import SYSTEM, Actor, Purpose
from bot.signups.delivery import overview, queue
from bot.signups.delivery.states import DeliveryState
from bot.signups.service import NotFound
from bot.signups.workflow import NotAllowed, State, next_step
from tests.unit.signups.builders import details
from tests.unit.signups.delivery.conftest import House
from tests.unit.signups.delivery.hospital import Got, Hospital, Say

NURSE = Actor("anna", "nurse", "10.0.0.7")
# What the receiver does with a message before it answers: whether it stored it, and the answer.
MANNERS = {
    "well": (True, Say()),
    "stores, then breaks off": (True, Say(raw=b"")),
    "stores, then fails": (True, Say(500)),
    "fails": (False, Say(503)),
    "refuses": (False, Say(422)),
    "is busy": (False, Say(429, headers={"Retry-After": "3600"})),
}
DELIVER = st.tuples(st.just("deliver"), st.sampled_from(sorted(MANNERS)))
STEPS = st.one_of(
    DELIVER,
    st.tuples(st.sampled_from(["submit", "worker dies", "retry", "wait"]), st.just(0)),
    st.tuples(st.sampled_from(["correct", "step", "withdraw", "undo"]), st.integers(0, 2)),
    st.tuples(st.just("erase"), st.integers(0, 2)),
)


@dataclass
class Receiver:
    """A receiver that does what docs/delivery.md asks: stores by code, and a key only once."""

    manner: str = "well"
    keys: set[str] = field(default_factory=set)
    known: dict[str, Any] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    told_too_much: list[str] = field(default_factory=list)

    def __call__(self, got: Got) -> Say:
        stores, answer = MANNERS[self.manner]
        message = got.json
        code = message["signup"]["code"]
        if code in self.erased and message["type"] != "signup.erased":
            self.told_too_much.append(message["type"])
        if stores and got.key not in self.keys:
            self.keys.add(got.key)
            if message["type"] == "signup.erased":
                self.known.pop(code, None)
                self.erased.add(code)
            else:
                self.known[code] = message
        return answer


# Not made smaller when it fails: with a real server that takes minutes.
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=DELIVER, steps=st.lists(STEPS, min_size=4, max_size=20))
def test_the_hospital_ends_up_knowing_what_it_may(
    quick_house: House, hospital: Hospital, first: tuple[str, str], steps: list[tuple[str, Any]]
) -> None:
    house, receiver = quick_house, Receiver()
    hospital.usually = receiver
    numbers: list[int] = [house.submit().id]
    codes: dict[int, str] = {}
    for step, chosen in [first, *steps]:
        house.clock.forward(timedelta(seconds=1))
        if step == "submit":
            numbers.append(house.submit().id)
        elif step == "deliver":
            receiver.manner = chosen
            house.sender.deliver_due()
        elif step == "worker dies":
            die(house)
        elif step == "retry":
            retry_all(house)
        elif step == "wait":
            house.clock.forward(timedelta(hours=7))
        else:
            change(house, step, numbers[min(chosen, len(numbers) - 1)], codes)
    receiver.manner = "well"
    heal(house)
    assert receiver.told_too_much == []
    for number in numbers:
        expect(house, receiver, number, codes)


def die(house: House) -> None:
    """A worker takes a delivery and is heard of no more."""
    with session_scope(house.engine) as session:
        queue.hand_out(session, {name: target.kinds for name, target in house.sender.targets.items()})
        queue.claim(session, "webhook", house.clock(), house.sender.lease)


def retry_all(house: House) -> None:
    with session_scope(house.engine) as session:
        overview.retry_all(session, NURSE, house.clock())


def change(house: House, step: str, number: int, codes: dict[int, str]) -> None:
    """Do something to a sign-up, if it can be done now."""
    now = house.clock()
    try:
        with session_scope(house.engine) as session:
            before = service.get(session, number, SYSTEM, Purpose.TRIAGE, now)
            if step == "correct":
                new = details(call_when=now.isoformat(), consent_records=before.details.consent_records)
                service.correct(session, number, new, now, version=before.version)
            elif step == "step":
                following = next_step(before.state)
                target = following.target if following else State.WITHDRAWN
                triage.transition(session, NURSE, number, target, now, version=before.version, on=now.date())
            elif step == "withdraw":
                service.withdraw(session, number, now)
            elif step == "undo":
                triage.undo(session, NURSE, number, now, version=before.version)
            else:
                codes[number] = before.code
                service.erase(session, number, now)
    except (NotFound, NotAllowed, triage.NothingToUndo):
        return


def heal(house: House) -> None:
    """The hospital's system is well again: let time pass and retry what was given up."""
    for _ in range(4):
        house.clock.forward(timedelta(hours=7))
        retry_all(house)
        house.sender.deliver_due()
    left = {one.state for one in house.deliveries()}
    assert left <= {DeliveryState.DELIVERED, DeliveryState.SUPERSEDED, DeliveryState.CANCELLED}


def expect(house: House, receiver: Receiver, number: int, codes: dict[int, str]) -> None:
    """That the receiver knows about this sign-up what it may know, as it is now."""
    if number in codes:
        assert codes[number] not in receiver.known
        return
    with session_scope(house.engine) as session:
        signup = service.get(session, number, SYSTEM, Purpose.TRIAGE, house.clock())
    message = receiver.known.get(signup.code)
    if signup.state is State.WITHDRAWN or not signup.details.consent_call:
        assert message is None or set(message["signup"]) == {
            *("code", "trial", "state", "state_since", "submitted_at", "consents")
        }
        return
    assert message is not None
    assert message["signup"]["state"] == signup.state.value
    assert message["signup"]["contact"]["call_when"] == signup.details.call_when
