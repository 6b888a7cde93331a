"""FHIR R4: a sign-up as one transaction Bundle, validated, and written so that a repeat makes no duplicate.

What is about the person is written with PUT under an id that follows from the sign-up's code. Study and Questionnaire
are only created where they are not there yet: the hospital may have its own record of the study.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError

from bot.eligibility.criteria import Recruitment, Trial
from bot.signups.delivery import answers
from bot.signups.delivery import fhir_names as names
from bot.signups.delivery.answers import Outcome
from bot.signups.delivery.content import Content, ErasureNotice, FullContent, WithdrawalNotice
from bot.signups.delivery.questionnaire import Resource, questionnaire, response
from bot.signups.delivery.signature import KEY_HEADER
from bot.signups.delivery.states import EVERY_KIND, Delivery, Kind, Problem
from bot.signups.delivery.transport import Answer, Request
from bot.signups.workflow import State

NAME = "fhir"
_TYPE = "application/fhir+json"
CALL, RECORDS = "call", "records"

SUBJECT_STATUS: Mapping[State, str] = {
    State.NEW: "potential-candidate",
    State.CALLED: "potential-candidate",
    State.RECORDS_REQUESTED: "screening",
    State.RECORDS_REVIEWED: "screening",
    State.INVITED: "screening",
    State.EXAMINED: "screening",
    State.INCLUDED: "on-study",
    State.INELIGIBLE: "ineligible",
    State.WITHDRAWN: "withdrawn",
    State.SECOND_LINE_ADVISED: "not-registered",
}
STUDY_STATUS: Mapping[Recruitment, str] = {
    Recruitment.OPEN: "active",
    Recruitment.WAITING_LIST: "temporarily-closed-to-accrual",
    Recruitment.CLOSED: "closed-to-accrual",
}
_CONSENT_TEXT = {
    CALL: "Gebeld worden over deze aanmelding",
    RECORDS: "Medische gegevens opvragen bij de neuroloog",
}


class Unrenderable(Exception):
    """The sign-up cannot be put into FHIR with the trial file there is."""


@dataclass(frozen=True)
class Fhir:
    """A FHIR R4 server.

    Attributes:
        url: its base address; transactions are posted there.
        trial_of: the trial with this id, or None.
    """

    url: str
    token: str = field(repr=False)
    trial_of: Callable[[str], Trial | None] = field(repr=False)
    name: str = NAME
    kinds: frozenset[Kind] = EVERY_KIND

    def request(self, content: Content, delivery: Delivery, now: datetime) -> Request:
        """The request for a delivery.

        Raises:
            Unrenderable: when the sign-up is for another trial than the one that is set up, or FHIR does not allow it.
        """
        trial = self.trial_of(content.trial)
        if trial is None:
            raise Unrenderable(f"there is no trial {content.trial}")
        made = bundle(content, trial, self.url)
        headers = {
            "Content-Type": _TYPE,
            "Accept": _TYPE,
            "Authorization": f"Bearer {self.token}",
            KEY_HEADER: delivery.key,
        }
        return Request(self.url, headers, json.dumps(made, ensure_ascii=False).encode("utf-8"))

    def outcome(self, answer: Answer, content: Content) -> Outcome:
        """What the answer means. 409 is a clash with another writer at the server, which passes."""
        if answer.status == 409:
            return answers.again(Problem.CONFLICT)
        if answer.status == 410 and isinstance(content, ErasureNotice):
            return answers.DONE
        general = answers.meaning(answer)
        if general is not answers.DONE:
            return general
        return answers.DONE if _carried_out(answer.body) else answers.again(Problem.GARBLED)


def _carried_out(body: bytes) -> bool:
    """Whether this is a server's report that every part of a transaction succeeded."""
    try:
        told = json.loads(body)
        done = [str(entry["response"]["status"]) for entry in told["entry"]]
        kind = told["type"]
    except (ValueError, TypeError, KeyError):
        return False
    return kind == "transaction-response" and bool(done) and all(status.startswith("2") for status in done)


