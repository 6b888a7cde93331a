"""Figures in running text, Dutch or English: finds them and tells whether one text supports those of another.

A figure is a number ("2-3", "één tot twee", "50.000", "de helft"), with its unit when it has one ("21 dagen",
"50 mg/kg", "30%"), or a date ("4 november 2019", "2019-11-04", "december 2022"). Spelling does not matter: "twaalf
maanden" is "1 year". Names that hold digits (COVID-19, CD34, T1), "eerstelijns" and the article "een" are no figures.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.knowledge.number_words import DURATIONS, ENDINGS, MONTHS, SCALES, SHARES, UNITS
from bot.knowledge.number_words import beginnings, cardinals, ordinals, plain

Day = tuple[int | None, int | None, int | None]

# Units of which the figure must never be borrowed from a bare number: "10%" does not follow from "10 mensen".
_OWN_UNIT = frozenset({"percent", "euro", "nok", "mg", "g", "kg", "mcg", "ml", "mg/kg", "g/kg", "decade", "phone"})


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        text: as written.
        value: the number, or None for a date.
        unit: normalised unit, or None. Durations are in minutes or months in `amount`.
        amount: the value in the normalised unit: 2 weken has value 2 and amount 20160 (minutes).
        date: year, month and day, of which parts may be unknown.
        ordinal: written as "tweede", "3e".
        parts: the two numbers of "1 op de 100", which itself is 1%.
    """

    text: str
    value: Fraction | None = None
    unit: str | None = None
    amount: Fraction | None = None
    date: Day | None = None
    ordinal: bool = False
    parts: tuple[Figure, ...] = ()


@dataclass
class _Token:
    kind: str
    text: str
    start: int
    value: Fraction | None = None
    date: Day | None = None
    scaled: bool = False


