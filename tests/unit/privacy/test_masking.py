"""Personal numbers and addresses are masked; figures the pre-screen needs are not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.eligibility.interpret import interpret
from bot.eligibility.trial_file import load_trial
from bot.privacy.masking import mask as mask_on
from bot.privacy.measure import read, score
from bot.privacy.numbers import is_bsn, is_iban
from bot.settings import ROOT

TODAY = date(2026, 11, 21)
DIGIT = st.integers(0, 9)
FILLER = st.sampled_from(["mijn nummer is ", "bel ", "", "ik ben bereikbaar op ", "contact: "])
GAP = st.sampled_from(["", " ", "-", "."])


def mask(message: str) -> str:
    return mask_on(message, TODAY)


def bsn_from(digits: list[int]) -> str | None:
    """Eight digits completed to a citizen service number, or None when no ninth digit fits."""
    total = sum(weight * digit for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2), digits, strict=True)) % 11
    return None if total == 10 else "".join(map(str, digits)) + str(total)


def iban_from(bank: str, number: str) -> str:
    """A Dutch account with right check digits."""
    bare = "".join(str(int(sign, 36)) for sign in f"{bank}{number}NL00")
    return f"NL{98 - int(bare) % 97:02d}{bank}{number}"


@given(st.lists(DIGIT, min_size=8, max_size=8), FILLER, GAP)
def test_every_citizen_service_number_is_masked(digits: list[int], before: str, gap: str) -> None:
    number = bsn_from(digits)
    if number is None or number == "000000000":
        return
    assert is_bsn(number)
    written = gap.join((number[:3], number[3:6], number[6:]))
    masked = mask(f"{before}{written} en verder")
    assert written not in masked
    assert "nummer]" in masked


@given(st.text("0123456789", min_size=8, max_size=8), FILLER, GAP)
def test_every_mobile_number_is_masked(digits: str, before: str, gap: str) -> None:
    for number in (
        f"06{gap}{digits}",
        f"+316{digits}",
        f"+31 6 {digits}",
        f"0031-6-{digits}",
        f"06 {digits[:4]} {digits[4:]}",
    ):
        assert "[telefoonnummer]" in mask(f"{before}{number} graag na 5 uur")


@pytest.mark.parametrize(
    "number",
    [
        "020 123 45 67",
        "(020) 1234567",
        "0318-123456",
        "0031 20 123 4567",
        "+32 470 12 34 56",
        "010.123.45.67",
        "06-12 34 56 78",
    ],
)
def test_numbers_in_many_notations_are_masked(number: str) -> None:
    assert mask(f"Bel mij op {number}.") == "Bel mij op [telefoonnummer]."


@given(st.sampled_from(["INGB", "RABO", "ABNA"]), st.text("0123456789", min_size=10, max_size=10), st.booleans())
def test_every_dutch_account_is_masked(bank: str, number: str, spaced: bool) -> None:
    account = iban_from(bank, number)
    assert is_iban(account)
    written = " ".join(account[at : at + 4] for at in range(0, 18, 4)) if spaced else account.lower()
    assert mask(f"rekening {written}, dank") == "rekening [rekeningnummer], dank"


@given(st.emails())
def test_every_ordinary_address_is_masked(address: str) -> None:
    assert address not in mask(f"mail mij: {address} graag") or '"' in address


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("ik woon op 1234 AB 12", "ik woon op [adres]"),
        ("1234ab 12a in Utrecht", "[adres] in Utrecht"),
        ("Dorpsstraat 12, 1234 AB", "[adres]"),
        ("mijn postcode is 3511 LN", "mijn postcode is [adres]"),
        ("bsn 123456780", "bsn [burgerservicenummer]"),
        ("jan.jansen+ms@ziekenhuis.example.nl", "[e-mailadres]"),
        ("Ik betaal met BE68 5390 0754 7034 en niet contant", "Ik betaal met [rekeningnummer] en niet contant"),
        ("geboren op 01-02-1979", "geboren op [geboortedatum: 47 jaar oud]"),
        ("25-11-1975", "[geboortedatum: 50 jaar oud]"),
        ("BE68 5390 0754 7034", "[rekeningnummer]"),
    ],
)
def test_examples_are_masked(typed: str, masked: str) -> None:
    assert mask(typed) == masked


@pytest.mark.parametrize(
    "typed",
    [
        "in 2019 MS 34 jaar oud",
        "sinds 2015 ms, 12 schubs",
        "1000 mg 2 keer per dag",
        "2000 IE 3 weken",
        "ik kan 100 meter lopen, soms 0-200 meter",
        "EDSS 5.5, was 3,5",
        "van 79",
        "geboren in 1979",
        "bel 0800-0113 of 0800 0113",
        "06-12-2019 10 weken ziek geweest",
        "mri op 12.03.2021 en 14.05.2022",
        "112 of 113 of 0800-0113 bellen",
        "Ocrevus 600 mg 2 x per jaar sinds 2018",
        "tussen 2010 en 2015, 18 tot 50 jaar, 24 uur",
        "NCT03477500 en 2017-001362-25",
        "ik ben 1 meter 80 en 75 kg",
        "1200 mg in 250 ml, 3 x",
        "2021 2022 2023 2024",
    ],
)
def test_what_the_pre_screen_needs_stays(typed: str) -> None:
    assert mask(typed) == typed


AMOUNT = st.one_of(
    st.integers(1, 120).map(lambda age: f"{age} jaar"),
    st.integers(1920, 2030).map(str),
    st.integers(1, 28).flatmap(lambda day: st.integers(1, 12).map(lambda month: f"{day}-{month}-2020")),
    st.integers(0, 20).map(lambda half: f"EDSS {half / 2}".replace(".", ",")),
    st.integers(1, 9999).map(lambda metres: f"{metres} meter"),
    st.integers(1, 9999).map(lambda dose: f"{dose} mg"),
)


@given(st.lists(AMOUNT, min_size=1, max_size=5))
def test_ages_years_scores_distances_and_doses_stay_in_any_order(amounts: list[str]) -> None:
    sentence = ", ".join(amounts)
    assert mask(sentence) == sentence


PERSONAL = st.sampled_from(
    [
        "06-12345678",
        "+31 (0)20 123 45 67",
        "123456782",
        "v@example.org",
        "NL91 ABNA 0417 1643 00",
        "1234 AB 12",
        "Kerkstraat 3",
    ]
    + ["12-03-1985", "geboren op 12-03-1985", "bsn 111222333", "SW-7KQ4-M2XD", "patiëntnummer 1234567", "0470 12 34 56"]
)


@given(st.lists(st.one_of(st.text(max_size=12), PERSONAL, AMOUNT), max_size=8), st.sampled_from([" ", "", ", ", "\n"]))
def test_masking_never_fails_and_twice_is_once(parts: list[str], link: str) -> None:
    once = mask(link.join(parts))
    assert mask(once) == once


@example([], "bsn 111222333", ["10-10-2020"])
@given(st.lists(AMOUNT, max_size=3), PERSONAL.filter(lambda one: one[:2] != "12"), st.lists(AMOUNT, max_size=3))
def test_what_is_personal_goes_and_the_rest_stays_in_one_message(
    before: list[str], personal: str, after: list[str]
) -> None:
    masked = mask("; ".join([*before, personal, *after]))
    for amount in (*before, *after):
        assert amount in masked
    assert personal not in masked


@given(st.dates(date(1930, 1, 1), TODAY), st.sampled_from(["%d-%m-%Y", "%d/%m/%Y", "%d.%m.%y", "%Y-%m-%d"]))
def test_the_age_takes_the_place_of_a_date_of_birth(born: date, notation: str) -> None:
    written = born.strftime(notation)
    masked = mask(f"ik ben geboren op {written} in Utrecht")
    assert written not in masked
    if "%Y" in notation:
        birthdays = sum(1 for year in range(born.year + 1, TODAY.year + 1) if _birthday(born, year) <= TODAY)
        assert f"[geboortedatum: {birthdays} jaar oud]" in masked


def _birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28) + timedelta(days=1)


def test_a_date_of_birth_still_answers_the_question_about_age() -> None:
    trial = load_trial(ROOT / "data" / "trials" / "ram-ms.yml")
    for born, option in (("25-11-1975", "yes"), ("20-11-1975", "no"), ("geboren op 12 maart 2009", "no")):
        understood = interpret(mask(born), trial, "age", (), TODAY)
        answer = understood.answer("age")
        assert answer is not None
        assert answer.option == option


def test_nearly_everything_personal_is_masked_and_nearly_nothing_else() -> None:
    rows = read(ROOT / "tests" / "evaluation" / "masking.tsv")
    scores = score(rows, TODAY)
    assert sum(not row.spans for row in rows) >= 150
    assert scores["all"].recall >= 0.99, scores["all"].mistakes
    assert scores["all"].precision >= 0.99, scores["all"].mistakes


@pytest.mark.parametrize("name", ["everyday", "hard", "dialogue", "out_of_scope", "safety", "prescreen_answers"])
def test_ordinary_messages_stay_as_they_were(name: str) -> None:
    lines = (ROOT / "tests" / "evaluation" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    place = lines[0].split("\t").index("text")
    changed = {text: mask(text) for text in (line.split("\t")[place] for line in lines[1:]) if mask(text) != text}
    assert all("[geboortedatum: " in masked for masked in changed.values()), changed
