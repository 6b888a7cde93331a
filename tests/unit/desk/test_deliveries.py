"""The desk's page of deliveries: what waits, what was given up and why, and trying again."""

from __future__ import annotations

import pytest

from bot.database import session_scope
from bot.desk import texts
from bot.desk.roles import Role
from bot.signups.delivery import overview
from bot.signups.delivery.sender import Sender
from bot.signups.delivery.states import DeliveryState, Kind, Problem
from bot.signups.delivery.targets import NAMES
from bot.signups.delivery.webhook import Webhook
from bot.signups.records import SignUp
from tests.unit.desk.office import OPERATOR, Browser, Office
from tests.unit.signups.delivery.conftest import SECRET
from tests.unit.signups.delivery.hospital import Hospital, Say, open_hospital


def sender(office: Office, hospital: Hospital) -> Sender:
    return Sender(office.engine, {"webhook": Webhook(hospital.url, SECRET)}, 3, 5.0, clock=office.clock)


def given_up(office: Office, hospital: Hospital) -> SignUp:
    signup = office.submitted()
    hospital.answers.append(Say(401))
    assert sender(office, hospital).deliver_due() == "1 dead"
    return signup


def test_a_dead_letter_is_shown_with_its_reason_and_can_be_retried(office: Office, nurse: Browser) -> None:
    with open_hospital() as hospital:
        signup = given_up(office, hospital)
        nurse.get("/afleveringen/")
        assert "1 aflevering is gestopt" in nurse.page
        assert "De toegangscode is misschien verlopen" in nurse.page and "antwoord 401" in nurse.page
        nurse.post("/afleveringen/opnieuw", {"delivery": "1"})
        assert "Wij proberen het zo opnieuw" in nurse.page and "gestopt" not in nurse.page
        assert sender(office, hospital).deliver_due() == "1 delivered"
    nurse.get("/afleveringen/")
    assert "Er wacht niets" in nurse.page and f"nummer {signup.id}" in nurse.page
    assert ("anna", "delivery.retry", f"signup:{signup.id}") in office.trail()


def test_all_dead_letters_can_be_retried_at_once(office: Office, nurse: Browser) -> None:
    with open_hospital() as hospital:
        for _ in range(2):
            given_up(office, hospital)
        nurse.get("/afleveringen/")
        assert "2 afleveringen zijn gestopt" in nurse.page
        nurse.post("/afleveringen/opnieuw", {"delivery": "alle"})
        assert sender(office, hospital).deliver_due() == "2 delivered"


def test_retrying_what_is_done_already_says_so(office: Office, nurse: Browser) -> None:
    with open_hospital() as hospital:
        office.submitted()
        sender(office, hospital).deliver_due()
    nurse.get("/afleveringen/")
    nurse.post("/afleveringen/opnieuw", {"delivery": "1"})
    assert "intussen al gedaan" in nurse.page
    assert nurse.post("/afleveringen/opnieuw", {"delivery": "nul"}).status_code == 400


def test_the_page_of_a_sign_up_tells_its_deliveries(office: Office, nurse: Browser) -> None:
    with open_hospital() as hospital:
        signup = given_up(office, hospital)
    nurse.get(f"/aanmeldingen/{signup.id}")
    told = nurse.page.split('id="afleveringen-kop"')[1]
    assert "nieuwe aanmelding: gestopt" in told and "toegangscode" in told
    other = office.submitted()
    nurse.get(f"/aanmeldingen/{other.id}")
    assert "afleveringen-kop" not in nurse.page


def test_an_admin_retries_without_seeing_a_patient(office: Office) -> None:
    with open_hospital() as hospital:
        signup = given_up(office, hospital)
        admin = office.first_log_in("baas", Role.ADMIN)
        admin.get("/afleveringen/")
        assert f"nummer {signup.id}" in admin.page and f"/aanmeldingen/{signup.id}" not in admin.page
        assert signup.details.name not in admin.page and signup.code not in admin.page
        admin.post("/afleveringen/opnieuw", {"delivery": "1"})
        assert sender(office, hospital).deliver_due() == "1 delivered"


@pytest.mark.parametrize("cause", ["dead letter", "worker away"])
def test_health_is_degraded_while_deliveries_are_stuck(office: Office, cause: str) -> None:
    with open_hospital() as hospital:
        if cause == "dead letter":
            given_up(office, hospital)
        else:
            office.submitted()
            assert office.browser().get("/health").json["status"] == "ok"  # type: ignore[index]
            office.clock.forward(minutes=31)
        response = office.browser().get("/health")
        assert response.status_code == 200
        assert (response.json["status"], response.json["parts"]["delivery"]) == ("degraded", "down")  # type: ignore[index]
        office.clock.forward(hours=7)
        with session_scope(office.engine) as session:
            overview.retry_all(session, OPERATOR, office.clock())
        sender(office, hospital).deliver_due()
        assert office.browser().get("/health").json["status"] == "ok"  # type: ignore[index]


def test_the_page_does_not_say_that_nothing_waits_while_no_worker_takes_it_up(office: Office, nurse: Browser) -> None:
    nurse.get("/afleveringen/")
    assert "Er wacht niets" in nurse.page
    office.submitted()
    office.clock.forward(minutes=31)
    again = office.log_in("anna")
    again.get("/afleveringen/")
    assert "Er wacht iets langer dan een half uur" in again.page and "Er wacht niets" not in again.page


def test_every_word_for_a_delivery_is_there() -> None:
    assert set(texts.group("targets")) == set(NAMES)
    assert set(texts.group("kinds")) == {kind.value for kind in Kind}
    assert set(texts.group("deliveries")) == {state.value for state in DeliveryState}
    assert set(texts.group("problems")) == {problem.value for problem in Problem}
    done = {f"delivery.{state.value}" for state in DeliveryState if state is not DeliveryState.SENDING}
    assert done | {"delivery.attempt", "delivery.retry", "delivery.drop", "delivery.fill"} <= set(
        texts.group("actions")
    )
