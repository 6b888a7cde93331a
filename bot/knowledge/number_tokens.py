"""Cuts running text into words, numbers and dates, with their values: the first step of `numbers`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.knowledge.number_words import (
    ENDINGS,
    MONTHS,
    SCALES,
    SHARES,
    beginnings,
    cardinals,
    ordinals,
    plain,
)

Day = tuple[int | None, int | None, int | None]


@dataclass(frozen=True)
class Token:
    """A piece of text with what it is worth.

    Attributes:
        kind: number, cardinal, ordinal, share, power, clock, decade, phone, name, word, mark, or a form of date.
        text: as written.
        value: the number, if it is one.
        date: year, month and day, if it is a date; parts may be unknown.
        scaled: "miljoen", "x 10^6" and the like are part of the value.
    """

    kind: str
    text: str
    value: Fraction | None = None
    date: Day | None = None
    scaled: bool = False


_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_TOKEN = re.compile(
    rf"""
      (?P<skip> https?://\S+ | www\.\S+ | \{{\w*\}} | \b\d{{4}}-\d{{6}}-\d{{2}}\b
              | \b(?:bel|bellen|belt|call|nummer|lijn|line)\s+(?:naar\s+|het\s+)?11[23]\b(?:\s+(?:of|or)\s+11[23]\b)?
              | \b11[23](?=\s*(?:bellen|bel\b|zelfmoord|\.nl|,?\s+als\b|,?\s+wanneer\b|,?\s*dag\ en\ nacht))
              | \b11[23]\s+(?:of|or)\s+0800-0113\b | \b0800-0113\b )
    | (?P<name> \bCD[ ]34\b
              | \b(?!(?:fase|phase|stap|step|groep|group|dag|day|week|eur)-?\d)
                [^\W\d_]+[-\u2011]?\d[^\W_]*(?:-\d[^\W_]*)* )
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
    | (?P<number> \b\d{{1,3}}(?:[.,]\d{{3}})+(?![\d])(?:[.,]\d+)? | \d+(?:[.,]\d+)? )
      (?P<suffix> (?:ste|de|e|st|nd|rd|th)\b )?
    | (?P<word> [^\W\d_]+(?:['’-][^\W\d_]+)* )
    | (?P<mark> [^\w\s] | _ )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def tokenise(text: str) -> list[Token]:
    """The words, numbers and dates of a text; without links, placeholders, list numbers and emergency numbers."""
    text = (
        unicodedata.normalize("NFKC", text).replace("\u2212", " ").replace("24/7", "24 uur per dag, 7 dagen per week")
    )
    text = re.sub(r"^\s*\d+[.)]\s", " ", text, flags=re.MULTILINE)
    english = len(re.findall(r"\b(?:the|and|with|for)\b", text)) > len(re.findall(r"\b(?:de|het|een|en|van)\b", text))
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        kind = "ordinal" if kind == "suffix" else kind
        if kind == "word":
            tokens.extend(_word_tokens(match.group(), english))
        elif kind != "skip":
            tokens.append(_digit_token(kind, match))
    return _scaled(tokens)


def _digit_token(kind: str, match: re.Match[str]) -> Token:
    raw = match.group()
    if kind in {"iso", "dmy", "daymonth", "monthday", "monthyear", "month"}:
        return Token(kind, raw, date=_date(raw))
    if kind == "decade":
        return Token(kind, raw, _decade(raw))
    if kind == "phone":
        return Token(kind, raw, Fraction(int(re.sub(r"\D", "", raw))))
    if kind == "clock":
        hours, minutes = re.split(r"[:.]", raw)
        return Token(kind, raw, int(hours) + Fraction(int(minutes), 60))
    if kind == "power":
        base, exponent = re.split(r"\s*[x×]\s*10\^?[eE]?", raw)
        return Token(kind, raw, _digits(base) * 10 ** int(exponent), scaled=True)
    return Token(kind, raw, _digits(match.group("number")) if kind in {"number", "ordinal"} else None)


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


def _word_tokens(raw: str, english: bool) -> list[Token]:
    word = plain(raw)
    if word in cardinals() and not (word == "een" and "é" not in raw.lower()) and not (word == "ten" and not english):
        return [Token("cardinal", raw, Fraction(cardinals()[word]))]
    if word in ordinals():
        return [Token("ordinal", raw, Fraction(ordinals()[word]))]
    if word in SHARES:
        return [Token("share", raw, SHARES[word])]
    first, hyphen, rest = raw.partition("-")
    if hyphen and (plain(first) in cardinals() or plain(first) in ordinals()):
        tail = _word_tokens(rest, english)
        return [*_word_tokens(first, english), Token("mark", "-"), *tail]
    for beginning, value in beginnings():
        if word.startswith(beginning):
            ending = word.removeprefix(beginning)
            if ending in {"enhalf", "enhalve", "eneenhalf", "eneenhalve"}:
                return [Token("cardinal", raw, value + Fraction(1, 2))]
            if ending in ENDINGS:
                unit = ENDINGS[ending]
                number = Token("cardinal", raw, Fraction(value))
                return [number, Token("word", unit)] if unit else [number]
    return [Token("word", raw)]


def _scaled(tokens: list[Token]) -> list[Token]:
    """Joins "3" and "miljoen", "two" and "hundred"."""
    joined: list[Token] = []
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