_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_TOKEN = re.compile(
    rf"""
      (?P<skip> https?://\S+ | www\.\S+ | \{{\w*\}} | \d{{4}}-\d{{6}}-\d{{2}} | \bCD[ ]?34\b\+?
              | \b(?!(?:fase|phase|stap|step|dag|day|eur)-?\d)[^\W\d_]+[-\u2011]?\d[\w+]*(?:-\d+[\w+-]*)?
              | \b(?:bel|bellen|belt|call|nummer|lijn|line|of|or|en|and|is|via)\s+(?:naar\s+)?11[23]\b
              | \b11[23](?=\s*(?:,|\.|\)|of\b|or\b|bellen|bel\b|zelfmoord|\.nl|als|wanneer|voor|$)) | \b0800-0113\b )
    | (?P<iso> \b(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?![\d-]) )
    | (?P<dmy> \b\d{{1,2}}[-/]\d{{1,2}}[-/](?:19|20)\d\d\b )
    | (?P<daymonth> \b\d{{1,2}}(?:e|ste|de|st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH})\b\.?(?:,?\s+(?:19|20)\d\d\b)? )
    | (?P<monthday> \b(?:{_MONTH})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d\b )
    | (?P<monthyear> \b(?:{_MONTH})\.?\s+(?:van\s+|of\s+)?(?:19|20)\d\d\b )
    | (?P<month> \b(?:{_MONTH})\b(?<!\bmay)(?<!\bmarch)(?<!\bjan)(?<!\bmar)(?<!\bdec) )
    | (?P<decade> \bjaren[ ]['’]?\w+\b | \b(?:19|20)\d0s\b | \b(?:nine|eigh|seven)ties\b | ['’]\d0s\b )
    | (?P<phone> \b0\d{{2,3}}[- ]\d{{4,7}}\b | \b0\d{{9}}\b )
    | (?P<clock> \b\d{{1,2}}:\d\d\b | \b\d{{1,2}}\.\d\d(?=\s*uur) )
    | (?P<power> \b\d+(?:[.,]\d+)?\s*[x×]\s*10\^?[eE]?\d(?=\s*(?:/|CD|cel|\b)) )
    | (?P<number> \b\d{{1,3}}(?:[.,]\d{{3}})+(?![\d])(?:[.,]\d+)? | \d+(?:[.,]\d+)? )(?P<suffix> (?:ste|de|e|st|nd|rd|th)\b )?
    | (?P<word> [^\W\d_]+(?:['’-][^\W\d_]+)* )
    | (?P<mark> [^\w\s] | _ )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LINKING = frozenset("- – — , tot en met t m / a of to and or up including ongeveer circa ca maximaal wel".split())
_ONE_OF = frozenset("een a an per elk elke ieder iedere every each past afgelopen last vorig".split())
_BETWEEN = frozenset("extra full whole other more consecutive dutch working".split())
_NOT_ORDINAL = frozenset({"lijn", "lijns", "line", "opinion", "kamer", "wereld"})


def figures(text: str) -> list[Figure]:
    """All figures in a text, in order. Links, placeholders, list numbers and emergency numbers are left out."""
    tokens = _tokens(text)
    found: list[tuple[int, Figure]] = []
    following: tuple[int, Figure, bool] | None = None
    # From right to left, so that in "2 of 3 weken" the unit is known before the number that borrows it is met.
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if token.date is not None:
            found.append((index, Figure(token.text, date=token.date)))
            following = None
        elif token.kind in {"decade", "phone"}:
            found.append((index, Figure(token.text, token.value, token.kind, token.value)))
        elif token.value is not None:
            figure = _number(tokens, index, following)
            if figure is not None:
                found.append((index, figure))
                following = (index, figure, token.scaled)
    return _with_ratios(tokens, list(reversed(found)))


def _tokens(text: str) -> list[_Token]:
    text = unicodedata.normalize("NFKC", text).replace("\u2212", " ").replace("24/7", "24 uur per dag, 7 dagen per week")
    text = re.sub(r"^\s*\d+[.)]\s", " ", text, flags=re.MULTILINE)
    english = len(re.findall(r"\b(?:the|and|with|for)\b", text)) > len(re.findall(r"\b(?:de|het|een|en|van)\b", text))
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        kind = "ordinal" if kind == "suffix" else kind
        if kind == "word":
            tokens.extend(_word_tokens(match.group(), match.start(), english))
        elif kind != "skip":
            tokens.append(_digit_token(kind, match))
    return _scaled(tokens)


def _digit_token(kind: str, match: re.Match[str]) -> _Token:
    raw = match.group()
    token = _Token(kind, raw, match.start())
    if kind in {"iso", "dmy", "daymonth", "monthday", "monthyear", "month"}:
        token.date = _date(raw)
    elif kind == "decade":
        token.value = _decade(raw)
    elif kind == "phone":
        token.value = Fraction(int(re.sub(r"\D", "", raw)))
    elif kind == "clock":
        hours, minutes = re.split(r"[:.]", raw)
        token.value = int(hours) + Fraction(int(minutes), 60)
    elif kind == "power":
        base, exponent = re.split(r"\s*[x×]\s*10\^?[eE]?", raw)
        token.value, token.scaled = _digits(base) * 10 ** int(exponent), True
    elif kind in {"number", "ordinal"}:
        token.value = _digits(match.group("number"))
    return token


def _digits(raw: str) -> Fraction:
    """The value of digits, "50.000" and "65,000" being thousands and "0,5" and "0.07" decimals."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*", raw):
        return Fraction(int(re.sub(r"[.,]", "", raw)))
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+[.,]\d+", raw):
        whole, part = re.split(r"[.,](?=\d+$)", raw)
        return Fraction(f"{re.sub(r'[.,]', '', whole)}.{part}")
    return Fraction(raw.replace(",", "."))


def _date(raw: str) -> Day:
    numbers = [int(number) for number in re.findall(r"\d+", raw)]
    names = [MONTHS[word] for word in re.findall(r"[a-z]+", plain(raw)) if word in MONTHS]
    if not names:
        year, *rest = numbers if numbers[0] > 31 else reversed(numbers)
        return (year, rest[0], rest[1] if len(rest) > 1 else None)
    year_or_none = next((number for number in numbers if number > 31), None)
    day = next((number for number in numbers if number <= 31), None)
    return (year_or_none, names[0], day)


def _decade(raw: str) -> Fraction | None:
    word = plain(raw).removeprefix("jaren ").strip("'’")
    word = {"nineties": "90", "eighties": "80", "seventies": "70"}.get(word, word).removesuffix("s")
    number = int(word) if word.isdigit() else cardinals().get(word)
    if number is None or number % 10 or number < 20:
        return None
    return Fraction(number if number >= 1000 else 1900 + number)


