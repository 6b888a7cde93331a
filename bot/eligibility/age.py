"""Reads someone's age, from years, a birth year, a date of birth or words such as "eind veertig"."""

from __future__ import annotations

import re
from datetime import date

from bot.eligibility.criteria import Criterion
from bot.eligibility.message import Message, Reading
from bot.eligibility.moments import MONTHS, moments
from bot.eligibility.numbers import NUMBER, TENS, in_one_word, number

Span = tuple[float, float]

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEARS = r"(?:jaar|jr|jaren|j|jarige|lentes)\b(?: (?:oud|jong))?"
_NOT_AGE = (
    r"(?! ?(?:jaar |jr |jaren )?(?:geleden|ms\b|al ms|ziek|lang\b|last|klachten|stabiel|diagnose|terug|"
    r"patient|meter|m\b|km|kilo|kg|mg|keer|x\b|"
    r"weken|maanden|mnd|dagen|uur|min|procent|%|schub|medic|pil|zonder|met ms|getrouwd))"
)
_BIRTH_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:[-/. ](?P<month>\d{{1,2}})[-/. ]| (?P<name>{_MONTH})\.? )'?(?P<year>\d{{4}}|\d{{2}})\b"
)
_BIRTH_YEAR = re.compile(
    r"\b(?:geboren|geb|geboortejaar|bouwjaar|bj|van|uit|jaargang)\.?:? ?(?:in |uit |van |is |"
    r"het jaar )?'?(?P<year>19\d\d|20\d\d|\d\d)\b(?! ?(?:jaar|jr|mg|meter|m\b|km|keer|tot|%))"
)
_APOSTROPHE_YEAR = re.compile(r"(?:^|\s)'(?P<year>\d\d)\b")
_BARE_YEAR = re.compile(r"^(?:in |uit )?(?P<year>19\d\d|20[0-2]\d)$")
_I_AM = re.compile(
    rf"\b(?:(?:ben|is|wordt dan|geworden|leeftijd|ik|oud|man|vrouw|zij|hij|ze|nog|net|pas|nu|al|inmiddels|tis|'t is|"
    rf"ruim|precies|gewoon|toch|zelf|trouwens|er|dus|ondertussen|eigenlijk)[: ]+)(?P<n>{NUMBER})(?!\d|"
    rf"[.,/:-]\d)(?: {_YEARS}|{_YEARS})?\b{_NOT_AGE}"
)
_RELATIVE_OF = re.compile(
    r"\b(?:dochter|zoon|vrouw|man|partner|vriendin|vriend|zus|broer|moeder|vader) van (?P<n>[1-6]\d)\b"
)
_TURNED = re.compile(rf"\b(?P<n>{NUMBER}) (?:jaar )?geworden\b")
_OWN_VERB = re.compile(r"\b(?:ben|is|leeftijd|vrouw|man|zelf)\b")
_YEARS_OLD = re.compile(rf"\b(?P<n>{NUMBER}) ?(?:jaar|jr|j|jarige|lentes)\b(?P<old> (?:oud|jong))?{_NOT_AGE}")
_NEARLY = re.compile(rf"\b(?:bijna|haast|net geen|nog geen|nog net geen) (?P<n>{NUMBER})\b{_NOT_AGE}")
_BECOMES = re.compile(rf"\b(?:word|wordt|ga)\b[^,]*?\b(?P<n>{NUMBER})\b{_NOT_AGE}")
_SOON = re.compile(
    rf"\bover (?:een |{NUMBER} )?(?:paar )?(?:dag|week|maand)\w*(?: (?:ben|word|wordt|is)(?: ik| hij| zij|"
    rf" ze)?)? (?P<n>{NUMBER})\b{_NOT_AGE}"
)
_OVER = re.compile(rf"\b(?:ouder dan|boven de|over de|voorbij de|(?:al )?in de|meer dan)\s(?P<n>{NUMBER})\b")
_UNDER = re.compile(rf"\b(?:jonger dan|onder de|nog geen|minder dan) (?P<n>{NUMBER})\b")
_DECADE = re.compile(
    rf"\b(?P<part>begin|eind|einde|half|halverwege|midden|medio|ergens|diep|dik|ver)? ?(?:in )?(?:de |"
    rf"mijn )?(?P<tens>{'|'.join(TENS)}|[2-9]0)(?P<er>er|ers)?\b"
)
_OUTSIDE = re.compile(
    r"\b(?:val|zit|ben)(?: ik| hij| zij| ze)?(?: \w+){0,3} (?:buiten|(?:er)?boven|overheen|voorbij|"
    r"over)(?: \w+){0,2}$|\bnet niet meer$"
)
_INSIDE = re.compile(
    r"\b(?:val|zit)t?(?: ik| hij| zij| ze)?(?: \w+){0,3} (?:tussen(?:in)?|er ?tussen(?:in)?|binnen|in)$"
)
# Which years of a decade its beginning, middle and end are, on the wide side.
_PARTS = {"begin": (0.0, 3.99), "eind": (7.0, 9.99), "einde": (7.0, 9.99)}
_PARTS.update(dict.fromkeys(("half", "halverwege", "midden", "medio"), (4.0, 6.99)))
_PARTS.update(dict.fromkeys(("diep", "dik", "ver"), (3.0, 9.99)))
_ABOUT = re.compile(
    rf"\b(?:rond de|rond|ongeveer|zo'n|circa|ca|tegen de|plusminus|een jaar of) (?P<n>{NUMBER})\b{_NOT_AGE}"
)
_BETWEEN = re.compile(
    rf"\btussen (?:de )?(?P<low>{NUMBER}) en (?:de )?(?P<high>{NUMBER})\b|"
    rf"\b(?P<low2>{NUMBER}) (?:tot en met|tot|t/m|-) (?P<high2>{NUMBER})\b"
)


