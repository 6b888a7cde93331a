"""Planning sign-ups in quarters, on a real database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.signups import planning, service, triage
from bot.signups.audit import Actor
from bot.signups.capacity import History, Places, Quarter
from bot.signups.planning import AlreadyPlanned, Changed, Full, NotWaiting
from bot.signups.records import SignUp
from bot.signups.service import NotFound
from bot.signups.workflow import State
from tests.unit.signups.builders import NOW, answers, details, handover

NURSE = Actor("anna", "nurse", "127.0.0.1")
SPRING, SUMMER = Quarter(2027, 1), Quarter(2027, 2)
TODAY = NOW.date()


def sign_up(engine: Engine, days: int = 0, **outcomes: str) -> SignUp:
    with session_scope(engine) as session:
        given = handover(answers=answers(**outcomes))
        return service.submit(session, given, details(), NOW + timedelta(days=days))


def room(engine: Engine, **wanted: Any) -> None:
    with session_scope(engine) as session:
        given = {SPRING: wanted.get("spring"), SUMMER: wanted.get("summer")}
        planning.set_places(session, NURSE, "ram-ms", given, planning.places(session, "ram-ms"), NOW)


def plan(engine: Engine, signup: SignUp, quarter: Quarter = SPRING) -> None:
    with session_scope(engine) as session:
        planning.plan(session, NURSE, "ram-ms", signup.code.lower(), quarter, NOW)


def leave(engine: Engine, signup: SignUp, state: State = State.INELIGIBLE) -> None:
    with session_scope(engine) as session:
        triage.transition(session, NURSE, signup.id, state, NOW, version=signup.version, reason="past niet")


def waiting(engine: Engine) -> list[int]:
    with session_scope(engine) as session:
        return [one.signup_id for one in planning.queue(session, "ram-ms")]


def given_places(engine: Engine) -> list[tuple[int, Quarter]]:
    with session_scope(engine) as session:
        return [(one.signup_id, one.quarter) for one in planning.planned(session, "ram-ms")]


def test_the_queue_is_who_may_take_part_and_has_no_place_in_order_of_signing_up(engine: Engine) -> None:
    late, early = sign_up(engine, 2), sign_up(engine, 1)
    sign_up(engine, 0, age="not_met")
    planned, left = sign_up(engine, 3), sign_up(engine, 4)
    room(engine, spring=Places(1, 2))
    plan(engine, planned)
    leave(engine, left)
    assert waiting(engine) == [early.id, late.id]
    assert given_places(engine) == [(planned.id, SPRING)]


def test_a_full_quarter_takes_nobody_and_a_quarter_without_room_neither(engine: Engine) -> None:
    first, second = sign_up(engine), sign_up(engine)
    room(engine, spring=Places(0, 1))
    plan(engine, first)
    with pytest.raises(Full):
        plan(engine, second)
    with pytest.raises(Full):
        plan(engine, second, SUMMER)
    with pytest.raises(AlreadyPlanned):
        plan(engine, first)


def test_who_leaves_frees_the_place(engine: Engine) -> None:
    first, second = sign_up(engine), sign_up(engine)
    room(engine, spring=Places(1, 1))
    plan(engine, first)
    leave(engine, first)
    plan(engine, second)
    assert given_places(engine) == [(second.id, SPRING)]
    with pytest.raises(NotWaiting):
        plan(engine, first)


def test_erasure_takes_the_place_along(engine: Engine) -> None:
    signup = sign_up(engine)
    room(engine, spring=Places(1, 1))
    plan(engine, signup)
    with session_scope(engine) as session:
        service.erase(session, signup.id, NOW)
    assert given_places(engine) == []
    with session_scope(engine) as session, pytest.raises(NotFound):
        planning.unplan(session, NURSE, signup.id, SPRING, NOW)


def test_a_place_that_is_taken_back_can_be_given_again(engine: Engine) -> None:
    signup = sign_up(engine)
    room(engine, spring=Places(1, 1), summer=Places(1, 1))
    plan(engine, signup)
    with session_scope(engine) as session:
        planning.unplan(session, NURSE, signup.id, SPRING, NOW)
    plan(engine, signup, SUMMER)
    assert given_places(engine) == [(signup.id, SUMMER)]
    # Whoever still sees the place of before takes nothing away.
    with session_scope(engine) as session, pytest.raises(NotFound):
        planning.unplan(session, NURSE, signup.id, SPRING, NOW)
    assert given_places(engine) == [(signup.id, SUMMER)]


@pytest.mark.parametrize("code", ["", "SW-2222-2222", "geen code"])
def test_an_unknown_code_is_told(engine: Engine, code: str) -> None:
    room(engine, spring=Places(1, 1))
    with session_scope(engine) as session, pytest.raises(NotFound):
        planning.plan(session, NURSE, "ram-ms", code, SPRING, NOW)


def test_two_at_once_cannot_both_have_the_last_place(engine: Engine) -> None:
    signups = [sign_up(engine) for _ in range(3)]
    room(engine, spring=Places(1, 1))
    ready = threading.Barrier(3)

    def try_it(signup: SignUp) -> bool:
        ready.wait()
        try:
            plan(engine, signup)
        except Full:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(try_it, signups)) == [False, False, True]
    assert len(given_places(engine)) == 1


def test_the_second_who_changes_the_places_of_a_quarter_is_told(engine: Engine) -> None:
    with session_scope(engine) as session:
        planning.set_places(session, NURSE, "ram-ms", {SPRING: Places(1, 2)}, {}, NOW)
    with session_scope(engine) as session, pytest.raises(Changed):
        planning.set_places(session, NURSE, "ram-ms", {SPRING: Places(2, 2)}, {}, NOW)
    with session_scope(engine) as session:
        assert planning.places(session, "ram-ms") == {SPRING: Places(1, 2)}
        planning.set_places(session, NURSE, "ram-ms", {SPRING: None}, {SPRING: Places(1, 2)}, NOW)
        assert planning.places(session, "ram-ms") == {}


def test_history_counts_how_earlier_sign_ups_ended(engine: Engine) -> None:
    leave(engine, sign_up(engine))
    leave(engine, sign_up(engine), State.SECOND_LINE_ADVISED)
    sign_up(engine)
    with session_scope(engine) as session:
        service.erase(session, sign_up(engine).id, NOW)
        assert planning.history(session, "ram-ms") == History(left=3, stayed=0)


def test_a_wait_is_told_for_who_waits_and_a_quarter_for_who_is_planned(engine: Engine) -> None:
    planned, waits, gone = sign_up(engine), sign_up(engine), sign_up(engine)
    room(engine, spring=Places(1, 1), summer=Places(1, 1))
    plan(engine, planned)
    leave(engine, gone)
    with session_scope(engine) as session:
        assert planning.wait_of(session, "ram-ms", planned.id, TODAY) == SPRING
        wait = planning.wait_of(session, "ram-ms", waits.id, TODAY)
        assert not isinstance(wait, Quarter) and wait and wait.median and round(wait.median, 1) == 7.3
        assert planning.wait_of(session, "ram-ms", gone.id, TODAY) is None
        assert planning.has_room_ahead(session, "ram-ms", TODAY)
        assert not planning.has_room_ahead(session, "ram-ms", date(2028, 1, 1))
