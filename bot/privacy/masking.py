"""Takes personal numbers and addresses out of a message before anyone else sees it. Pure.

Masked are citizen service numbers (BSN), phone numbers, e-mail addresses, bank accounts (IBAN), addresses, dates of
birth, numbers of a patient or insurance, and the code of a sign-up. Figures the pre-screen needs (ages, years, EDSS
scores, distances, doses, other dates) stay, and so do emergency and service numbers. Names are not recognised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.privacy.addresses import addresses
from bot.privacy.birth_dates import birth_dates
from bot.privacy.numbers import iban_length, is_bsn, is_iban, is_phone, is_service_number

# Between the digits of one number: spaces of all widths, dots, slashes, dashes, and signs that cannot be seen.
_SIGN = r"[ \t.\-/_\u00a0\u2009\u200b\u202f\u2010-\u2015]"
_GAP = rf"{_SIGN}{{0,3}}"
_UNIT = r"(?!\d|\s?(?:mg|mcg|ug|ml|gram|gr|kg|ie|euro|meter|m|km|cm|x|keer|jaar|weken|dagen|uur|%|,\d)\b)"

_MAIL_HOSTS = (
    "gmail|googlemail|hotmail|outlook|live|ziggo|kpn(?:mail|planet)?|planet|xs4all|telenet|skynet|proximus|yahoo|"
    "icloud|proton(?:mail)?|msn|casema|upcmail|hetnet|tele2|quicknet|chello|home|solcon|zonnet|freedom"
)
_MAILBOX = r"(?<![\w.+-])(?:[\w.!#$%&'*+/?^`{|}~-][\w.!#$%&'*+/=?^`{|}~-]*|=[\w.]*)"
_EMAIL = re.compile(rf"{_MAILBOX} ?@ ?[\w-]+(?:\.[\w-]+| \. ?[a-z]{{2,4}}\b)+")
_EMAIL_CUT_OFF = re.compile(rf"[\w.+-]+ ?@ ?(?:{_MAIL_HOSTS})\b(?:[ ,]+(?:punt +)?(?:nl|com|be)\b)?", re.IGNORECASE)
_EMAIL_SPOKEN = re.compile(
    r"\b[\w.+-]+(?: (?:punt|streepje) [\w.+-]+)* ?(?:\(at\)|\[at\]| at | apenstaart(?:je)? )"
    rf" ?(?:[\w-]+(?: ?(?:\.|\(dot\)|\[dot\]| punt | dot ) ?(?:nl|com|be|eu|org|net|de|info))+|(?:{_MAIL_HOSTS}))\b",
    re.IGNORECASE,
)
_IBAN = re.compile(rf"\b[A-Z]{{2}}\d{{2}}(?:{_SIGN}?[A-Z0-9]){{11,30}}", re.IGNORECASE)
_DUTCH_IBAN = re.compile(rf"\bNL{_SIGN}?\d{{2}}{_SIGN}?[A-Z]{{4}}(?:{_SIGN}?\d){{10}}\b", re.IGNORECASE)
_BSN_NAMED = re.compile(
    # Not the name in a mask that was put there before: the number after that one is another.
    r"\b(?:bsn|burgerservicenummer(?!\])|burger service ?nummer|burgernummer|sofi[- ]?nummer|sofi|"
    r"rijksregisternummer|rrn)"
    r"(?:[- ]?(?:nummer|nr))?\b"
    rf"[^\d\n]{{0,15}}(?P<number>\d(?:{_SIGN}?\d){{7,10}})(?!\d)",
    re.IGNORECASE,
)
_BSN = re.compile(
    rf"(?<![\w.,+-])(?:\d{{9}}|\d{{3}}(?P<gap>{_SIGN})\d{{3}}(?P=gap)\d{{3}}|\d{{4}}(?P<gap2>{_SIGN})\d\d(?P=gap2)\d{{3}})"
    rf"(?!{_SIGN}\d){_UNIT}"
)
# The bracket belongs to the number only when it closes after the area code.
_START = r"(?<![\w+,.])(?:\((?=0\d{1,3}\)))?"
_PHONE_ABROAD = re.compile(rf"(?<![\w+:.,])(?:\+|00)(?:(?:{_SIGN}|[()]){{0,3}}\d){{9,14}}(?!\d)")
_PHONE = re.compile(
    rf"{_START}[0oO]{_SIGN}?6\)?(?:{_GAP}\d){{8}}(?!\d)"
    rf"|{_START}0(?:[1-57-9]\d\)?(?:{_GAP}\d){{7}}|[1-57-9]\d\d\)?(?:{_GAP}\d){{6}})(?!\d)"
    r"|(?<![\w+,.])0(?: \d){9}(?! ?\d)"
)
_PHONE_BELGIAN = re.compile(rf"{_START}0[1-9]\)?(?:{_GAP}\d){{7}}(?!\d)")
_PHONE_WITHOUT_ZERO = re.compile(rf"(?<![\w.,+-])6{_SIGN}?[1-58]\d{{7}}(?!{_SIGN}?\d){_UNIT}")
_PHONE_NAMED = re.compile(
    r"\b(?:tel(?:efoon)?(?:[- ]?(?:nummer|nr))?|mobiel(?:e)?(?: nummer)?|06[- ]?nummer|gsm(?:[- ]?nummer)?|"
    r"(?:bel|app|sms)(?:t|len|pen)?(?: u| je| jullie)? (?:me|mij)|bereikbaar|whatsapp|mijn (?:nummer|nr))\b"
    rf"[^\d\n+?]{{0,25}}(?P<number>\d(?:{_SIGN}?\d){{6,10}}){_UNIT}",
    re.IGNORECASE,
)
_DIGIT_WORD = r"(?:nul|een|één|eén|twee|drie|vier|vijf|zes|zeven|acht|negen)"
_NUMBER_WORD = (
    rf"(?:{_DIGIT_WORD}|tien|elf|twaalf|dertien|veertien|\w+tien|(?:\w+en|\w+ën)?"
    r"(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)|\d{1,4})"
)
_PHONE_SPOKEN = re.compile(
    rf"\bnul[ ,-]*zes(?:[ ,-]+{_NUMBER_WORD}){{3,8}}\b|\bnul[ -]?zes(?:{_GAP}\d){{8}}(?!\d)"
    rf"|\b{_DIGIT_WORD}(?:[ ,-]+{_DIGIT_WORD}){{7,}}\b",
    re.IGNORECASE,
)
_FULL_DATE = re.compile(r"\d{1,2}([-/. ])\d{1,2}\1(?:19|20)\d{2}(?!\d)")
_PERSONAL_NUMBER = re.compile(
    r"\b(?:pati[eë]nt(?:en)?|dossier|polis|verzekerden?|klant|zorgpas|paspoort|rijbewijs|identiteitskaart|id[- ]?kaart|"
    r"ziekenhuis|zis|mdn|pid|kenteken|relatie)[- ]?(?:nummer|nr|no)?\b\.?"
    r"(?:(?:\s?(?:is|:|=|nummer|nr)\.?)*)\s?(?P<number>(?=[A-Z]{0,3}[-.]?\d)[A-Z0-9](?:[-.]?[A-Z0-9]){5,14})\b(?!-)",
    re.IGNORECASE,
)
_SIGNUP_CODE = re.compile(
    r"\bSW[ -]?(?:[2-46-9ACDEFHJKMNPQRTVWX]{4})[ -](?:[2-46-9ACDEFHJKMNPQRTVWX]{4})\b"
    r"|\bSW[ -]?(?=[A-Z]*\d)[2-46-9ACDEFHJKMNPQRTVWX]{8}\b",
    re.IGNORECASE,
)

Found = Iterator[tuple[int, int, str]]


@dataclass(frozen=True)
class Personal:
    """Something personal in a message: where it stands, and what takes its place, such as `[telefoonnummer]`."""

    start: int
    end: int
    replacement: str


def mask(message: str, today: date) -> str:
    """The message with everything personal replaced by what it was.

    Masking a masked message changes nothing.

    Args:
        message: what a person typed.
        today: to tell the age that takes the place of a date of birth.
    """
    while found := personal(message, today):
        for one in reversed(found):
            message = message[: one.start] + one.replacement + message[one.end :]
    return message


def personal(message: str, today: date) -> list[Personal]:
    """What is personal in a message, in order; no two overlap."""
    found: list[Personal] = []
    left = message
    for look in _LOOKS:
        for start, end, replacement in list(look(left, today)):
            if _TAKEN in left[start:end]:
                continue
            found.append(Personal(start, end, replacement))
            # A sign that is no part of any pattern, so that nothing is found across it.
            left = left[:start] + _TAKEN * (end - start) + left[end:]
    return sorted(found, key=lambda one: one.start)


_TAKEN = "\ufffc"


def _all(pattern: re.Pattern[str], kind: str, accept: Callable[[re.Match[str]], bool] | None = None) -> _Look:
    """Everything a pattern finds, or only its part `number`, as far as it is accepted."""
    part = "number" if "number" in pattern.groupindex else 0

    def look(message: str, _today: date) -> Found:
        for match in pattern.finditer(message):
            if accept is None or accept(match):
                yield match.start(part), match.end(part), f"[{kind}]"

    return look


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _accounts(message: str, _today: date) -> Found:
    for match in _IBAN.finditer(message):
        length, taken = iban_length(match.group()[:2]), ""
        for place, sign in enumerate(match.group()):
            taken += sign if sign.isalnum() else ""
            if len(taken) == length:
                end = match.start() + place + 1
                if is_iban(taken) and not message[end : end + 1].isalnum():
                    yield match.start(), end, "[rekeningnummer]"
                break


def _no_date(match: re.Match[str]) -> bool:
    # "06-12-2019 10 weken" is a date with a number behind it.
    return not _FULL_DATE.match(match.group()) and not is_service_number(_digits(match.group()))


def _belgian(match: re.Match[str]) -> bool:
    return _no_date(match) and is_phone(match.group(), "BE")


def _phone_number(match: re.Match[str]) -> bool:
    number = match["number"]
    return not _FULL_DATE.match(number) and not is_service_number(_digits(number))


def _citizen(match: re.Match[str]) -> bool:
    return is_bsn(_digits(match.group()))


def _addresses(message: str, _today: date) -> Found:
    return ((start, end, "[adres]") for start, end in addresses(message))


_Look = Callable[[str, date], Found]
_LOOKS: tuple[_Look, ...] = (
    _all(_EMAIL, "e-mailadres"),
    _all(_EMAIL_CUT_OFF, "e-mailadres"),
    _all(_EMAIL_SPOKEN, "e-mailadres"),
    _all(_DUTCH_IBAN, "rekeningnummer"),
    _accounts,
    birth_dates,
    _all(_BSN_NAMED, "burgerservicenummer"),
    _all(_SIGNUP_CODE, "code"),
    _all(_PERSONAL_NUMBER, "persoonlijk nummer"),
    _all(_PHONE_ABROAD, "telefoonnummer"),
    _all(_PHONE, "telefoonnummer", _no_date),
    _all(_BSN, "burgerservicenummer", _citizen),
    _all(_PHONE_BELGIAN, "telefoonnummer", _belgian),
    _all(_PHONE_WITHOUT_ZERO, "telefoonnummer"),
    _all(_PHONE_NAMED, "telefoonnummer", _phone_number),
    _all(_PHONE_SPOKEN, "telefoonnummer"),
    _addresses,
)
