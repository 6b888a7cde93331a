"""What somebody typed in the form: read kindly, or refused with a sentence that says how to repair it."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.signups import validation
from bot.signups.validation import (
    FIELDS,
    Refused,
    check_birth_date,
    check_details,
    check_email,
    check_name,
    check_phone,
)

TODAY = date(2026, 11, 20)
FORM = {
    "name": "  Voorbeeld   Testpersoon ",
    "date_of_birth": "3 april 1985",
    "phone": "06-12 34 56 78",
    "email": "Voorbeeld@Example.org",
    "call_how": "call",
    "call_when": "liefst na 14 uur",
    "neurologist": "dokter Voorbeeld",
    "hospital": "Ziekenhuis Voorbeeld",
    "consent_call": "yes",
    "consent_records": "on",
}


def refusal(form: dict[str, str], field: str) -> str:
    checked = check_details(form, TODAY)
    assert checked.details is None
    error = checked.error(field)
    assert error is not None
    return error.code


def test_a_good_form_gives_tidy_details() -> None:
    checked = check_details(FORM, TODAY)
    assert checked.errors == ()
    details = checked.details
    assert details is not None
    assert details.name == "Voorbeeld Testpersoon"
    assert details.date_of_birth == date(1985, 4, 3)
    assert details.phone == "+31612345678"
    assert details.email == "Voorbeeld@example.org"
    assert details.consent_call and details.consent_records and details.answers is None


def test_an_empty_form_names_every_obligatory_field_in_the_order_of_the_form() -> None:
    checked = check_details({}, TODAY)
    assert [error.field for error in checked.errors] == ["name", "date_of_birth", "phone", "call_how", "consent_call"]


def test_email_is_only_obligatory_for_who_wants_an_email_first() -> None:
    assert check_details(FORM | {"email": ""}, TODAY).details is not None
    assert refusal(FORM | {"email": "", "call_how": "email_first"}, "email") == "email_missing"


@pytest.mark.parametrize("field", ["neurologist", "hospital"])
def test_who_treats_somebody_is_only_obligatory_with_consent_to_request_records(field: str) -> None:
    assert refusal(FORM | {field: " "}, field) == f"{field}_missing"
    assert check_details(FORM | {field: " ", "consent_records": ""}, TODAY).details is not None


@pytest.mark.parametrize("consent", ["", "no", "nee", "off", "0"])
def test_without_consent_to_be_called_the_form_is_not_taken(consent: str) -> None:
    assert refusal(FORM | {"consent_call": consent}, "consent_call") == "consent_call_missing"


@pytest.mark.parametrize(
    "typed",
    [
        *("3-4-1985", "03/04/1985", "3 april 1985", "03.04.1985", "3 4 1985", "03041985", "1985-04-03"),
        *("3 APRIL 1985", "3 apr. 1985", "3apr1985", "3e april 1985", "3-apr-1985", "3-4-85", "3 april '85"),
        *(" 3 -4- 1985 ", "3–4–1985", "3rd April 1985"),
    ],
)
def test_a_date_of_birth_is_read_as_people_write_it(typed: str) -> None:
    assert check_birth_date(typed, TODAY) == date(1985, 4, 3)


@given(
    st.dates(date(1917, 1, 1), date(2010, 11, 20)),
    st.sampled_from(["{d}-{m}-{y}", "{d:02}/{m:02}/{y}", "{y}-{m:02}-{d:02}"]),
)
def test_every_plausible_date_is_read_day_first(born: date, form: str) -> None:
    assert check_birth_date(form.format(d=born.day, m=born.month, y=born.year), TODAY) == born


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "birth_missing"),
        ("weet ik niet", "birth_unreadable"),
        ("1985", "birth_unreadable"),
        ("3 juxi 1985", "birth_unreadable"),
        ("3 ju 1985", "birth_unreadable"),
        ("31-2-1985", "birth_impossible"),
        ("4-13-1985", "birth_impossible"),
        ("0-0-0000", "birth_impossible"),
        ("21-11-2026", "birth_future"),
        ("3-4-1885", "birth_too_old"),
        ("21-11-2010", "birth_too_young"),
    ],
)
def test_a_date_that_cannot_be_right_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        check_birth_date(typed, TODAY)
    assert caught.value.code == code


@pytest.mark.parametrize(("typed", "born"), [("1-1-70", 1970), ("1-1-05", 2005), ("1-1-26", 1926)])
def test_a_short_year_is_the_latest_that_can_be(typed: str, born: int) -> None:
    assert check_birth_date(typed, TODAY).year == born


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0612345678", "+31612345678"),
        ("+31 6 1234 5678", "+31612345678"),
        ("0031612345678", "+31612345678"),
        ("020-5551234", "+31205551234"),
        ("0470 12 34 56", "+32470123456"),
        ("+49 30 901820", "+4930901820"),
    ],
)
def test_a_phone_number_is_stored_in_international_form(typed: str, stored: str) -> None:
    assert check_phone(typed) == stored


@pytest.mark.parametrize("typed", ["06123", "bel maar", "112", "+99 123", "061234567890123", "<script>"])
def test_a_number_that_cannot_be_called_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="phone_invalid"):
        check_phone(typed)


@pytest.mark.parametrize("typed", ["naam", "naam@", "naam@voorbeeld", "a b@example.org", "naam@@example.org"])
def test_a_malformed_email_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="email_invalid"):
        check_email(typed)


@pytest.mark.parametrize("typed", ["Ö", "d'Ancona", "Nguyễn Thị Ánh", "יעל", "Jan 't Hooft-de Boer"])
def test_real_names_are_accepted(typed: str) -> None:
    assert check_name(typed) == typed


@pytest.mark.parametrize(
    ("typed", "code"), [(" \t", "name_missing"), ("12345", "name_no_letters"), ("a" * 121, "too_long")]
)
def test_what_is_not_a_name_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        check_name(typed)


def test_characters_that_cannot_be_seen_are_taken_out() -> None:
    assert check_name("Jan\x00 \u202eJansen\r\n") == "Jan Jansen"


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=200)))
def test_whatever_is_sent_gives_details_or_readable_errors(form: dict[str, str]) -> None:
    checked = check_details(form, TODAY)
    assert (checked.details is None) == bool(checked.errors)
    assert all("{" not in error.text for error in checked.errors)


def test_the_sentences_are_there_in_each_language_and_end_as_sentences() -> None:
    texts = yaml.safe_load(validation.TEXTS.read_text(encoding="utf-8"))
    for code, sentences in texts["errors"].items():
        assert set(sentences) == {"nl", "en"}, code
        assert all(sentence.endswith((".", "?")) for sentence in sentences.values()), code
    assert validation.call_how_choices("nl").keys() == validation.call_how_choices("en").keys()
    assert validation.error_text("too_long", "fr", limit=5) == validation.error_text("too_long", "nl", limit=5)
