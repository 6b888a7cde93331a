"""The nurse's form with contact details and consents: what it shows, and what becomes of it when two change them.

The form carries for each field what it showed at first. So it is known which fields somebody changed, and a change
another made in the meantime is neither overwritten nor lost. No Flask, no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.signups.records import IntakeDetails
from bot.signups.validation import FIELDS, FieldError

SHOWN = "shown_"
CONSENTS = frozenset({"consent_call", "consent_records"})


@dataclass(frozen=True)
class Field:
    """One field of the form.

    Attributes:
        value: what stands in it: what the nurse typed, or else what is stored. Consents are `yes` or empty.
        stored: what is stored now.
        differs: whether another changed this very field since the nurse opened the form, to something else.
        error: what is wrong with what was typed; empty when nothing is.
    """

    name: str
    value: str
    stored: str
    differs: bool = False
    error: str = ""

    @property
    def is_consent(self) -> bool:
        """Whether it is a box to tick."""
        return self.name in CONSENTS


def stored_values(details: IntakeDetails) -> dict[str, str]:
    """The details as the form writes them."""
    values = {name: getattr(details, name) for name in FIELDS}
    return {name: _written(value) for name, value in values.items()}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value.day}-{value.month}-{value.year}" if isinstance(value, date) else str(value)


def was_sent(typed: Mapping[str, str]) -> bool:
    """Whether what was typed is this form's."""
    return any(f"{SHOWN}{name}" in typed for name in FIELDS)


def form_fields(
    details: IntakeDetails, typed: Mapping[str, str], errors: tuple[FieldError, ...] = ()
) -> tuple[Field, ...]:
    """The fields as the form shows them: merged of what was shown, what was typed and what is stored now."""
    stored = stored_values(details)
    if not was_sent(typed):
        return tuple(Field(name, value, value) for name, value in stored.items())
    wrong = {error.field: error.text for error in errors}
    return tuple(_merged(name, typed, stored[name], wrong.get(name, "")) for name in FIELDS)


def _merged(name: str, typed: Mapping[str, str], stored: str, error: str) -> Field:
    shown, mine = typed.get(SHOWN + name, ""), typed.get(name, "").strip()
    if mine == shown:
        return Field(name, stored, stored, error=error)
    return Field(name, mine, stored, differs=stored not in (shown, mine), error=error)