def _word_tokens(raw: str, start: int, english: bool) -> list[_Token]:
    word = plain(raw)
    if word in cardinals() and not (word == "een" and "é" not in raw.lower()) and not (word == "ten" and not english):
        return [_Token("cardinal", raw, start, Fraction(cardinals()[word]))]
    if word in ordinals():
        return [_Token("ordinal", raw, start, Fraction(ordinals()[word]))]
    if word in SHARES:
        return [_Token("share", raw, start, SHARES[word])]
    first, hyphen, rest = raw.partition("-")
    if hyphen and (plain(first) in cardinals() or plain(first) in ordinals()):
        tail = _word_tokens(rest, start + len(first) + 1, english)
        return [*_word_tokens(first, start, english), _Token("mark", "-", start + len(first)), *tail]
    for beginning, value in beginnings():
        if word.startswith(beginning):
            ending = word.removeprefix(beginning)
            if ending in {"enhalf", "enhalve", "eneenhalf", "eneenhalve"}:
                return [_Token("cardinal", raw, start, value + Fraction(1, 2))]
            if ending in ENDINGS:
                unit = ENDINGS[ending]
                number = _Token("cardinal", raw, start, Fraction(value))
                return [number, _Token("word", unit, start)] if unit else [number]
    return [_Token("word", raw, start)]


def _scaled(tokens: list[_Token]) -> list[_Token]:
    """Joins "3" and "miljoen", "two" and "hundred"."""
    joined: list[_Token] = []
    for token in tokens:
        scale = SCALES.get(plain(token.text)) if token.kind in {"word", "cardinal"} else None
        before = joined[-1] if joined else None
        if scale and before and before.value is not None and before.kind in {"number", "cardinal", "share"}:
            joined[-1] = replace(
                before, kind="number", text=f"{before.text} {token.text}", value=before.value * scale, scaled=True
            )
        elif scale and token.value is None:
            joined.append(replace(token, kind="cardinal", value=Fraction(scale), scaled=True))
        else:
            joined.append(token)
    return joined


def _number(tokens: list[_Token], index: int, following: tuple[int, Figure, bool] | None) -> Figure | None:
    token = tokens[index]
    value = token.value
    assert value is not None
    before = plain(tokens[index - 1].text) if index else ""
    after = plain(tokens[index + 1].text) if index + 1 < len(tokens) else ""
    if token.kind == "ordinal":
        following_word = after if after != "-" or index + 2 >= len(tokens) else plain(tokens[index + 2].text)
        if before == "ten" or following_word in _NOT_ORDINAL:
            return None
        if after in {"van", "deel", "of"} and before in {"een", "a", "one", "twee", "two", "1", "2"} and value > 2:
            share = (2 if before in {"twee", "two", "2"} else 1) / value
            return Figure(f"{before} {token.text}", share * 100, "percent", share * 100)
        return Figure(token.text, value, None, value, ordinal=True)
    unit, factor, shown = _unit(tokens, index)
    if token.kind == "clock":
        unit, factor = "minute", 60
    if token.kind == "share" and unit is None:
        if after in SCALES or (index + 1 < len(tokens) and tokens[index + 1].date):
            return None
        return Figure(token.text, value * 100, "percent", value * 100)
    if token.kind == "number" and unit is None and re.fullmatch(r"(19|20)\d\d", token.text):
        return Figure(token.text, value, date=(int(value), None, None))
    if unit is None and following and _linked(tokens, index, following[0]):
        unit = following[1].unit
        right = following[1]
        factor = int(right.amount / right.value) if unit and right.amount and right.value else 1
        if following[2] and not token.scaled and right.value and right.value >= 1000:
            value *= _scale_of(right.value)
    return Figure(f"{token.text}{shown}", value, unit, value * factor)


def _scale_of(value: Fraction) -> int:
    return 10**6 if value >= 10**6 else 1000


def _unit(tokens: list[_Token], index: int) -> tuple[str | None, int, str]:
    """The unit that goes with a number: normalised, its factor, and as written."""
    year = re.fullmatch(r"(19|20)\d\d", tokens[index].text)
    after = [token for token in tokens[index + 1 : index + 6]]
    if after and after[0].text == "-":
        after = after[1:]
    if not after:
        return _unit_before(tokens, index)
    words = [plain(token.text) for token in after]
    name = next((part for part in (words[0], words[0].split("-")[-1]) if part in UNITS), None)
    adjective = after[0].kind == "word" and (words[0].endswith("e") or words[0] in _BETWEEN)
    if name is None and adjective and not year and len(words) > 1 and words[1].split("-")[-1] in UNITS:
        name = words[1].split("-")[-1]
    if name is None or (len(name) == 1 and name.isalpha() and tokens[index].kind not in {"number", "power"}):
        return _unit_before(tokens, index)
    unit, factor = UNITS[name]
    shown = f" {after[0].text}" if name == words[0] else f" {after[0].text} {after[1].text}" if name != "%" else name
    if unit in {"mg", "g"} and words[1:3] in (["/", "kg"], ["per", "kg"], ["per", "kilo"], ["per", "kilogram"]):
        return f"{unit}/kg", factor, shown + "/kg"
    return unit, factor, shown