def age(message: Message, criterion: Criterion, asked: bool) -> Reading | None:
    """Option for the criterion `age`; None when the message does not settle it.

    The limits, both inclusive, are `limits.min` and `limits.max` (registry: 18 up to and including 50). Where a birth
    year leaves open on which side of a limit the age lies, the option is `unknown`.
    """
    spans = _ages(message, asked)
    if not spans:
        return None
    low, high = spans[-1] if _corrects(message) else _agreed(spans)
    if low > high:
        return None
    least, most = criterion.limits["min"], criterion.limits["max"] + 1
    if low >= least and high < most:
        return Reading("yes")
    if high < least or low >= most:
        # "79" alone may be a birth year; the person is asked once more.
        bare = asked and re.fullmatch(r"[6-9]\d", message.statement.strip())
        return Reading("no", not bare or low < 70)
    return Reading("unknown") if asked or low != high else None


def _corrects(message: Message) -> bool:
    return bool(re.search(r"\b(?:nee|sorry|bedoel|bedoelde|correctie|foutje|wacht|oeps|moet|toch)\b", message.plain))


def _agreed(spans: list[Span]) -> Span:
    return max(span[0] for span in spans), min(span[1] for span in spans)


def _ages(message: Message, asked: bool) -> list[Span]:
    """Each age said of the patient, as (at least, at most); an age of 43 is (43, 43.99)."""
    found: list[Span] = []
    for chunk in message.chunks:
        found.extend(_in_chunk(chunk.text, message, asked))
    return found