def bundle(content: Content, trial: Trial, base: str) -> Resource:
    """The transaction for a sign-up.

    Args:
        base: address of the server, which with an id makes the whole address of a resource.

    Raises:
        Unrenderable: when the result is no valid FHIR.
    """
    if isinstance(content, ErasureNotice):
        return validated({"resourceType": "Bundle", "type": "transaction", "entry": _removals(content.code)})
    entries = [_created(_study(trial), {"identifier": f"{names.TRIAL}|{trial.id}"})]
    study = entries[0]["fullUrl"]
    patient = f"Patient/{_id('Patient', content.code)}"
    if isinstance(content, FullContent):
        form = questionnaire(trial)
        entries.append(_created(form, {"url": form["url"], "version": form["version"]}))
        entries.append(_written(_patient(content), base))
        entries.append(_written(response(content, trial, patient), base))
    entries += [_written(consent, base) for consent in _consents(content, patient)]
    entries.append(_written(_subject(content, study, patient), base))
    return validated({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def validated(made: Resource) -> Resource:
    """The same Bundle, checked against FHIR's definitions. Raises Unrenderable."""
    # Takes half a second to load; the web sites, which do not deliver, need not wait for it.
    from fhir.resources.R4B.bundle import Bundle

    try:
        Bundle.parse_obj(made)
    except (ValidationError, ValueError) as error:
        # Its text holds the values.
        raise Unrenderable(type(error).__name__) from None
    return made


def _id(kind: str, code: str) -> str:
    return names.resource_id(kind, code)


def _written(resource: Resource, base: str) -> Resource:
    place = f"{resource['resourceType']}/{resource['id']}"
    address = f"{base.rstrip('/')}/{place}"
    return {"fullUrl": address, "resource": resource, "request": {"method": "PUT", "url": place}}


def _created(resource: Resource, unless: Mapping[str, str]) -> Resource:
    """Create unless one is found. References to its `fullUrl` then point at the one that was there."""
    kind = resource["resourceType"]
    request = {"method": "POST", "url": kind, "ifNoneExist": urlencode(unless)}
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource, "request": request}


def _removals(code: str) -> Sequence[Resource]:
    places = [("ResearchSubject", code), ("Consent", f"{code}/{CALL}"), ("Consent", f"{code}/{RECORDS}")]
    places += [("QuestionnaireResponse", code), ("Patient", code)]
    return [{"request": {"method": "DELETE", "url": f"{kind}/{_id(kind, name)}"}} for kind, name in places]


def _identifier(code: str) -> Mapping[str, Any]:
    return {"system": names.SIGN_UP, "value": code, "type": {"text": "Aanmeldcode Stamcelwijzer"}}


def _study(trial: Trial) -> Resource:
    return {
        "resourceType": "ResearchStudy",
        "id": names.resource_id("ResearchStudy", trial.id),
        "identifier": [{"system": names.TRIAL, "value": trial.id}],
        "title": trial.name["nl"],
        "status": STUDY_STATUS[trial.recruitment],
    }


def _patient(content: FullContent) -> Resource:
    telecom = [{"system": "phone", "value": content.reach.phone, "rank": 1}]
    if content.reach.email:
        telecom.append({"system": "email", "value": content.reach.email, "rank": 2})
    return {
        "resourceType": "Patient",
        "id": _id("Patient", content.code),
        "identifier": [_identifier(content.code)],
        "active": True,
        "name": [{"text": content.name}],
        "telecom": telecom,
        "birthDate": content.date_of_birth.isoformat(),
        "communication": [
            {
                "language": {"coding": [{"system": "urn:ietf:bcp:47", "code": content.language}]},
                "preferred": True,
            }
        ],
    }


def _subject(content: FullContent | WithdrawalNotice, study: str, patient: str) -> Resource:
    period = {"start": content.submitted_at.isoformat()}
    if isinstance(content, WithdrawalNotice):
        period["end"] = content.ended_at.isoformat()
    return {
        "resourceType": "ResearchSubject",
        "id": _id("ResearchSubject", content.code),
        "identifier": [_identifier(content.code)],
        "status": SUBJECT_STATUS[content.state],
        "period": period,
        "study": {"reference": study},
        "individual": {"reference": patient},
    }


def _consents(content: FullContent | WithdrawalNotice, patient: str) -> Sequence[Resource]:
    if isinstance(content, WithdrawalNotice):
        return [_consent(content.code, patient, kind, "inactive", content.ended_at) for kind in (CALL, RECORDS)]
    call = _consent(content.code, patient, CALL, "active", content.call_since)
    status = "active" if content.treating else "rejected"
    records = _consent(content.code, patient, RECORDS, status, content.records_since)
    if content.treating:
        who = ", ".join(filter(None, (content.treating.neurologist, content.treating.hospital)))
        asked = {"role": {"text": "Behandelend neuroloog"}, "reference": {"display": who}}
        records["provision"]["actor"] = [asked]
    return [call, records]


def _consent(code: str, patient: str, kind: str, status: str, since: datetime) -> Resource:
    scope = {"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "research"}
    category = {"system": "http://terminology.hl7.org/CodeSystem/consentcategorycodes", "code": "research"}
    return {
        "resourceType": "Consent",
        "id": _id("Consent", f"{code}/{kind}"),
        "identifier": [{"system": names.SIGN_UP, "value": f"{code}/{kind}"}],
        "status": status,
        "scope": {"coding": [scope]},
        "category": [{"coding": [category]}],
        "patient": {"reference": patient},
        "dateTime": since.isoformat(),
        "policyRule": {"coding": [{"system": names.CONSENTS, "code": kind}], "text": _CONSENT_TEXT[kind]},
        "provision": {"type": "permit" if status == "active" else "deny"},
    }
