"""The pre-screen as a FHIR R4 Questionnaire, made from the trial file, and a person's answers as a response to it.

Pure: plain dictionaries in the form of FHIR's JSON; `fhir.py` validates them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.eligibility.criteria import Criterion, Option, Trial
from bot.eligibility.verdict import Verdict
from bot.signups.delivery import fhir_names as names
from bot.signups.delivery.content import FullContent

Resource = dict[str, Any]
LANGUAGE = "nl"
VERDICT_ITEM = "verdict"
_CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
_CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"


def questionnaire(trial: Trial) -> Resource:
    """The Questionnaire of a trial. Its version follows from its content: other questions are another version."""
    content: Resource = {
        "resourceType": "Questionnaire",
        "url": names.QUESTIONNAIRE,
        "identifier": [{"system": names.TRIAL, "value": trial.id}],
        "name": "StamcelwijzerPrescreen",
        "title": f"Voorselectie {trial.name[LANGUAGE]}",
        "status": "active",
        "subjectType": ["Patient"],
        "language": LANGUAGE,
        "item": [*(_item(criterion) for criterion in trial.criteria), _verdict_item()],
    }
    text = json.dumps(content, sort_keys=True)
    version = sha256(text.encode("utf-8")).hexdigest()[:12]
    return {**content, "version": version, "id": names.resource_id("Questionnaire", f"{trial.id}/{version}")}


def canonical(made: Resource) -> str:
    """How a response names this very version of a Questionnaire."""
    return f"{made['url']}|{made['version']}"


def _item(criterion: Criterion) -> Resource:
    return {
        "linkId": criterion.id,
        "text": criterion.question[LANGUAGE],
        "type": "choice",
        "required": True,
        "answerOption": [{"valueCoding": _coding(criterion.id, option)} for option in criterion.options],
        "item": [
            {
                "linkId": f"{criterion.id}.help",
                "text": criterion.help[LANGUAGE],
                "type": "display",
                "extension": [
                    {"url": _CONTROL, "valueCodeableConcept": {"coding": [{"system": _CONTROLS, "code": "help"}]}}
                ],
            }
        ],
    }


def _verdict_item() -> Resource:
    return {
        "linkId": VERDICT_ITEM,
        "text": "Voorlopige uitkomst",
        "type": "choice",
        "readOnly": True,
        "answerOption": [{"valueCoding": _verdict_coding(verdict)} for verdict in Verdict],
    }


def _coding(criterion_id: str, option: Option) -> Mapping[str, str]:
    code = f"{criterion_id}.{option.id}"
    return {"system": names.ANSWERS, "code": code, "display": option.label[LANGUAGE]}


def _verdict_coding(verdict: Verdict) -> Mapping[str, str]:
    return {"system": names.VERDICTS, "code": verdict.value}


def response(content: FullContent, trial: Trial, patient: str) -> Resource:
    """What somebody answered. An option that the trial file no longer has is told by its code alone.

    Args:
        patient: reference to the Patient.
    """
    items = [_answered(criterion, content) for criterion in trial.criteria if criterion.id in content.answers]
    verdict = {"linkId": VERDICT_ITEM, "answer": [{"valueCoding": _verdict_coding(content.verdict)}]}
    return {
        "resourceType": "QuestionnaireResponse",
        "id": names.resource_id("QuestionnaireResponse", content.code),
        "identifier": {"system": names.SIGN_UP, "value": content.code},
        "questionnaire": canonical(questionnaire(trial)),
        "status": "amended" if content.answers_since else "completed",
        "subject": {"reference": patient},
        "source": {"reference": patient},
        "authored": (content.answers_since or content.submitted_at).isoformat(),
        "language": LANGUAGE,
        "item": [*items, verdict],
    }


def _answered(criterion: Criterion, content: FullContent) -> Resource:
    chosen = content.answers[criterion.id].option
    try:
        coding = _coding(criterion.id, criterion.option(chosen))
    except KeyError:
        coding = {"system": names.ANSWERS, "code": f"{criterion.id}.{chosen}"}
    return {"linkId": criterion.id, "answer": [{"valueCoding": coding}]}
