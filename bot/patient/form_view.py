"""What the intake form and the correction form show: values, errors, questions, and what does not fit. No requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.eligibility.criteria import Trial
from bot.patient.answers_form import Question, in_language, not_met, questions
from bot.signups.handover import Answers
from bot.signups.records import IntakeDetails
from bot.signups.validation import FIELDS, FieldError, call_how_choices

# Holds the criteria a person has been told do not fit, so that they are told once and not again.
TOLD = "told"


@dataclass(frozen=True)
class Misfit:
    """A criterion that is certainly not met."""

    field: str
    name: str
    explanation: str
    way_on: str


@dataclass(frozen=True)
class FormView:
    """Everything the template needs.

    Attributes:
        values: what stands in the fields, as typed.
        errors: by field name, in the order of the form.
        questions: the pre-screen answers.
        misfits: criteria that are certainly not met.
        told: their ids, to send along.
        problem: a sentence about the whole form, such as that it could not be stored.
        call_how: ways to be called, id -> label.
    """

    values: Mapping[str, str]
    errors: Mapping[str, FieldError]
    questions: tuple[Question, ...]
    misfits: tuple[Misfit, ...]
    told: str
    problem: str | None
    call_how: Mapping[str, str]


def form_view(
    trial: Trial,
    answers: Answers,
    language: str,
    values: Mapping[str, str] | None = None,
    errors: tuple[FieldError, ...] = (),
    problem: str | None = None,
) -> FormView:
    """The form with these values and answers."""
    misfits = tuple(
        Misfit(
            field=f"answer_{result.criterion}",
            name=in_language(result.name, language),
            explanation=in_language(result.explanation, language),
            way_on=in_language(result.way_on, language),
        )
        for result in not_met(trial, answers, language)
    )
    typed = values or {}
    return FormView(
        values={field: typed.get(field, "") for field in FIELDS},
        errors={error.field: error for error in errors},
        questions=tuple(questions(trial, answers, language)),
        misfits=misfits,
        told=" ".join(misfit.field for misfit in misfits),
        problem=problem,
        call_how=call_how_choices(language),
    )


def all_told(view: FormView, told: str) -> bool:
    """Whether the person has already been told of everything that does not fit."""
    return {misfit.field for misfit in view.misfits} <= set(told.split())


def values_of(details: IntakeDetails) -> dict[str, str]:
    """Stored details as the text that stands in the fields."""
    born = details.date_of_birth
    return {
        "name": details.name,
        "date_of_birth": f"{born.day}-{born.month}-{born.year}",
        "phone": details.phone,
        "email": details.email,
        "call_how": details.call_how,
        "call_when": details.call_when,
        "neurologist": details.neurologist,
        "hospital": details.hospital,
        "consent_call": "yes" if details.consent_call else "",
        "consent_records": "yes" if details.consent_records else "",
    }
