"""Addresses in a message: a street or a Dutch postcode with its house number, or one's own postcode. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_POSTCODE = r"[1-9]\d{3}[ \u00a0]?(?P<letters>[A-Z]{2})(?![A-Z])"
# What may follow a number that counts or measures something.
_NOT_COUNTED = r"(?!\d|\s?(?:mg|mcg|ug|ml|gram|gr|kg|ie|euro|meter|m|km|cm|x|keer|jaar|weken|maanden|dagen|uur|%)\b)"
_HOUSE_WORD = r"(?:huisnummer|huisnr|huis|nummer|nr|no)\.?:? ?(?:is )?"
_SUFFIX = r"(?: ?[a-z](?!\w)|-[a-z](?!\w)|-\d{1,4}|/\d{1,3})?(?: (?:hs|bis|boven|beneden|rood|zwart)\b| bus \w{1,4}\b)?"
_HOUSE = rf" +(?:{_HOUSE_WORD})?\d{{1,5}}(?i:{_SUFFIX})\b{_NOT_COUNTED}"
_THEN_POSTCODE = rf"(?:[ ,]{{1,3}}(?i:{_POSTCODE})\b)?"
# "Lange", "Oude", "Prins", "Burgemeester van": as far as written as part of the name.
_NAME_BEGINS = r"(?:[A-Z][\w.-]{1,20} (?:(?:van|de|der|den|het|ter|ten) ){0,2}){0,2}"

_STREET = re.compile(
    rf"\b{_NAME_BEGINS}(?i:(?!\w*slaan\b)[^\W\d_]{{3,30}}"
    rf"(?:straat|laan|plein|gracht|kade|singel|steeg|dreef|plantsoen)){_HOUSE}{_THEN_POSTCODE}"
)
# Endings of ordinary words too: only with a capital, as a name has.
_STREET_WITH_CAPITAL = re.compile(
    rf"\b{_NAME_BEGINS}(?!Onderweg|Halverwege|Luchtweg|Urineweg|Snelweg)[A-Z][^\W\d_]{{0,30}}"
    r"(?:weg|hof|pad|dijk|markt|ring|wal|park|baan|brink|erf|oord|lei|str|boulevard|hoek|kamp|veld)\.?"
    rf"{_HOUSE}{_THEN_POSTCODE}"
)
_TWO_CAPITALS = re.compile(
    rf"\b(?:Grote|Kleine|Oude|Nieuwe|Hoge|Lage|Lange|Korte|Achter|Boven|Neder|Over|Noorder|Zuider|Ooster|Wester)"
    rf" (?:[Mm]arkt|[Dd]ijk|[Ww]eg|[Pp]ad|[Pp]ark|[Kk]erkhof|[Hh]of|[Ww]al){_HOUSE}{_THEN_POSTCODE}"
)
_LANE_OF = re.compile(
    r"\b(?:Laan|Plein|Weg|Kade|Straat) (?:van|der|de|het|den)(?: (?:der|de|het|den))?(?: \w{1,30}){1,3}?"
    rf"{_HOUSE}{_THEN_POSTCODE}"
)
_WITH_POSTCODE = re.compile(
    rf"\b{_POSTCODE}[ ,:\-]{{1,3}}(?:{_HOUSE_WORD})?\d{{1,5}}{_SUFFIX}\b(?!\w){_NOT_COUNTED}", re.IGNORECASE
)
_NUMBER_NAMED = re.compile(
    r"\b(?:huisnummer|huisnr)\.?:? ?(?:is )?(?P<part>\d{1,5}[a-z]?(?! ?(?-i:[A-Z]{2})\b))\b", re.IGNORECASE
)
_POSTCODE_NAMED = re.compile(
    r"\b(?:postcode\b\W{0,3}(?:is\b)?|(?:woon|woont|wonen|woonachtig)(?: ik| wij| we)? (?:in|op|te)|adres\b(?: is)?)"
    rf"\W{{0,3}}(?P<part>{_POSTCODE})",
    re.IGNORECASE,
)
_POSTCODE_AND_TOWN = re.compile(rf"\b{_POSTCODE} +[A-Z][a-z]{{2,}}")
_POSTCODE_ONLY = re.compile(rf"^\W*(?P<part>{_POSTCODE})\W*$", re.IGNORECASE)
# Short words and units that may follow a year or a dose: "2019 MS", "1000 mg 2 keer".
_NO_POSTCODE = frozenset(
    "af al am as at be by cc cm ct da de di dl do dr du ei en er et eu ga gr he ho ie if ik in is it ja je kg km ma me"
    " mg ml mm mr ms mu my na ng no nr nu of om on op or os pp rr sa sd so sp ss st te to tv ug up us uw uz"
    " vr wa we wo za ze zo".split()
)
_PATTERNS = (
    _STREET,
    _STREET_WITH_CAPITAL,
    _TWO_CAPITALS,
    _LANE_OF,
    _WITH_POSTCODE,
    _NUMBER_NAMED,
    _POSTCODE_NAMED,
    _POSTCODE_AND_TOWN,
    _POSTCODE_ONLY,
)


def addresses(message: str) -> Iterator[tuple[int, int]]:
    """Start and end of each address in a message; they may overlap, the fullest ways of writing come first."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(message):
            groups = match.groupdict()
            letters = groups.get("letters")
            if letters is None or letters.lower() not in _NO_POSTCODE:
                yield match.span("part" if "part" in groups else 0)
