"""Numbers that name a person, told from other numbers by their check digits or numbering plan. Pure."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException

# Length of an account number per country (ISO 13616), for the countries people in the Netherlands bank in.
_IBAN_LENGTHS = {
    **dict.fromkeys(["NO"], 15),
    **dict.fromkeys(["BE"], 16),
    **dict.fromkeys(["DK", "FI", "NL", "FO", "GL"], 18),
    **dict.fromkeys(["MK", "SI"], 19),
    **dict.fromkeys(["AT", "BA", "EE", "LT", "LU", "XK"], 20),
    **dict.fromkeys(["CH", "HR", "LI", "LV"], 21),
    **dict.fromkeys(["BG", "DE", "GB", "GE", "IE", "ME", "RS"], 22),
    **dict.fromkeys(["AE", "GI", "IL"], 23),
    **dict.fromkeys(["AD", "CZ", "ES", "MD", "RO", "SA", "SE", "SK", "TN"], 24),
    **dict.fromkeys(["PT"], 25),
    **dict.fromkeys(["IS", "TR"], 26),
    **dict.fromkeys(["FR", "GR", "IT", "MC", "SM"], 27),
    **dict.fromkeys(["AL", "CY", "HU", "LB", "MA", "PL"], 28),
    **dict.fromkeys(["UA"], 29),
    **dict.fromkeys(["MT"], 31),
}
# Free and paid service numbers belong to organisations, and one of them helps people in a crisis.
_SERVICE = re.compile(r"0(?:800|900|906|909|909|14)|14|112|113|116|18\d\d")


def is_bsn(digits: str) -> bool:
    """Whether nine digits satisfy the "elfproef" that every citizen service number satisfies."""
    if len(digits) != 9 or not digits.isascii() or not digits.isdigit() or digits == "000000000":
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


def is_iban(account: str) -> bool:
    """Whether letters and digits without spaces satisfy the check digits of ISO 13616."""
    turned = account[4:] + account[:4]
    return account.isascii() and account.isalnum() and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def iban_length(country: str) -> int | None:
    """How many characters an account number of this country has; None for a country not in the table."""
    return _IBAN_LENGTHS.get(country.upper())


def is_phone(number: str, region: str) -> bool:
    """Whether a number is in use by the numbering plan of a region, for example `NL` or `BE`."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except NumberParseException:
        return False


def is_service_number(digits: str) -> bool:
    """Whether these digits are an emergency number or a service number (0800, 0900, 14 020), which name nobody."""
    if digits.startswith("14"):
        return 4 <= len(digits) <= 6
    return _SERVICE.match(digits) is not None and (len(digits) <= 6 or digits.startswith(("08", "09")))
