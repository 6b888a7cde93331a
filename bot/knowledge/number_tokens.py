"""Cuts running text into words, numbers and dates, with their values: the first step of `numbers`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.knowledge.number_words import (
    ENDINGS,
    MONTHS,
    PARTS,
    SCALES,
    SHARES,
    UNITS,
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
              | \b(?:bel|bellen|belt|call|nummer|lijn|line)\s+(?:naar\s+|het\s+|on\s+)?11[23]\b
                (?:\s+(?:of|or)\s+11[23]\b)?
              | \b11[23](?=\s*(?:bellen|bel\b|zelfmoord|\.nl|,?\s+(?:als|wanneer|if|when)\b|,?\s*dag\ en\ nacht))
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
    text = re.sub(r"\bper cent\b", "percent", text)
    english = len(re.findall(r"\b(?:the|and|with|for)\b", text)) > len(re.findall(r"\b(?:de|het|een|en|van)\b", text))
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        kind = "ordinal" if kind == "suffix" else kind
        if kind == "word":
            tokens.extend(_word_tokens(match.group(), english))
        elif kind != "skip":
            tokens.append(_digit_token(kind, match))
    return _without_pronouns(_halves(_scaled(tokens))) if english else _scaled(tokens)


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
    tens, ones = cardinals().get(plain(first), 0), ordinals().get(plain(rest), 0)
    if hyphen and tens >= 20 and 0 < ones < 10:
        return [Token("ordinal", raw, Fraction(tens + ones))]
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
        elif token.value and _continues_hundred(joined, token):
            hundred = joined[-2]
            joined[-2:] = [
                replace(
                    hundred,
                    text=f"{hundred.text} and {token.text}",
                    value=(hundred.value or 0) + token.value,
                    scaled=False,
                )
            ]
        elif scale and token.value is None:
            joined.append(replace(token, kind="cardinal", value=Fraction(scale), scaled=True))
        else:
            joined.append(token)
    return joined


def _continues_hundred(joined: list[Token], token: Token) -> bool:
    """Whether a number goes on after "and": "two hundred and fifty". Only in words: "100 and 50" are two numbers."""
    if token.kind != "cardinal" or not token.value or token.value >= 100 or len(joined) < 2:
        return False
    return joined[-1].text.lower() == "and" and bool(re.search(r"(hundred|thousand)$", joined[-2].text.lower()))


def _halves(tokens: list[Token]) -> list[Token]:
    """English parts said in more words: "two and a half years", "half a year", "two thirds", "a quarter of an hour"."""
    joined: list[Token] = []
    for token in tokens:
        word = plain(token.text)
        last = [plain(before.text) for before in joined[-3:]]
        before = joined[-1] if joined else None
        if word in {"half", "quarter"} and last[1:] == ["and", "a"] and joined[-3].value is not None and token.value:
            number = joined[-3]
            text, value = f"{number.text} and a {token.text}", (number.value or 0) + token.value
            joined[-3:] = [replace(number, text=text, value=value)]
        elif word in PARTS and before and before.value:
            text = f"{before.text} {token.text}"
            joined[-1] = replace(before, kind="share", text=text, value=before.value / PARTS[word])
        elif word in UNITS and last[1:] in (["half", "a"], ["half", "an"]):
            joined[-1:] = [token]
        elif word in UNITS and last in (["quarter", "of", "a"], ["quarter", "of", "an"]):
            joined[-2:] = [token]
        else:
            joined.append(token)
    return joined


def _without_pronouns(tokens: list[Token]) -> list[Token]:
    """Leaves out the "one" that is no number: "no one", "the other one", "one of them", "one another"."""
    result: list[Token] = []
    for index, token in enumerate(tokens):
        before = plain(tokens[index - 1].text) if index else ""
        after = plain(tokens[index + 1].text) if index + 1 < len(tokens) else ""
        pronoun = after in _AFTER_PRONOUN or (before in _BEFORE_PRONOUN and after not in UNITS)
        one = plain(token.text) == "one" and token.kind == "cardinal"
        result.append(Token("word", token.text) if one and pronoun else token)
    return result


_AFTER_PRONOUN = frozenset({"of", "another", "either", "too", "such"})
_BEFORE_PRONOUN = frozenset("no any every each this that which the other another only good new".split())