def _unit_before(tokens: list[_Token], index: int) -> tuple[str | None, int, str]:
    before = plain(tokens[index - 1].text) if index else ""
    if before in {"€", "eur", "euro", "nok"}:
        return (*UNITS[before], "")
    if before in {"to", "tot", "-", "–"} and index > 2 and plain(tokens[index - 3].text) in {"€", "eur", "euro", "nok"}:
        return (*UNITS[plain(tokens[index - 3].text)], "")
    return None, 1, ""


def _linked(tokens: list[_Token], left: int, right: int) -> bool:
    between = [plain(token.text) for token in tokens[left + 1 : right]]
    return 0 < len(between) <= 5 and all(word in _LINKING for word in between)


def _with_ratios(tokens: list[_Token], found: list[tuple[int, Figure]]) -> list[Figure]:
    """Adds up "1 op de 100" into one figure of 1%, which keeps its two numbers as parts."""
    result: list[Figure] = []
    for index, figure in found:
        words = [plain(token.text) for token in tokens[max(0, index - 3) : index]]
        whole = figure.value if figure.date is None and figure.unit in {None, "person"} else None
        ratio = next((n for n in (2, 1) if tuple(words[-n:]) in _OF_EACH), None)
        first = result[-1] if result and ratio and len(words) > ratio else None
        if whole and first and first.value is not None and tokens[index - (ratio or 0) - 1].text in first.text:
            if first.unit in {None, "person"} and first.value < whole:
                share = first.value / whole * 100
                between = " ".join(words[-(ratio or 0) :])
                text = f"{first.text} {between} {figure.text}"
                result[-1] = Figure(text, share, "percent", share, parts=(first, figure))
                continue
        elif whole and ratio and len(words) > ratio and words[-ratio - 1] == "een":
            share = 100 / whole
            result.append(Figure(f"een {' '.join(words[-ratio:])} {figure.text}", share, "percent", share, parts=(figure,)))
            continue
        result.append(figure)
    return result


_OF_EACH = frozenset({("op", "de"), ("op", "elke"), ("op",), ("van", "de"), ("in",), ("out", "of"), ("of",), ("in", "every")})


def unsupported(text: str, evidence: Iterable[str]) -> list[Figure]:
    """The figures of a text that stand in none of the evidence texts.

    First ones ("de eerste", "first") need no evidence: they count nothing.
    """
    known = [figure for piece in evidence for figure in (*figures(piece), *_single_units(piece))]
    known += [part for figure in known for part in figure.parts]
    return [
        figure
        for figure in figures(text)
        if not (figure.ordinal and figure.value == 1) and not _supported(figure, known)
    ]


def _single_units(text: str) -> list[Figure]:
    """In evidence, "a year" or "per week" also says one year, one week."""
    found = []
    words = re.findall(r"[^\W\d_]+", plain(text))
    for before, word in zip(words, words[1:], strict=False):
        unit, factor = UNITS.get(word, (None, 1))
        if before in _ONE_OF and unit in DURATIONS:
            found.append(Figure(f"{before} {word}", Fraction(1), unit, Fraction(factor)))
    return found


def _supported(claim: Figure, known: list[Figure]) -> bool:
    if any(supports(figure, claim) for figure in known):
        return True
    return bool(claim.parts) and all(any(supports(figure, part) for figure in known) for part in claim.parts)


def supports(evidence: Figure, claim: Figure) -> bool:
    """Whether one figure in a source supports one in an answer.

    A date supports itself and its less precise forms. A number with a unit must have the same unit in the source, or
    none at all there ("18 to 50" supports "50 jaar"), but a percentage, dose or price always needs its own unit.
    """
    if claim.date is not None:
        if evidence.date is None:
            return False
        return all(part in (None, known) for part, known in zip(claim.date, evidence.date, strict=True))
    if evidence.date is not None:
        return False
    if claim.unit is not None and claim.unit == evidence.unit:
        return claim.amount == evidence.amount
    if claim.value != evidence.value or claim.unit in _OWN_UNIT or evidence.unit in _OWN_UNIT:
        return False
    return claim.unit is None or evidence.unit is None
