"""Takes personal numbers and addresses out of a message before anyone else sees it. Pure.

Masked are citizen service numbers (BSN), phone numbers, e-mail addresses, bank accounts (IBAN) and addresses. Figures
the pre-screen needs (ages, years, EDSS scores, distances, doses) look like none of these and stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_GAP = r"[ \t.\-/]{0,3}"

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+ ?@ ?[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_DUTCH_IBAN = re.compile(r"\bNL ?\d{2}[ .-]?[A-Z]{4}(?:[ .-]?\d){10}\b", re.IGNORECASE)
_PHONE_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)(?:[ \t.\-/()]{0,2}\d){9,14}(?!\d)")
_PHONE = re.compile(
    rf"(?<![\w+,.])\(?0(?:6\)?(?:{_GAP}\d){{8}}|[1-57-9]\d\)?(?:{_GAP}\d){{7}}|[1-57-9]\d\d\)?(?:{_GAP}\d){{6}})(?!\d)"
)
_DATE = re.compile(r"\d{1,2}([-/. ])\d{1,2}\1(?:19|20)\d{2}(?!\d)")
_BSN_NAMED = re.compile(
    r"\b((?:bsn|burgerservicenummer|sofinummer)\b\W{0,3}(?:nummer\b|is\b|nr\b)?\W{0,3})\d(?:[ .-]?\d){7,8}(?!\d)",
    re.IGNORECASE,
)
_BSN = re.compile(r"(?<![\w.,])\d(?:[ .-]?\d){8}(?![\d])")
_POSTCODE = r"[1-9]\d{3} ?(?P<letters>[A-Z]{2})(?![A-Z])"
_NUMBER = r"\d{1,5}(?: ?[A-Z]|-\d{1,4})?\b(?!\w)"
_ADDRESS = re.compile(rf"\b{_POSTCODE}[ ,]{{1,3}}(?:(?:huisnummer|nummer|nr)\.? ?)?{_NUMBER}", re.IGNORECASE)
_POSTCODE_NAMED = re.compile(rf"\b(?P<before>postcode\b\W{{0,3}}(?:is\b)?\W{{0,3}}){_POSTCODE}", re.IGNORECASE)
_STREET = re.compile(
    r"\b[^\W\d_]{3,}(?:straat|laan|plein|gracht|kade|singel|steeg|dreef)(?: +\d{1,5} ?[a-z]?\b)"
    rf"(?:[ ,]{{1,3}}{_POSTCODE})?",
    re.IGNORECASE,
)
# Short words and units that may follow a year or a dose: "2019 MS", "1000 mg 2 keer".
_NO_POSTCODE = frozenset(
    "af al am as at be by cc cm ct da de di dl do dr du ei en er et eu ga gr he ho ie if ik in is it ja je kg km ma me"
    " mg ml mm mr ms mu my na ng no nr nu of om on op or os pp so st te to tv ug up us uw uz"
    " vr wa we wo za ze zo".split()
)


def mask(message: str) -> str:
    """The message with every personal number and address replaced by what it was, such as `[telefoonnummer]`.

    Masking a masked message changes nothing.
    """
    for pattern, replacement in _STEPS:
        message = pattern.sub(replacement, message)
    return message


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


def _mask_iban(match: re.Match[str]) -> str:
    return "[rekeningnummer]" if is_iban(re.sub(r"[ .-]", "", match.group())) else match.group()


def _mask_phone(match: re.Match[str]) -> str:
    # "06-12-2019 10 weken" is a date with a number behind it.
    return match.group() if _DATE.match(match.group()) else "[telefoonnummer]"


def _mask_bsn(match: re.Match[str]) -> str:
    return "[burgerservicenummer]" if is_bsn(re.sub(r"\D", "", match.group())) else match.group()


def _mask_named_bsn(match: re.Match[str]) -> str:
    return f"{match.group(1)}[burgerservicenummer]"


def _mask_address(match: re.Match[str]) -> str:
    return match.group() if match.group("letters").lower() in _NO_POSTCODE else "[adres]"


def _mask_postcode(match: re.Match[str]) -> str:
    return match.group() if match.group("letters").lower() in _NO_POSTCODE else f"{match.group('before')}[adres]"


_Replacement = str | Callable[[re.Match[str]], str]
_STEPS: tuple[tuple[re.Pattern[str], _Replacement], ...] = (
    (_EMAIL, "[e-mailadres]"),
    (_DUTCH_IBAN, "[rekeningnummer]"),
    (_IBAN, _mask_iban),
    (_BSN_NAMED, _mask_named_bsn),
    (_PHONE_ABROAD, "[telefoonnummer]"),
    (_PHONE, _mask_phone),
    (_BSN, _mask_bsn),
    (_STREET, "[adres]"),
    (_ADDRESS, _mask_address),
    (_POSTCODE_NAMED, _mask_postcode),
)
