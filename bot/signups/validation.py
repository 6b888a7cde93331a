"""Checks what somebody typed in the intake form, and says in one sentence how to repair what is wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import phonenumbers
import yaml
from email_validator import EmailNotValidError, validate_email

from bot.signups.dates import Impossible, Unreadable, parse_birth_date
from bot.signups.records import IntakeDetails

TEXTS = Path(__file__).with_name("form_texts.yml")
FIELDS = (
    *("name", "date_of_birth", "phone", "email", "call_how", "call_when"),
    *("neurologist", "hospital", "consent_call", "consent_records"),
)
MAX_LENGTH = 120
MAX_LENGTH_CALL_WHEN = 300
# Somebody of 16 decides about their own medical treatment in the Netherlands (WGBO, art. 7:447 BW).
YOUNGEST = 16
OLDEST = 110
# Numbers without a country code are tried in these countries, in this order.
REGIONS = ("NL", "BE")
_YES = frozenset({"yes", "ja", "on", "true", "1", "y"})
DEFAULT_LANGUAGE = "nl"


@dataclass(frozen=True)
class FieldError:
    """What is wrong with a field: a stable code, and the sentence for the person."""

    field: str
    code: str
    text: str


@dataclass(frozen=True)
class Checked:
    """The checked details, or the errors in the order of the form. Exactly one of the two."""

    details: IntakeDetails | None
    errors: tuple[FieldError, ...] = ()

    def error(self, field: str) -> FieldError | None:
        """The error of one field."""
        return next((error for error in self.errors if error.field == field), None)


class Refused(Exception):
    """A value cannot be accepted; carries the error's code and what to fill in in its text."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(code)


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, Any]:
    return dict(yaml.safe_load(TEXTS.read_text(encoding="utf-8")))


def error_text(code: str, language: str = DEFAULT_LANGUAGE, **values: object) -> str:
    """The sentence for an error code. Raises KeyError for an unknown code."""
    texts = _texts()["errors"][code]
    return str(texts.get(language, texts[DEFAULT_LANGUAGE])).format(**values)


def call_how_choices(language: str = DEFAULT_LANGUAGE) -> Mapping[str, str]:
    """Ways to be called: id -> label."""
    choices = _texts()["call_how"]
    return dict(choices.get(language, choices[DEFAULT_LANGUAGE]))


@lru_cache(maxsize=1)
def months() -> Mapping[str, int]:
    """Names of months in every language, in lower case, with their number."""
    return {name: number for names in _texts()["months"].values() for number, name in enumerate(names, start=1)}


def check_details(
    form: Mapping[str, str], today: date, language: str = DEFAULT_LANGUAGE, *, must_allow_calls: bool = True
) -> Checked:
    """Check the whole form.

    Args:
        form: what was typed, by field name (see FIELDS); consents are on when their value is `yes`, `on`, `ja` or `1`.
        today: to judge the date of birth by.
        must_allow_calls: whether consent to being called is needed: to sign up it is, afterwards it can be taken back.
    """
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for field in FIELDS:
        try:
            values[field] = _CHECKS[field](form, today)
        except Refused as refused:
            if refused.code == "consent_call_missing" and not must_allow_calls:
                values[field] = False
                continue
            errors.append(FieldError(field, refused.code, error_text(refused.code, language, **refused.values)))
    return Checked(None, tuple(errors)) if errors else Checked(IntakeDetails(**values))


def check_birth_date(typed: str, today: date) -> date:
    """A plausible date of birth. Raises Refused."""
    if not typed.strip():
        raise Refused("birth_missing")
    try:
        born = parse_birth_date(typed, today, months())
    except Unreadable:
        raise Refused("birth_unreadable") from None
    except Impossible:
        raise Refused("birth_impossible") from None
    if born > today:
        raise Refused("birth_future")
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age > OLDEST:
        raise Refused("birth_too_old", limit=OLDEST)
    if age < YOUNGEST:
        raise Refused("birth_too_young", limit=YOUNGEST)
    return born


def check_phone(typed: str) -> str:
    """A possible phone number, Dutch or Belgian without country code, in international form. Raises Refused."""
    if not typed.strip():
        raise Refused("phone_missing")
    for region in REGIONS:
        try:
            number = phonenumbers.parse(typed, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    raise Refused("phone_invalid")


def check_email(typed: str) -> str:
    """A well-formed e-mail address, or empty: it is not obligatory. No look-up is done. Raises Refused."""
    if not typed.strip():
        return ""
    try:
        return str(validate_email(typed.strip(), check_deliverability=False).normalized)
    except EmailNotValidError:
        raise Refused("email_invalid") from None


def check_name(typed: str) -> str:
    """A name: not empty, with letters, no control characters. Raises Refused."""
    name = _line(typed, MAX_LENGTH)
    if not name:
        raise Refused("name_missing")
    if not any(character.isalpha() for character in name):
        raise Refused("name_no_letters")
    return name


def _line(typed: str, limit: int) -> str:
    """One line of text: white space put right, characters that cannot be seen taken out."""
    text = unicodedata.normalize("NFC", " ".join(typed.split()))
    text = "".join(character for character in text if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"})
    if len(text) > limit:
        raise Refused("too_long", limit=limit)
    return text.strip()


def _given(form: Mapping[str, str], field: str) -> str:
    return form.get(field) or ""


def _ticked(form: Mapping[str, str], field: str) -> bool:
    return _given(form, field).strip().lower() in _YES


def _email(form: Mapping[str, str], _today: date) -> str:
    email = check_email(_given(form, "email"))
    if not email and _given(form, "call_how") == "email_first":
        raise Refused("email_missing")
    return email


def _call_how(form: Mapping[str, str], _today: date) -> str:
    chosen = _given(form, "call_how")
    if chosen not in call_how_choices():
        raise Refused("call_how_missing")
    return chosen


def _for_records(field: str) -> Callable[[Mapping[str, str], date], str]:
    """Who treats the person is only needed to request records."""

    def check(form: Mapping[str, str], _today: date) -> str:
        value = _line(_given(form, field), MAX_LENGTH)
        if not value and _ticked(form, "consent_records"):
            raise Refused(f"{field}_missing")
        return value

    return check


def _consent_call(form: Mapping[str, str], _today: date) -> bool:
    if not _ticked(form, "consent_call"):
        raise Refused("consent_call_missing")
    return True


_CHECKS: Mapping[str, Callable[[Mapping[str, str], date], object]] = {
    "name": lambda form, _today: check_name(_given(form, "name")),
    "date_of_birth": lambda form, today: check_birth_date(_given(form, "date_of_birth"), today),
    "phone": lambda form, _today: check_phone(_given(form, "phone")),
    "email": _email,
    "call_how": _call_how,
    "call_when": lambda form, _today: _line(_given(form, "call_when"), MAX_LENGTH_CALL_WHEN),
    "neurologist": _for_records("neurologist"),
    "hospital": _for_records("hospital"),
    "consent_call": _consent_call,
    "consent_records": lambda form, _today: _ticked(form, "consent_records"),
}
