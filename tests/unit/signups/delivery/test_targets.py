"""What each target gets: FHIR that validates and makes no duplicates, REDCap records, and only what consent allows."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from fhir.resources.R4B import construct_fhir_element
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.questionnaire import Questionnaire

from bot import settings
from bot.cli import main
from bot.database import session_scope
from bot.eligibility.criteria import Recruitment
from bot.eligibility.trial_file import load_trial
from bot.settings import ROOT, SettingsError
from bot.signups import service
from bot.signups.audit import Actor
from bot.signups.delivery import fhir, fhir_names, redcap
from bot.signups.delivery.content import Content, ErasureNotice, FullContent, WithdrawalNotice, content_of
from bot.signups.delivery.fhir import Fhir
from bot.signups.delivery.questionnaire import canonical, questionnaire
from bot.signups.delivery.redcap import RedCap
from bot.signups.delivery.states import DeliveryState
from bot.signups.delivery.targets import targets_of
from bot.signups.workflow import State
from tests.unit.signups.builders import NOW, answers, details
from tests.unit.signups.delivery.conftest import SECRET, House
from tests.unit.signups.delivery.hospital import Got, Hospital, Say, fhir_server, redcap_server

TRIAL = load_trial(ROOT / "data" / "trials" / "ram-ms.yml")
NURSE = Actor("anna", "nurse", "10.0.0.7")
BASE = "https://voorbeeld.example/fhir"
DOCUMENT = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")
# From FHIR R4's own value sets; the library does not check codes.
SUBJECT_STATUSES = {"potential-candidate", "screening", "on-study", "ineligible", "withdrawn", "not-registered"}


def house_with(house: House, hospital: Hospital, kind: str) -> House:
    target: Any
    if kind == "fhir":
        hospital.usually = fhir_server
        target = Fhir(hospital.url, "een-token", lambda trial_id: TRIAL if trial_id == TRIAL.id else None)
    else:
        hospital.usually = redcap_server
        target = RedCap(hospital.url, "een-token")
    return house.with_sender(targets={kind: target})


def resources(bundle: Any) -> dict[str, dict[str, Any]]:
    return {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}


def full(house: House, **changes: object) -> FullContent:
    content = content_of(house.submit(**changes))
    assert isinstance(content, FullContent)
    return content


def withdrawn(content: FullContent) -> WithdrawalNotice:
    return WithdrawalNotice(content.code, content.trial, State.WITHDRAWN, NOW, content.submitted_at, NOW)


def test_the_bundle_is_valid_and_every_reference_leads_somewhere(quick_house: House) -> None:
    content = full(quick_house, answers={**answers(), "ms_type": {"option": "rrms", "outcome": "met", "words": ""}})
    made = fhir.bundle(content, TRIAL, BASE)
    Bundle.parse_obj(made)
    kinds = [entry["resource"]["resourceType"] for entry in made["entry"]]
    assert kinds == [
        *("ResearchStudy", "Questionnaire", "Patient", "QuestionnaireResponse"),
        *("Consent", "Consent", "ResearchSubject"),
    ]
    for entry in made["entry"]:
        construct_fhir_element(entry["resource"]["resourceType"], entry["resource"])
    named = set(re.findall(r'"reference": "([^"]+)"', json.dumps(made)))
    addresses = {one if one.startswith("urn:") else f"{BASE}/{one}" for one in named}
    assert addresses and addresses <= set(resources(made))
    form, answered = made["entry"][1]["resource"], made["entry"][3]["resource"]
    assert answered["questionnaire"] == canonical(form)
    offered = {item["linkId"]: [one["valueCoding"]["code"] for one in item["answerOption"]] for item in form["item"]}
    for item in answered["item"]:
        assert item["answer"][0]["valueCoding"]["code"] in offered[item["linkId"]], item["linkId"]


def test_the_questionnaire_has_each_criterion_with_its_options_and_its_version_follows_its_content() -> None:
    made = questionnaire(TRIAL)
    Questionnaire.parse_obj(made)
    assert [item["linkId"] for item in made["item"]] == [*TRIAL.criterion_ids, "verdict"]
    assert [len(item["answerOption"]) for item in made["item"][:-1]] == [len(one.options) for one in TRIAL.criteria]
    assert questionnaire(replace(TRIAL, recruitment=Recruitment.CLOSED)) == made
    shorter = questionnaire(replace(TRIAL, criteria=TRIAL.criteria[:-1]))
    assert shorter["version"] != made["version"] and shorter["id"] != made["id"] and shorter["url"] == made["url"]


@pytest.mark.parametrize("state", State)
def test_each_state_and_recruitment_status_has_a_code_of_fhir(quick_house: House, state: State) -> None:
    content = replace(full(quick_house), state=state)
    for recruitment in Recruitment:
        made = fhir.bundle(content, replace(TRIAL, recruitment=recruitment), BASE)
        Bundle.parse_obj(made)
    status = made["entry"][-1]["resource"]["status"]
    assert status in SUBJECT_STATUSES
    row = next(line for line in DOCUMENT.splitlines() if line.startswith("| `") and f"`{state.value}`" in line)
    assert row.endswith(f"`{status}` |")


def test_without_consent_for_records_nobody_learns_who_treats(quick_house: House) -> None:
    content = full(quick_house, consent_records=False)
    made = json.dumps(fhir.bundle(content, TRIAL, BASE))
    assert "Proefkonijn" not in made and "Nergenshuizen" not in made
    assert '"rejected"' in made
    record = redcap.record(content)
    assert (record["sw_neurologist"], record["sw_consent_records"]) == ("", "0")


def test_a_consent_dates_from_when_it_was_last_given_or_taken_back(quick_house: House) -> None:
    signup = quick_house.submit()
    later, last = NOW + timedelta(days=1), NOW + timedelta(days=2)
    with session_scope(quick_house.engine) as session:
        changed = service.correct(
            session, signup.id, details(consent_records=False), later, actor=NURSE, version=signup.version
        )
    content = content_of(changed)
    assert isinstance(content, FullContent)
    call, records = (entry["resource"] for entry in fhir.bundle(content, TRIAL, BASE)["entry"][4:6])
    assert (call["status"], call["dateTime"]) == ("active", NOW.isoformat())
    assert (records["status"], records["dateTime"]) == ("rejected", later.isoformat())
    with session_scope(quick_house.engine) as session:
        notice = content_of(service.withdraw(session, signup.id, last))
    made = fhir.bundle(notice, TRIAL, BASE)["entry"]
    assert [one["resource"]["dateTime"] for one in made[1:3]] == [last.isoformat()] * 2
    assert made[-1]["resource"]["period"] == {"start": NOW.isoformat(), "end": last.isoformat()}


def test_a_corrected_answer_amends_the_response_and_dates_it(quick_house: House) -> None:
    signup = quick_house.submit()
    before = content_of(signup)
    assert isinstance(before, FullContent)
    made = fhir.bundle(before, TRIAL, BASE)["entry"][3]["resource"]
    assert (made["status"], made["authored"]) == ("completed", NOW.isoformat())
    later = NOW + timedelta(days=1)
    with session_scope(quick_house.engine) as session:
        given = replace(signup.details, answers=answers(walking="unknown"))
        changed = service.correct(session, signup.id, given, later, actor=NURSE, version=signup.version, trial=TRIAL)
    after = content_of(changed)
    assert isinstance(after, FullContent)
    again = fhir.bundle(after, TRIAL, BASE)["entry"][3]["resource"]
    assert (again["id"], again["status"], again["authored"]) == (made["id"], "amended", later.isoformat())
    assert again["item"] != made["item"]


@pytest.mark.parametrize("what", ["words", "conversation", "withdrawal"])
def test_what_may_not_leave_does_not_leave(quick_house: House, what: str) -> None:
    content: Content = full(quick_house)
    if what == "withdrawal":
        assert isinstance(content, FullContent)
        content = withdrawn(content)
    secrets = {"words": ["eigen woorden"], "conversation": ["gesprek-4711"]}.get(
        what, ["Testpersoon", "1985", "612345678", "voorbeeld@", "Proefkonijn", "lunch", "ms_type"]
    )
    assert not isinstance(content, ErasureNotice)
    told = json.dumps([fhir.bundle(content, TRIAL, BASE), redcap.record(content)], ensure_ascii=False)
    assert [secret for secret in secrets if secret in told] == []


@pytest.mark.parametrize("kind", ["fhir", "redcap"])
def test_a_repeat_writes_the_same_and_an_erasure_removes_all_of_it(
    quick_house: House, hospital: Hospital, kind: str
) -> None:
    house = house_with(quick_house, hospital, kind)
    written: dict[str, Any] = {}

    def remember(got: Got) -> Say:
        if kind == "redcap":
            form = got.form
            if form["action"] == "delete":
                del written[form["records[0]"]]
            else:
                written.update({row["record_id"]: row for row in json.loads(form["data"])})
            return redcap_server(got)
        for entry in got.json["entry"]:
            method, place = entry["request"]["method"], entry["request"]["url"]
            if method == "DELETE":
                del written[place]
            elif method == "PUT":
                written[place] = entry["resource"]
        return fhir_server(got)

    hospital.usually = remember
    signup = house.submit()
    assert house.sender.deliver_due() == "1 delivered"
    first = json.loads(json.dumps(written))
    assert len(first) == {"fhir": 5, "redcap": 1}[kind]
    with session_scope(house.engine) as session:
        service.correct(session, signup.id, details(phone="+31687654321"), NOW, version=signup.version)
    assert house.sender.deliver_due() == "1 delivered"
    assert written.keys() == first.keys() and written != first
    with session_scope(house.engine) as session:
        service.withdraw(session, signup.id, NOW)
    assert house.sender.deliver_due() == "1 delivered"
    assert written.keys() == first.keys()
    with session_scope(house.engine) as session:
        service.erase(session, signup.id, NOW)
    assert house.sender.deliver_due() == "1 delivered"
    assert written == {}
    if kind == "fhir":
        assert {got.headers["Authorization"] for got in hospital.got} == {"Bearer een-token"}
    else:
        assert {got.form["token"] for got in hospital.got} == {"een-token"}


FAILED_ENTRY = b'{"type": "transaction-response", "entry": [{"response": {"status": "422"}}]}'


@pytest.mark.parametrize(
    ("kind", "answer", "state"),
    [
        ("fhir", Say(409), DeliveryState.WAITING),
        ("fhir", Say(412), DeliveryState.DEAD),
        ("fhir", Say(422), DeliveryState.DEAD),
        ("fhir", Say(200, b"<html>Log in"), DeliveryState.WAITING),
        ("fhir", Say(200, b"[]"), DeliveryState.WAITING),
        ("fhir", Say(200, b'{"type": "transaction-response", "entry": []}'), DeliveryState.WAITING),
        ("fhir", Say(200, FAILED_ENTRY), DeliveryState.WAITING),
        ("redcap", Say(200, b'{"count": 0}'), DeliveryState.WAITING),
        ("redcap", Say(200, b"<html>Log in"), DeliveryState.WAITING),
        ("redcap", Say(200, b'{"count": 1}'), DeliveryState.DELIVERED),
        ("redcap", Say(400, b'{"error": "..."}'), DeliveryState.DEAD),
        ("redcap", Say(403, b'{"error": "You do not have permissions"}'), DeliveryState.DEAD),
    ],
)
def test_a_target_is_only_believed_when_it_says_what_it_did(
    quick_house: House, hospital: Hospital, kind: str, answer: Say, state: DeliveryState
) -> None:
    house = house_with(quick_house, hospital, kind)
    house.submit()
    hospital.answers.append(answer)
    house.sender.deliver_due()
    assert [one.state for one in house.deliveries()] == [state]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("fhir", Say(410)), ("redcap", Say(400, b'{"error": "The records do not exist: SW-1"}'))],
)
def test_erasing_what_is_gone_already_is_done(quick_house: House, hospital: Hospital, kind: str, answer: Say) -> None:
    house = house_with(quick_house, hospital, kind)
    signup = house.submit()
    house.sender.deliver_due()
    with session_scope(house.engine) as session:
        service.erase(session, signup.id, NOW)
    hospital.answers.append(answer)
    assert house.sender.deliver_due() == "1 delivered"


def test_a_sign_up_for_another_trial_is_given_up_and_not_counted_as_sent(
    quick_house: House, hospital: Hospital
) -> None:
    house = quick_house.with_sender(targets={"fhir": Fhir(hospital.url, "een-token", lambda _id: None)})
    signup = house.submit()
    assert house.sender.deliver_due() == "1 dead"
    with session_scope(house.engine) as session:
        service.erase(session, signup.id, NOW)
    assert house.sender.deliver_due() == ""
    assert hospital.got == []


def test_the_record_has_the_fields_of_the_data_dictionary(quick_house: House) -> None:
    printed = CliRunner().invoke(main, ["delivery", "redcap-dictionary"])
    rows = list(csv.DictReader(io.StringIO(printed.stdout)))
    names = [row["Variable / Field Name"] for row in rows]
    record = redcap.record(full(quick_house))
    assert names[0] == "record_id" and set(names) == set(record)
    assert set(redcap.record(withdrawn(full(quick_house)))) <= set(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name) for name in names)
    told = set(re.findall(r"`(record_id|sw_\w+)`", DOCUMENT))
    assert told == {
        name for name in names if name.removeprefix("sw_").removesuffix("_outcome") not in TRIAL.criterion_ids
    }
    dropdowns = {row["Variable / Field Name"]: row["Choices, Calculations, OR Slider Labels"] for row in rows}
    for criterion in TRIAL.criteria:
        codes = [choice.split(",")[0].strip() for choice in dropdowns[f"sw_{criterion.id}"].split("|")]
        assert codes == [option.id for option in criterion.options]


def test_the_questionnaire_can_be_printed_and_the_identifiers_stand_in_the_document() -> None:
    printed = CliRunner().invoke(main, ["delivery", "questionnaire"])
    assert json.loads(printed.stdout) == questionnaire(TRIAL)
    systems = {value for name, value in vars(fhir_names).items() if name.isupper() and not name.startswith("_")}
    assert len(systems) == 6
    assert set(re.findall(r"`(urn:oid:[^`]+)`", DOCUMENT)) == systems


def test_ids_never_change() -> None:
    assert fhir_names.resource_id("Patient", "SW-2222-2222") == "4d7ef4b5-a089-52f4-bade-5fc4fc775dd4"


def environment(**given: str) -> dict[str, str]:
    return {f"STAMCELWIJZER_{name}": value for name, value in given.items()}


def test_targets_are_those_that_are_set_up_and_show_no_secret() -> None:
    given = environment(
        WEBHOOK_URL="https://voorbeeld.example/in",
        WEBHOOK_SECRET=SECRET,
        FHIR_URL="http://127.0.0.1:8090/fhir",
        FHIR_TOKEN="geheim-van-fhir",
        REDCAP_URL="https://voorbeeld.example/api/",
        REDCAP_TOKEN="geheim-van-redcap",
    )
    loaded = settings.load(given)
    targets = targets_of(loaded, lambda: TRIAL)
    assert list(targets) == ["webhook", "fhir", "redcap"]
    assert targets_of(settings.load({}), lambda: TRIAL) == {}
    for shown in (repr(loaded), repr(targets)):
        assert SECRET not in shown and "geheim-van" not in shown


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"FHIR_URL": "http://voorbeeld.example", "FHIR_TOKEN": "x"}, "https://"),
        ({"FHIR_URL": "voorbeeld.example", "FHIR_TOKEN": "x"}, "https://"),
        ({"FHIR_URL": "https://jan:geheim@voorbeeld.example", "FHIR_TOKEN": "x"}, "name or password"),
        ({"REDCAP_URL": "https://voorbeeld.example"}, "REDCAP_TOKEN is not"),
        ({"WEBHOOK_URL": "https://voorbeeld.example", "WEBHOOK_SECRET": "kort"}, "too short"),
        ({"FHIR_URL": "https://voorbeeld.example", "FHIR_TOKEN": "geh\neim"}, "cannot be sent"),
        ({"DELIVERY_CA_FILE": "/bestaat/niet.pem"}, "no such file"),
    ],
)
def test_unsafe_settings_stop_the_start_without_telling_a_secret(given: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as stopped:
        settings.load(environment(**given))
    assert "geheim" not in str(stopped.value) and "kort'" not in str(stopped.value)
