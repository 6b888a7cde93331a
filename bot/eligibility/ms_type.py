"""Reads which form of MS someone has."""

from __future__ import annotations

import re

from bot.eligibility.criteria import Criterion
from bot.eligibility.mention import Mention
from bot.eligibility.message import Message, Reading
from bot.eligibility.yes_no import unsure

_NEGATED = re.compile(
    r"\b(?:geen|niet|nog geen|gene|zonder|nooit|ipv|in plaats van|niet meer)(?: (?:de|echt|meer|een|zozeer))?\s*$"
)
_NEGATED_AFTER = re.compile(
    r"^\s*(?:heb ik|is het|dus|zeker|in elk geval)?\s*(?:niet|nog niet)\b(?! (?:zeker|goed|leuk|alleen))"
)
_NOW = re.compile(r"\b(?:nu|inmiddels|tegenwoordig|overgegaan|geworden|overgang|daarna|sinds|momenteel|overgaan)\b")
_FORMER = re.compile(r"\b(?:eerst|was|had|begonnen|vroeger|begon|voorheen|daarvoor|gestart|begin)\b")
_LATER = re.compile(
    r"\b(?:wordt|worden|gaat worden|overgang|richting|tegen .* aan|neigt|vermoeden|vermoedt|denkt aan|"
    r"denken aan|denken ze|misschien|"
    r"mogelijk|bang)\b"
)
_NO_MS = re.compile(
    r"\b(?:geen|niet) (?:ms|multiple sclerose)\b|\bms heb ik niet\b|\bik heb (?:helemaal |zelf )?geen ms\b"
)
_NO_DIAGNOSIS = re.compile(
    r"\b(?:geen|nog geen|wacht op|loopt nog)[^,]*\b(?:diagnose|diagnosis)\b|\bdiagnose (?:loopt|nog niet|"
    r"is nog niet)\b"
)
_ATTACKS = re.compile(
    r"\b(?:schubs|sjubs|schups|schubben|aanvallen|opstoten|relapses|opflakkeringen)\b|\bschubvormig|\baanvalsgewijs|"
    r"\b(?:af en toe|soms|regelmatig|steeds|telkens|elk jaar) (?:weer )?een (?:schub|sjub|aanval|opstoot|relapse)\b"
)
_PRIMARY = re.compile(
    r"\bprimai?re?\b|\bprimair\w*|\bprogres\w+ (?:al )?(?:vanaf|van) (?:het|'t) begin\b|\bvanaf het begin progres"
)
_SECONDARY = re.compile(r"\bse[ck]undair\w*|\bse[ck]undaire?\b")
_PROGRESSIVE = re.compile(r"\b(?:progressie(?:f|ve)|progresief|progressive)\b|\bachteruitgaande vorm\b")
_OTHER_FORM = re.compile(r"\b(?:een )?andere (?:vorm|soort|variant)\b|\biets anders\b")


def ms_type(message: Message, criterion: Criterion, asked: bool) -> Reading | None:
    """Option for the criterion `ms_type`, of which only RRMS is met (2019 Q&A); None when the message is not clear."""
    text = message.statement
    named = [mention for mention in message.of_kind("ms_type") if not _is_negated(message, mention)]
    if named:
        return _from_names(message, named, asked)
    if _NO_MS.search(text) and not re.search(r"\bgeen ms[- ](?:remmer|medi)", text):
        return Reading("no_ms", True, text)
    if not asked:
        return None
    short = re.fullmatch(r"(?:ja|nee|de)?[, ]*(rr|sp|pp)", text)
    if short:
        return Reading(f"{short[1]}ms", True, text)
    if unsure(text):
        return None
    if _NO_DIAGNOSIS.search(text):
        return Reading("unknown", True, text)
    if re.search(r"\b(?:geen|zonder|nooit|niet)\b[^,]{0,15}\b(?:schub|aanval|opsto|relapse)", text):
        return None
    for pattern, option in ((_PRIMARY, "ppms"), (_SECONDARY, "spms")):
        if pattern.search(text):
            return Reading(option, True, text)
    if _PROGRESSIVE.search(text):
        negated = re.search(r"\b(?:geen|niet|nog niet)\b[^,]{0,12}\bprogres", text)
        return None if negated else Reading("other", True, text)
    if _ATTACKS.search(text):
        return Reading("rrms", True, text)
    if _OTHER_FORM.search(text):
        return Reading("other", True, text)
    return None


def _from_names(message: Message, named: list[Mention], asked: bool) -> Reading | None:
    text = message.statement
    values = {mention.value for mention in named}
    doubt = bool(unsure(text))
    if len(values) > 1:
        chosen = _latest(message, named)
        if chosen is None:
            return Reading("unknown", True, text) if asked else None
    else:
        chosen = named[-1]
        around = _chunk(message, chosen)
        if chosen.value != "RRMS" and _LATER.search(around):
            doubt = True
    if doubt:
        return Reading("unknown", True, text) if asked else None
    hedged = (
        bool(re.search(r"\b(?:denk|geloof|volgens mij|waarschijnlijk|dacht|vermoedelijk)\b", text))
        or "?" in message.plain
    )
    return Reading(chosen.value.lower(), not hedged, message.text[chosen.start : chosen.end])


def _latest(message: Message, named: list[Mention]) -> Mention | None:
    """Of two forms, the one a person has now: "eerst RRMS, nu SPMS"; None when it cannot be told."""
    first, last = named[0], named[-1]
    between = message.plain[first.end : last.start]
    before = message.plain[: first.start]
    after = message.plain[last.end :]
    if re.search(r"\b(?:bedoel|bedoelde|nee|sorry|correctie|wacht)\b", between) or re.search(r"\bik zei\b", before):
        return last
    if _LATER.search(between) and not re.search(r"\b(?:is|nu|overgegaan)\b", between):
        return None
    if _FORMER.search(between) and not _NOW.search(between):
        return first
    if _NOW.search(between) or _NOW.search(after) or _FORMER.search(before):
        return last
    return None


def _is_negated(message: Message, mention: Mention) -> bool:
    chunk = next((chunk for chunk in message.chunks if chunk.start <= mention.start < chunk.end), None)
    left = chunk.start if chunk else 0
    right = chunk.end if chunk else len(message.plain)
    return bool(
        _NEGATED.search(message.plain[left : mention.start])
        or _NEGATED_AFTER.search(message.plain[mention.end : right])
    )


def _chunk(message: Message, mention: Mention) -> str:
    return next((chunk.text for chunk in message.chunks if chunk.start <= mention.start < chunk.end), "")
