"""When something was: Dutch expressions of time as months before today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.eligibility.numbers import NUMBER, number

MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "januari jan", "februari feb", "maart mrt", "april apr", "mei", "juni jun", "juli jul", "augustus aug",
            "september sept sep", "oktober okt", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
# How a unit begins, and how many months it is.
_SIZES = (("d", 1 / 30.4), ("w", 7 / 30.4), ("m", 1.0), ("j", 12.0))
_LENGTH = (
    rf"(?P<how>bijna|ruim|ongeveer|zo'n|rond|meer dan|langer dan|minder dan|nog geen|een goed|pakweg|krap)? ?"
    rf"(?P<n>een paar|paar|enkele|een aantal|{NUMBER}|half|een half|anderhalf|anderhalve|vele|heel wat|jaren)?[ -]?"
    rf"(?P<unit>dag(?:en)?|we+k(?:en)?|weekje|weekjes|maand(?:en)?|maandje|mnd|jaa?r(?:en)?|jaartje|jr|halfjaar)"
)
_AGO = re.compile(rf"\b{_LENGTH} (?:geleden|terug|voor nu)\b")
_ROUGHLY_AGO = re.compile(rf"\b(?:een )?(?P<unit>week|maand|jaar) of (?P<n>{NUMBER}) (?:geleden|terug)\b")
_SINCE = re.compile(rf"\b(?:al|sinds|al sinds|nu al|reeds|de laatste|laatste|afgelopen) (?:zo'n |de )?{_LENGTH}\b")
_YEAR = r"(?:19[89]\d|20[0-4]\d)"
_DATED = re.compile(
    rf"\b(?:(?P<part>begin|eind|einde|medio|half|voorjaar|zomer|najaar|herfst|winter|lente)[ ,]*(?:van |in )?)?"
    rf"(?:(?P<day>\d{{1,2}}) )?(?:(?P<month>{_MONTH})\.? )?(?P<year>{_YEAR})\b"
)
_NUMERIC = re.compile(rf"\b(?:\d{{1,2}}[-/.])?(?P<month>\d{{1,2}})[-/.](?P<year>{_YEAR})\b")
_MONTH_ONLY = re.compile(
    rf"\b(?:in|tot|tot en met|t/m|tot eind|tot begin|sinds|begin|eind|half|vanaf|afgelopen|vorige|deze|"
    rf"van) (?P<month>{_MONTH})\b"
)
_SEASON = "(?:zomer|winter|lente|herfst|voorjaar|najaar)"
# Fixed expressions, and between how many months ago they lie.
_FIXED: tuple[tuple[re.Pattern[str], float, float], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b"), low, high)
    for words, low, high in (
        ("vandaag|gisteren|eergisteren|vanochtend|vannacht|zonet|nu nog|momenteel|op dit moment", 0, 0.3),
        ("(?:vorige|afgelopen|laatste|deze|verleden) week|vorig weekend", 0, 0.6),
        ("(?:vorige|afgelopen|laatste|deze|verleden) maand", 0, 2.1),
        ("(?:vorig|afgelopen|verleden) kwartaal", 0, 6.2),
        ("afgelopen jaar|het laatste jaar|(?:laatste|afgelopen) (?:12|twaalf) maanden", 0, 12),
        (f"(?:van de|deze|afgelopen|de|dit) {_SEASON}", 0, 12),
        # In autumn "vorige zomer" may be this year's or last year's.
        (f"(?:vorige?|verleden) {_SEASON}", 0, 18),
        ("recent|recentelijk|onlangs|pasgeleden|pas (?:geleden|nog|gehad|gestopt)|net|nu net|kort ?geleden", 0, 4),
        ("tot voor kort|zopas|zojuist|laatst|sinds kort", 0, 4),
        ("(?:nog )?niet (?:zo |al te |heel |erg )?lang (?:geleden|terug)", 0, 9),
        ("jaren (?:geleden|terug|niet)|lang geleden|al (?:heel )?lang|al jaren|allang|al tijden", 18, 600),
        ("jarenlang|sinds jaren|vroeger", 18, 600),
    )
)


@dataclass(frozen=True)
class Moment:
    """A time in a text: where it stands, and between how many months ago it lies. `since`: lasting from then on."""

    start: int
    end: int
    least: float
    most: float
    since: bool = False

    def within(self, months: float) -> bool | None:
        """Whether it surely lies in the last `months` months (True), surely before (False), or neither (None)."""
        if self.most <= months:
            return True
        if self.least > months:
            return False
        return None


def moments(text: str, today: date) -> list[Moment]:
    """The times named in this plain text, in order, none overlapping another."""
    found: list[Moment] = []
    for moment in _candidates(text, today):
        if not any(moment.start < other.end and other.start < moment.end for other in found):
            found.append(moment)
    return sorted(found, key=lambda moment: moment.start)


def _candidates(text: str, today: date) -> Iterator[Moment]:
    for match in _AGO.finditer(text):
        span = _length(match)
        if span:
            yield Moment(match.start(), match.end(), *span)
    for match in _ROUGHLY_AGO.finditer(text):
        value = (number(match["n"]) or 0) * next(size for start, size in _SIZES if match["unit"].startswith(start))
        yield Moment(match.start(), match.end(), value * 0.7, value * 1.3)
    for match in _SINCE.finditer(text):
        span = _length(match)
        if span:
            yield Moment(match.start(), match.end(), *span, since=True)
    for match in _NUMERIC.finditer(text):
        if 1 <= int(match["month"]) <= 12:
            yield _month(match.start(), match.end(), int(match["year"]), int(match["month"]), today)
    for match in _DATED.finditer(text):
        yield _dated(match, today)
    for match in re.finditer(
        rf"\bvorig jaar(?: (?:in )?(?P<month>{_MONTH}))?\b|(?P<before>{_MONTH}) vorig jaar\b", text
    ):
        month = match["month"] or match["before"]
        if month:
            yield _month(match.start(), match.end(), today.year - 1, MONTHS[month], today)
        else:
            yield _between(match.start(), match.end(), date(today.year - 1, 1, 1), date(today.year - 1, 12, 31), today)
    for match in re.finditer(r"\b(?:dit|huidig) jaar\b", text):
        yield Moment(match.start(), match.end(), 0, 12)
    for match in _MONTH_ONLY.finditer(text):
        month = MONTHS[match["month"]]
        yield _month(match.start(), match.end(), today.year if month <= today.month else today.year - 1, month, today)
    for pattern, low, high in _FIXED:
        for match in pattern.finditer(text):
            since = bool(re.match(r"al |allang|sinds|jaren(?:lang| niet)", match.group()))
            yield Moment(match.start(), match.end(), low, high, since)


def _length(match: re.Match[str]) -> tuple[float, float] | None:
    unit = match["unit"]
    if unit == "halfjaar":
        months, slack = 6.0, 1.0
    else:
        size = next(size for start, size in _SIZES if unit.startswith(start))
        count = match["n"]
        if count in {"een paar", "paar", "enkele", "een aantal", "vele", "heel wat", "jaren"}:
            return (2 * size, 9 * size) if size < 12 else (18.0, 600.0)
        if count is None:
            if unit.startswith("jaren"):
                return 18.0, 600.0
            count = "een"
        value = {"half": 0.5, "een half": 0.5, "anderhalf": 1.5, "anderhalve": 1.5}.get(count) or number(count)
        if value is None:
            return None
        months, slack = value * size, max(0.3, value * size * 0.04)
    how = match["how"]
    if how in {"bijna", "nog geen", "minder dan", "krap"}:
        return months * 0.75, months
    if how in {"ruim", "meer dan", "langer dan", "een goed"}:
        return months + 0.1, months * 1.8 + 2
    return max(0.0, months - slack), months + slack


def _dated(match: re.Match[str], today: date) -> Moment:
    year, part = int(match["year"]), match["part"]
    if match["month"]:
        return _month(match.start(), match.end(), year, MONTHS[match["month"]], today)
    first, last = {
        "begin": (1, 4), "eind": (9, 12), "einde": (9, 12), "medio": (5, 8), "half": (5, 8), "voorjaar": (3, 6),
        "lente": (3, 6), "zomer": (6, 9), "najaar": (9, 12), "herfst": (9, 12),
    }.get(part or "", (1, 12))  # fmt: skip
    return _between(match.start(), match.end(), date(year, first, 1), date(year, last, 28), today)


def _month(start: int, end: int, year: int, month: int, today: date) -> Moment:
    return _between(start, end, date(year, month, 1), date(year, month, 28), today)


def _between(start: int, end: int, first: date, last: date, today: date) -> Moment:
    least = max(0.0, (today - last).days / 30.44)
    most = max(0.0, (today - first).days / 30.44)
    return Moment(start, end, least, most)
