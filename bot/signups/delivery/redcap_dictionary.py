"""The REDCap data dictionary of a project that takes our records, made from the trial file. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from enum import Enum

from bot.eligibility.criteria import Criterion, Outcome, Trial
from bot.eligibility.verdict import Verdict
from bot.signups.delivery.redcap import RECORD_ID
from bot.signups.workflow import State

FORM = "stamcelwijzer"
LANGUAGE = "nl"
# The columns of REDCap's own file, in its order and words.
COLUMNS = (
    *("Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label"),
    *("Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number"),
    *("Text Validation Min", "Text Validation Max", "Identifier?", "Branching Logic (Show field only if...)"),
    *("Required Field?", "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name"),
    *("Matrix Ranking?", "Field Annotation"),
)


def dictionary(trial: Trial) -> str:
    """The data dictionary as CSV, for REDCap's page to upload one."""
    made = io.StringIO()
    writer = csv.DictWriter(made, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for name, kind, label, extra in _fields(trial):
        row = {"Variable / Field Name": name, "Form Name": FORM, "Field Type": kind, "Field Label": label}
        writer.writerow({**row, **extra})
    return made.getvalue()


_Field = tuple[str, str, str, dict[str, str]]


def _fields(trial: Trial) -> Iterator[_Field]:
    yield _text(RECORD_ID, "Aanmeldcode", identifier=True)
    yield _text("sw_trial", "Studie")
    yield _choice("sw_state", "Stand", _values(State))
    yield _text("sw_state_since", "In deze stand sinds (UTC)", "datetime_seconds_ymd")
    yield _text("sw_submitted_at", "Aangemeld op (UTC)", "datetime_seconds_ymd")
    yield _yes_no("sw_consent_call", "Toestemming om te bellen")
    yield _yes_no("sw_consent_records", "Toestemming om gegevens op te vragen")
    yield _yes_no("sw_withdrawn", "Toestemmingen ingetrokken")
    yield _choice("sw_verdict", "Voorlopige uitkomst", _values(Verdict))
    yield _text("sw_language", "Taal")
    yield _text("sw_name", "Naam", identifier=True)
    yield _text("sw_birth_date", "Geboortedatum", "date_ymd", identifier=True)
    yield _text("sw_phone", "Telefoonnummer", identifier=True)
    yield _text("sw_email", "E-mailadres", identifier=True)
    yield _text("sw_call_how", "Hoe bellen")
    yield _text("sw_call_when", "Wanneer bellen", identifier=True)
    yield _text("sw_neurologist", "Neuroloog", identifier=True)
    yield _text("sw_hospital", "Ziekenhuis", identifier=True)
    for criterion in trial.criteria:
        yield _choice(f"sw_{criterion.id}", criterion.question[LANGUAGE], _options(criterion))
        yield _choice(f"sw_{criterion.id}_outcome", f"{criterion.name[LANGUAGE]}: uitkomst", _values(Outcome))


def _text(name: str, label: str, validation: str = "", identifier: bool = False) -> _Field:
    extra = {"Text Validation Type OR Show Slider Number": validation, "Identifier?": "y" if identifier else ""}
    return name, "text", label, extra


def _yes_no(name: str, label: str) -> _Field:
    return name, "yesno", label, {}


def _choice(name: str, label: str, choices: dict[str, str]) -> _Field:
    told = " | ".join(f"{code}, {text.replace('|', '/')}" for code, text in choices.items())
    return name, "dropdown", label, {"Choices, Calculations, OR Slider Labels": told}


def _values(kind: type[Enum]) -> dict[str, str]:
    return {str(member.value): str(member.value) for member in kind}


def _options(criterion: Criterion) -> dict[str, str]:
    return {option.id: option.label[LANGUAGE] for option in criterion.options}
