"""Reads a score on the EDSS scale, given as the answer to how far someone walks."""

from __future__ import annotations

import re

from bot.eligibility.criteria import Criterion
from bot.eligibility.message import Reading
from bot.eligibility.numbers import NUMBER, number
from bot.eligibility.yes_no import unsure

_EDSS = re.compile(
    rf"\bedss\b[^\d,.]{{0,30}}?(?P<n>\d(?:[.,]\d)?|{NUMBER})(?P<half> en (?:een )?half\w*)?(?![\d]|[.,]\d)"
)
# A score on its own, as the answer to the question about walking; 10 and over would be metres.
_BARE_SCORE = re.compile(
    r"(?:ja|nee|ik zit op|ik heb|ik ben|score|een)?[, ]*(?:score |een )*(?P<n>\d[.,][05])(?P<half>)"
)


def from_score(text: str, criterion: Criterion, asked: bool) -> Reading | None:
    """A score on the EDSS scale, of which the trial names the highest (registry: 5.5); scores go by half points.

    None when no score is named; `unknown` when the limit lies inside what is said ("tussen 5 en 6").
    """
    said = _EDSS.search(text) or (_BARE_SCORE.fullmatch(text) if asked else None)
    value = number(said["n"]) if said else None
    most = criterion.limits.get("edss_tenths")
    if said is None or value is None or value > 10 or most is None:
        return None
    tenths = round(value * 10) + (5 if said["half"] else 0)
    other = re.match(r"\s*(?:of|en|a|tot|-|/|naar)\s*(\d(?:[.,]\d)?)\b", text[said.end() :])
    least, highest = tenths, round((number(other[1]) or 0) * 10) if other else tenths
    if re.search(r"\b(?:onder|lager|minder|max\w*|hooguit|hoogstens)\b", said.group()):
        least, highest = 0, tenths - (0 if re.search(r"max|hoog", said.group()) else 5)
    elif re.search(r"\b(?:boven|hoger|meer|minstens|minimaal)\b", said.group()):
        least, highest = tenths + (0 if "min" in said.group() else 5), 100
    if least <= most < highest:
        return Reading("unknown", True, text) if asked else None
    return Reading("yes" if highest <= most else "no", not unsure(text), text)
