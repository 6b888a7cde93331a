"""Dates of birth in a message: which dates are one, and the age that takes their place. Pure.

A conversation is full of other dates: of a relapse, a scan, a first infusion. A date is one of birth when the words
before it say so, or when it stands alone, lies long enough ago, and nothing in the message is about illness.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_MONTHS = (
    "jan(?:uari)?|feb(?:ruari|r)?|mrt|maart|mar|apr(?:il)?|mei|jun(?:i)?|jul(?:i)?|aug(?:ustus)?|sep(?:t(?:ember)?)?|"
    "okt(?:ober)?|oct|nov(?:ember)?|dec(?:ember)?"
)
_FIRST_LETTERS = ("jan", "feb", "m", "apr", "mei", "jun", "jul", "aug", "sep", "o", "nov", "dec")
_DATE = re.compile(
    rf"(?<![\w./-])(?:(?P<day>\d{{1,2}})(?:e|ste|de)?(?:\s?[-/.,\u2010-\u2015]\s?|\s)"
    rf"(?:(?P<month>\d{{1,2}})(?:\s?[-/.,\u2010-\u2015]\s?|\s)|(?P<name>{_MONTHS})\.?(?:\s?[-/]\s?|\s)?)"
    r"'?(?P<year>(?:19|20)\d\d|\d\d)"
    r"|(?P<year2>(?:19|20)\d\d)[-/.](?P<month2>\d{1,2})[-/.](?P<day2>\d{1,2})"
    r"|(?P<day3>\d\d)(?P<month3>\d\d)(?P<year3>(?:19|20)\d\d)"
    rf"|(?P<day4>\d{{1,2}})(?P<name4>{_MONTHS})'?(?P<year4>(?:19|20)\d\d|\d\d))"
    r"(?![\w/]|[-.,]\d)",
    re.IGNORECASE,
)
_DAY_AND_MONTH = re.compile(rf"(?<![\w./-])\d{{1,2}}(?:e|ste|de)?\s(?:{_MONTHS})\b", re.IGNORECASE)
_BIRTH = re.compile(
    r"\b(?:geboren|gebore|geboortedatum|geb(?:oorte)?\.? ?(?:datum|dag|dd)|geb(?:\.|:)?|geboortedag|gbd|dob|"
    r"ter wereld gekomen|op de wereld gezet)\b(?P<between>[^\d\n!?;]{0,30})$",
    re.IGNORECASE,
)
_BIRTHDAY = re.compile(r"\b(?:jarig|verjaar|verjaardag)\b(?P<between>[^\d\n!?;]{0,20})$", re.IGNORECASE)
_BORN_AFTER = re.compile(r"[^\d\n,;.!?]{0,12}\b(?:geboren|geboortedatum|ter wereld gekomen)\b", re.IGNORECASE)
# With one of these in a message, a date in it may be about the illness.
_ILLNESS = re.compile(
    r"\b(?:diagnos\w*|gediagnos\w*|schub\w*|mri\w*|scan\w*|opname|opgenomen|\w*start\w*|begon\w*|begin|sinds|operatie|"
    r"geopereerd|\w*stopt\w*|kuur|behandel\w*|infu\w+|punctie|eerste|laatste|klacht\w*|aanval\w*|prik\w*|vaccin\w*|"
    r"afspraak|uitslag\w*|bloed\w*|gekregen|kreeg|tot|vanaf|toen|ziek|ms)\b",
    re.IGNORECASE,
)
# Around a date that stands alone: nothing but words that introduce oneself or a relative.
_ONLY_ABOUT_ONESELF = re.compile(
    r"\W*(?:(?:ja|nee|ik|ben|is|dat|het|hij|zij|ze|van|op|mijn|man|vrouw|partner|zoon|dochter|moeder|vader|zus|broer|"
    r"leeftijd|oud|dus|net|bijna|jaar|\d{1,2}|hoor|graag|hallo|dag|en|hier|was|naam)\b\W*)*",
    re.IGNORECASE,
)
# The youngest who answers for oneself here; a later date is one of something else.
_LONG_AGO = 14


def birth_dates(message: str, today: date) -> Iterator[tuple[int, int, str]]:
    """Start, end and replacement of each date of birth in a message.

    The replacement keeps the age, which the pre-screen needs and which tells far less about who somebody is.
    """
    matches = list(_DATE.finditer(message))
    for match in matches:
        born = _read(match, today)
        long_ago = born is not None and born.year < today.year - _LONG_AGO
        if _named(message, match) or (long_ago and _alone(message, match)):
            yield match.start(), match.end(), _age(born, today)
    for match in _DAY_AND_MONTH.finditer(message):
        covered = any(other.start() <= match.start() < other.end() for other in matches)
        if not covered and _named(message, match):
            yield match.start(), match.end(), "[geboortedatum]"


def _named(message: str, match: re.Match[str]) -> bool:
    """Whether the words around a date say that somebody was born then."""
    if _BORN_AFTER.match(message, match.end()):
        return True
    before = message[: match.start()]
    cue = _BIRTH.search(before) or _BIRTHDAY.search(before)
    return cue is not None and not _ILLNESS.search(cue["between"])


def _alone(message: str, match: re.Match[str]) -> bool:
    two_digits_apart = match["year"] and re.fullmatch(r"\d+ \d+ \d\d", match.group())
    if match["day3"] or two_digits_apart:
        # Eight digits in a row, or three small numbers, may be anything.
        return False
    before, after = message[: match.start()], message[match.end() :]
    if _ONLY_ABOUT_ONESELF.fullmatch(before) and _ONLY_ABOUT_ONESELF.fullmatch(after):
        return True
    # In a row of particulars: "Voorbeeld Jansen, 14-07-1979, Utrecht".
    between = re.search(r"(?:^|[,;:|(\n])\s*$", before) and re.match(r"\s*(?:$|[,;|)\n])", after)
    return between is not None and not _ILLNESS.search(message)


def _read(match: re.Match[str], today: date) -> date | None:
    found = match.groupdict()
    day = found["day"] or found["day2"] or found["day3"] or found["day4"]
    month = found["month"] or found["month2"] or found["month3"]
    name = found["name"] or found["name4"]
    year = int(found["year"] or found["year2"] or found["year3"] or found["year4"])
    if year < 100:
        year += 2000 if year <= today.year % 100 else 1900
    try:
        return date(year, int(month) if month else _month(name), int(day))
    except ValueError:
        return None


def _month(name: str) -> int:
    name = name.lower()
    if name.startswith("m"):
        return 5 if name == "mei" else 3
    return next(place for place, start in enumerate(_FIRST_LETTERS, 1) if name.startswith(start))


def _age(born: date | None, today: date) -> str:
    if born is None or born > today:
        return "[geboortedatum]"
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"[geboortedatum: {years} jaar oud]"
