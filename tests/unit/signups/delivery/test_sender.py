"""Deliveries to a real server that behaves well or badly."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.database import session_scope
from bot.eligibility.criteria import Trial
from bot.eligibility.trial_file import TrialFileError
from bot.signups import audit, service, triage
from bot.signups.audit import Actor, Purpose
from bot.signups.delivery import overview, queue, signature
from bot.signups.delivery.fhir import Fhir
from bot.signups.delivery.states import EVERY_KIND, DeliveryState, Problem
from bot.signups.workflow import State
from tests.unit.signups.builders import details, handover
from tests.unit.signups.delivery.conftest import SECRET, House
from tests.unit.signups.delivery.hospital import Hospital, Say, make_certificate, open_hospital

NURSE = Actor("anna", "nurse", "10.0.0.7")
LONG = timedelta(hours=7)


def test_a_sign_up_is_delivered_once_with_a_signature_that_checks(house: House, hospital: Hospital) -> None:
    signup = house.submit()
    assert house.sender.deliver_due() == "1 delivered"
    assert house.sender.deliver_due() == ""
    (got,) = hospital.got
    assert got.json["signup"]["code"] == signup.code
    assert got.json["type"] == "signup.submitted"
    assert got.json["id"] == got.key
    now = int(house.clock().timestamp())
    stamp, signed = got.headers[signature.TIMESTAMP_HEADER], got.headers[signature.SIGNATURE_HEADER]
    assert signature.verify(SECRET, stamp, signed, got.body, now)
    assert not signature.verify(SECRET, stamp, signed, got.body + b" ", now)
    assert not signature.verify(SECRET, str(int(stamp) + 1), signed, got.body, now)
    assert not signature.verify(SECRET, stamp, signed, got.body, now + 301)
    assert not signature.verify("een ander geheim", stamp, signed, got.body, now)
    assert house.trail() == ["delivery.attempt", "delivery.delivered"]


def test_nothing_is_delivered_of_a_sign_up_that_was_not_stored(house: House, hospital: Hospital) -> None:
    with pytest.raises(RuntimeError), session_scope(house.engine) as session:
        service.submit(session, handover(), details(), house.clock())
        raise RuntimeError("the disk is full")
    assert house.sender.deliver_due() == ""
    assert hospital.got == []


@pytest.mark.parametrize(
    ("answer", "state", "problem"),
    [
        (Say(201), DeliveryState.DELIVERED, None),
        (Say(204, b""), DeliveryState.DELIVERED, None),
        (Say(409), DeliveryState.DELIVERED, None),
        (Say(400), DeliveryState.DEAD, Problem.REFUSED),
        (Say(401), DeliveryState.DEAD, Problem.NOT_ALLOWED),
        (Say(404), DeliveryState.DEAD, Problem.REFUSED),
        (Say(408), DeliveryState.WAITING, Problem.TOO_BUSY),
        (Say(425), DeliveryState.WAITING, Problem.TOO_BUSY),
        (Say(429), DeliveryState.WAITING, Problem.TOO_BUSY),
        (Say(500), DeliveryState.WAITING, Problem.SERVER_ERROR),
        (Say(503), DeliveryState.WAITING, Problem.SERVER_ERROR),
        (Say(raw=b"\x00\xff garbage that is no HTTP\r\n\r\n"), DeliveryState.WAITING, Problem.GARBLED),
        (Say(raw=b""), DeliveryState.WAITING, Problem.GARBLED),
        (Say(huge=True), DeliveryState.WAITING, Problem.TOO_LARGE),
    ],
)
def test_each_answer_has_its_meaning(
    quick_house: House, hospital: Hospital, answer: Say, state: DeliveryState, problem: Problem | None
) -> None:
    quick_house.submit()
    hospital.answers.append(answer)
    quick_house.sender.deliver_due()
    (delivery,) = quick_house.deliveries()
    assert (delivery.state, delivery.problem) == (state, problem)
    assert len(hospital.got) == 1


def test_a_server_that_hangs_is_left_and_tried_again(quick_house: House, hospital: Hospital) -> None:
    house = quick_house.with_sender(timeout=0.3)
    house.submit()
    hospital.answers.append(Say(hang=True))
    assert house.sender.deliver_due() == "1 waiting"
    assert house.deliveries()[0].problem is Problem.TIMEOUT
    house.clock.forward(LONG)
    assert house.sender.deliver_due() == "1 delivered"
    assert len({got.key for got in hospital.got}) == 1


@pytest.mark.parametrize("begun", [b"HTTP/1.1 200 OK\r\nX: a", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n{"])
def test_an_answer_that_never_ends_is_left_however_much_of_it_comes(
    quick_house: House, hospital: Hospital, begun: bytes
) -> None:
    house = quick_house.with_sender(timeout=0.3)
    house.submit()
    hospital.answers.append(Say(drip=begun))
    assert house.sender.deliver_due() == "1 waiting"
    assert house.deliveries()[0].problem is Problem.TIMEOUT


def test_an_answer_that_breaks_off_is_no_answer(quick_house: House, hospital: Hospital) -> None:
    quick_house.submit()
    hospital.answers.append(Say(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun"))
    assert quick_house.sender.deliver_due() == "1 waiting"
    assert quick_house.deliveries()[0].problem is Problem.GARBLED


def test_a_redirect_is_not_followed_and_takes_nothing_along(quick_house: House, hospital: Hospital) -> None:
    quick_house.submit()
    with open_hospital() as elsewhere:
        hospital.answers += [Say(code, headers={"Location": elsewhere.url}) for code in (301, 307)]
        for _ in range(2):
            assert quick_house.sender.deliver_due() == "1 waiting"
            assert quick_house.deliveries()[0].problem is Problem.REDIRECTED
            quick_house.clock.forward(LONG)
        assert elsewhere.got == []
    assert len(hospital.got) == 2


def test_an_unknown_certificate_is_refused_before_anything_is_sent(quick_house: House, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    target = quick_house.sender.targets["webhook"]
    with open_hospital(certificate) as secure:
        targets = {"webhook": type(target)(secure.url, SECRET)}  # type: ignore[call-arg]
        house = quick_house.with_sender(targets=targets)
        house.submit()
        assert house.sender.deliver_due() == "1 waiting"
        assert house.deliveries()[0].problem is Problem.TLS
        assert secure.got == []
        house.clock.forward(LONG)
        assert house.with_sender(ca_file=certificate).sender.deliver_due() == "1 delivered"
        assert len(secure.got) == 1


def test_a_target_that_is_away_and_comes_back_gets_everything(house: House) -> None:
    with open_hospital() as gone:
        pass
    target = house.sender.targets["webhook"]
    away = house.with_sender(targets={"webhook": type(target)(gone.url, SECRET)})  # type: ignore[call-arg]
    for _ in range(3):
        house.submit()
    assert away.sender.deliver_due() == "1 waiting"
    assert away.deliveries()[0].problem is Problem.UNREACHABLE
    house.clock.forward(LONG)
    assert house.sender.deliver_due() == "3 delivered"
    assert {one.state for one in house.deliveries()} == {DeliveryState.DELIVERED}


def test_the_whole_target_waits_as_long_as_it_asks(house: House, hospital: Hospital) -> None:
    house.submit()
    house.submit()
    hospital.answers.append(Say(429, headers={"Retry-After": "600"}))
    assert house.sender.deliver_due() == "1 waiting"
    house.clock.forward(timedelta(seconds=599))
    assert house.sender.deliver_due() == ""
    house.clock.forward(timedelta(seconds=2))
    assert house.sender.deliver_due() == "2 delivered"


def test_after_the_last_attempt_it_is_given_up_and_can_be_retried(house: House, hospital: Hospital) -> None:
    house.submit()
    hospital.usually = lambda _got: Say(500)
    for expected in ("1 waiting", "1 waiting", "1 dead"):
        assert house.sender.deliver_due() == expected
        house.clock.forward(LONG)
    assert house.sender.deliver_due() == ""
    assert house.stuck()
    (dead,) = house.deliveries()
    assert (dead.attempts, dead.problem, dead.status) == (3, Problem.SERVER_ERROR, 500)
    hospital.usually = lambda _got: Say()
    with session_scope(house.engine) as session:
        overview.retry(session, NURSE, dead.id, house.clock())
    assert house.sender.deliver_due() == "1 delivered"
    assert not house.stuck()
    assert len({got.key for got in hospital.got}) == 1
    with pytest.raises(overview.NotRetriable), session_scope(house.engine) as session:
        overview.retry(session, NURSE, dead.id, house.clock())


def test_only_the_newest_state_is_sent_and_old_dead_letters_are_replaced(house: House, hospital: Hospital) -> None:
    signup = house.submit()
    hospital.answers.append(Say(400))
    assert house.sender.deliver_due() == "1 dead"
    with session_scope(house.engine) as session:
        called = triage.transition(session, NURSE, signup.id, State.CALLED, house.clock(), version=signup.version)
    with session_scope(house.engine) as session:
        service.correct(session, signup.id, details(name="Ander Woord"), house.clock(), version=called.version)
    assert house.sender.deliver_due() == "1 delivered"
    assert house.states() == [
        "webhook:submitted:superseded",
        "webhook:changed:superseded",
        "webhook:changed:delivered",
    ]
    told = hospital.got[-1].json["signup"]
    assert (told["person"]["name"], told["state"]) == ("Ander Woord", "called")


def test_a_withdrawal_is_told_without_personal_data_to_who_knew(house: House, hospital: Hospital) -> None:
    known = house.submit()
    house.sender.deliver_due()
    unknown = house.submit()
    for signup in (known, unknown):
        with session_scope(house.engine) as session:
            service.withdraw(session, signup.id, house.clock())
    assert house.sender.deliver_due() == "1 cancelled, 1 delivered"
    _, got = hospital.got
    assert got.json["type"] == "signup.withdrawn"
    assert got.json["signup"] == {
        "code": known.code,
        "trial": "ram-ms",
        "state": "withdrawn",
        "state_since": house.clock().isoformat(),
        "submitted_at": house.clock().isoformat(),
        "consents": {"call": False, "records": False},
    }


def test_an_erasure_cancels_what_waits_and_is_told_to_who_knew(house: House, hospital: Hospital) -> None:
    known = house.submit()
    house.sender.deliver_due()
    waiting = house.submit()
    with session_scope(house.engine) as session:
        triage.transition(session, NURSE, known.id, State.CALLED, house.clock(), version=known.version)
        service.erase(session, known.id, house.clock())
        service.erase(session, waiting.id, house.clock())
    assert house.sender.deliver_due() == "1 delivered"
    assert hospital.got[-1].json == {
        "id": hospital.got[-1].key,
        "type": "signup.erased",
        "occurred_at": house.clock().isoformat(),
        "signup": {"code": known.code, "trial": "ram-ms"},
    }
    with house.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM deliveries WHERE code IS NOT NULL")).scalar_one() == 0
        assert connection.execute(text("SELECT count(*) FROM delivery_outbox")).scalar_one() == 0


def test_what_goes_because_its_term_has_passed_stays_at_the_hospital(house: House, hospital: Hospital) -> None:
    signup = house.submit()
    house.sender.deliver_due()
    with session_scope(house.engine) as session:
        service.erase(session, signup.id, house.clock(), actor=audit.SYSTEM, purpose=Purpose.RETENTION)
    assert house.sender.deliver_due() == ""
    assert len(hospital.got) == 1


def test_a_delivery_to_a_target_that_is_no_more_can_be_let_go(house: House) -> None:
    signup = house.submit()
    house.sender.deliver_due()
    with session_scope(house.engine) as session:
        service.erase(session, signup.id, house.clock())
    assert house.with_sender(targets={}).sender.deliver_due() == ""
    house.clock.forward(timedelta(minutes=31))
    assert house.stuck()
    with session_scope(house.engine) as session:
        overview.drop(session, NURSE, house.deliveries()[-1].id, house.clock())
    assert not house.stuck()
    with house.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM deliveries WHERE code IS NOT NULL")).scalar_one() == 0


def test_an_erasure_while_a_delivery_is_under_way_is_told_after_it(house: House, hospital: Hospital) -> None:
    signup = house.submit()
    with session_scope(house.engine) as session:
        queue.hand_out(session, {"webhook": EVERY_KIND})
    with session_scope(house.engine) as session:
        claimed = queue.claim(session, "webhook", house.clock(), house.sender.lease)
    assert claimed is not None
    with session_scope(house.engine) as session:
        service.erase(session, signup.id, house.clock())
    # The first one is still with the worker that took it.
    assert house.sender.deliver_due() == ""
    with session_scope(house.engine) as session:
        assert queue.finish(session, claimed, DeliveryState.DELIVERED, house.clock())
    assert house.sender.deliver_due() == "1 delivered"
    assert hospital.got[-1].json["type"] == "signup.erased"


def test_a_claim_whose_lease_is_over_is_taken_over_and_cannot_be_finished(house: House, hospital: Hospital) -> None:
    house.submit()
    with session_scope(house.engine) as session:
        queue.hand_out(session, {"webhook": EVERY_KIND})
    with session_scope(house.engine) as session:
        lost = queue.claim(session, "webhook", house.clock(), house.sender.lease)
    assert lost is not None
    assert house.sender.deliver_due() == ""
    house.clock.forward(house.sender.lease)
    assert house.sender.deliver_due() == "1 delivered"
    with session_scope(house.engine) as session:
        assert not queue.finish(session, lost, DeliveryState.DEAD, house.clock())
    assert [(one.state, one.attempts) for one in house.deliveries()] == [(DeliveryState.DELIVERED, 2)]
    assert hospital.got[0].key == lost.delivery.key


def test_several_workers_at_once_deliver_everything_once(house: House, hospital: Hospital) -> None:
    codes = {house.submit().code for _ in range(12)}
    ready = threading.Barrier(4)

    def work(_worker: int) -> str:
        ready.wait()
        return house.sender.deliver_due()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    house.sender.deliver_due()
    assert len(hospital.got) == 12
    assert {got.json["signup"]["code"] for got in hospital.got} == codes


def test_a_delivery_that_cannot_be_made_ready_does_not_hold_up_the_others(
    quick_house: House, hospital: Hospital, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_trial: str) -> Trial:
        raise TrialFileError(Path("ram-ms.yml"), "mevrouw De Vries", "x")

    targets = {"fhir": Fhir(hospital.url, "een-token", broken), **quick_house.sender.targets}
    house = quick_house.with_sender(targets=targets)
    house.submit()
    assert house.sender.deliver_due() == "1 delivered, 1 waiting"
    assert {one.target: one.problem for one in house.deliveries()} == {"fhir": Problem.FAULT, "webhook": None}
    assert "TrialFileError" in caplog.text and "De Vries" not in caplog.text


def test_a_worker_that_is_asked_to_stop_finishes_what_is_under_way(quick_house: House, hospital: Hospital) -> None:
    quick_house.submit()
    quick_house.submit()
    assert quick_house.sender.deliver_due(stop=lambda: bool(hospital.got)) == "1 delivered"
    assert quick_house.sender.deliver_due() == "1 delivered"


def test_without_targets_nothing_is_kept(quick_house: House) -> None:
    quick_house.submit()
    assert quick_house.with_sender(targets={}).sender.deliver_due() == ""
    assert quick_house.deliveries() == []
    quick_house.clock.forward(LONG)
    assert not quick_house.stuck()


def test_a_target_that_was_set_up_later_is_filled(quick_house: House, hospital: Hospital) -> None:
    signup = quick_house.submit()
    quick_house.with_sender(targets={}).sender.deliver_due()
    with session_scope(quick_house.engine) as session:
        assert overview.fill(session, NURSE, "webhook", quick_house.clock()) == 1
    assert quick_house.sender.deliver_due() == "1 delivered"
    assert hospital.got[0].json["signup"]["code"] == signup.code


def test_what_waits_too_long_is_told_as_stuck_also_when_no_worker_runs(quick_house: House) -> None:
    quick_house.submit()
    assert not quick_house.stuck()
    quick_house.clock.forward(timedelta(minutes=31))
    assert quick_house.stuck()


def test_neither_logs_nor_tables_nor_trail_hold_anything_personal(
    house: House, hospital: Hospital, caplog: pytest.LogCaptureFixture
) -> None:
    signup = house.submit()
    hospital.answers += [Say(500), Say(400)]
    with caplog.at_level(logging.DEBUG):
        house.sender.deliver_due()
        house.clock.forward(LONG)
        house.sender.deliver_due()
    with session_scope(house.engine) as session:
        assert audit.verify(session).sound
        service.erase(session, signup.id, house.clock())
    with house.engine.connect() as connection:
        kept = [
            str(dict(row))
            for table in ("deliveries", "delivery_outbox", "audit_trail")
            for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()
        ]
    assert any("'kind': 'erased'" in row for row in kept)
    for value in (signup.code, "Testpersoon", "612345678", SECRET, "1985-04-03"):
        assert value not in caplog.text
        assert not any(value in row for row in kept), value