def _in_chunk(text: str, message: Message, asked: bool) -> list[Span]:
    today = message.today
    if re.search(
        r"\b(?:diagnose|sinds mijn|op mijn|toen ik|toen hij|toen zij|op (?:\d+|\w+)(?:-| )?jarige|mg)\b", text
    ):
        # "op mijn 25e", "toen ik 30 was" are ages of long ago.
        return []
    if re.search(r"\bedss\b|\bscore\b", text):
        return []
    text = in_one_word(text)
    text = re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", r"\3-\2-\1", text)
    for match in _BIRTH_DATE.finditer(text):
        month = MONTHS[match["name"]] if match["name"] else int(match["month"])
        born = _date(_year(match["year"], today), month, int(match["day"]))
        if born and (asked or "geboren" in text or born.year < today.year - 14):
            return [_whole(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))]
    turned = _TURNED.search(text)
    if turned and (number(turned["n"]) or 0) >= 10:
        times = moments(text, message.today)
        since = (times[0].least, times[0].most) if times else (0.0, 0.0)
        return [((number(turned["n"]) or 0) + since[0] // 12, (number(turned["n"]) or 0) + since[1] // 12 + 0.99)]
    relative = _RELATIVE_OF.search(text)
    if relative:
        value = number(relative["n"])
        return [_whole(int(value))] if value and value >= 10 else []
    own = asked or re.search(r"\b(?:ik ben|ben|is|geboren|geboortejaar|bouwjaar|bj)\b", text)
    year = (
        _BIRTH_YEAR.search(text)
        or (_APOSTROPHE_YEAR.search(text) if asked else None)
        or (_BARE_YEAR.match(text) if asked else None)
    )
    if year and own and not re.search(r"\b(?:tot|sinds|gestopt|gestart)\b", text):
        born_in = _year(year["year"], today)
        return [(today.year - born_in - 1, today.year - born_in + 0.99)]
    return _in_words(text, message, asked)


def _in_words(text: str, message: Message, asked: bool) -> list[Span]:
    if asked:
        vague = _vague(text)
        if vague:
            return [vague]
    nearly = _NEARLY.search(text)
    if nearly and (asked or re.search(r"\bben\b|\bis\b", text)):
        value = number(nearly["n"])
        return [_whole(int(value) - 1)] if value and value >= 10 else []
    becomes = _BECOMES.search(text) or (_SOON.search(text) if asked else None)
    if becomes and (asked or "jaar" in text or re.match(r"ik word", text)):
        value = number(becomes["n"])
        return [_whole(int(value) - 1)] if value and value >= 10 else []
    said = _I_AM.search(text)
    if said and (asked or _OWN_VERB.search(text)):
        value = number(said["n"])
        if value is not None and 5 <= value < 110 and _really_age(said["n"], value):
            return [_whole(int(value))]
    for match in _YEARS_OLD.finditer(text):
        value = number(match["n"])
        whole = text.strip() == match.group().strip()
        if (
            value is not None
            and 10 <= value < 110
            and (match["old"] or whole or asked)
            and not re.search(r"\b(?:al|sinds|na|elke)\b", text)
        ):
            return [_whole(int(value))]
    bare = re.fullmatch(
        rf"(?:(?:ja|nee|uh+|eh+|nou|hallo|zeker|net|pas|precies|exact|ruim|al|maar|helaas|dus|oei|inmiddels|"
        rf"ondertussen|"
        rf"nog|tja|pff|mijn leeftijd|leeftijd|op de kop af) ?)*(?P<n>{NUMBER})(?: (?:en (?:een )?half|dus|hoor|"
        rf"helaas|zenne|he|"
        rf"pas|al|nog "
        rf"maar|geworden|denk ik|toch|lente|net|jammer|genoeg|precies|exact|ja|nee|nog net|alweer|jong|oud|dit jaar|"
        rf"sinds (?:gisteren|kort)|"
        rf"geweest|"
        rf"tot (?:en met )?(?:\d+ )?(?:{_MONTH})|geleden jarig|inmiddels|nu|ondertussen|helaas pindakaas|meneer|"
        rf"mevrouw))*",
        text,
    )
    if bare and (asked or (len(message.chunks) > 1 and bare["n"].isdigit())):
        value = number(bare["n"])
        low = 5 if asked else 18
        if value is not None and low <= value < (110 if asked else 76):
            return [_whole(int(value))]
    return []


def _really_age(typed: str, value: float) -> bool:
    """Whether the number is meant as an age: in "ik ben een ..." it is not."""
    return typed.isdigit() or value >= 10 or "," in typed or "." in typed


def _vague(text: str) -> Span | None:
    between = _BETWEEN.search(text)
    if between:
        low = number(between["low"] or between["low2"])
        high = number(between["high"] or between["high2"])
        if low and high and low < high:
            return low, high + 0.99
    about = _ABOUT.search(text)
    if about:
        value = number(about["n"]) or 0
        return (value - 2, value + 2.99) if value >= 10 else None
    under = _UNDER.search(text)
    if under:
        value = number(under["n"]) or 0
        return (18.0 if value > 18 else 0.0, value - 0.01) if value >= 10 else None
    decade = _DECADE.search(text)
    if decade and (
        decade["er"] or decade["part"] or re.search(r"\b(?:in|diep in|dik in|ver in) de " + decade["tens"], text)
    ):
        base = float(TENS.get(decade["tens"]) or int(decade["tens"]))
        low, high = _PARTS.get(decade["part"] or "", (0, 9.99))
        return base + low, base + high
    over = _OVER.search(text)
    if over and "in de" not in over.group():
        value = number(over["n"]) or 0
        return (value + 1, 120.0) if value >= 10 else None
    plus = re.search(rf"^(?:ja|nee|ik ben|ben|al|een)?[, ]*(?P<n>{NUMBER}) ?(?:\+|plus\b|plusser)", text)
    if plus and (number(plus["n"]) or 0) > 50:
        return float(number(plus["n"]) or 0), 120.0
    if _OUTSIDE.search(text):
        return 51.0, 120.0
    if _INSIDE.search(text):
        return 18.0, 50.99
    if re.search(r"\bte oud\b|^(?:nee[, ]*)?50 ?(?:\+|plus)$", text):
        return 51.0, 120.0
    if re.search(r"\b(?:te jong|minderjarig|nog geen achttien)\b", text):
        return 0.0, 17.0
    return None


def _whole(years: int) -> Span:
    return float(years), years + 0.99


def _year(text: str, today: date) -> int:
    year = int(text)
    if year > 99:
        return year
    return 2000 + year if year <= today.year % 100 else 1900 + year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
