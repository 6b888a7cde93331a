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
_NOT_MS_YET = re.compile(r"\bnog (?:steeds )?geen (?:echte )?ms\b|\b(?:geen|niet) (?:echt )?ms (?:noemen|zeggen)")
_ONE_ATTACK = re.compile(
    r"\b(?:een|1|eenmalig\w*|maar een|pas een) (?:keer|maal|x|enkele|eerste)?\b|\b(?:eenmalig\w*|eenmaal|1x)\b"
)
_NO_DIAGNOSIS = re.compile(
    r"\b(?:geen|nog geen|wacht op|loopt nog)[^,]*\b(?:diagnose|diagnosis)\b|\bdiagnose (?:loopt|nog niet|"
    r"is nog niet)\b"
)
_ATTACKS = re.compile(
    r"\b(?:schubs|sjubs|schups|schubben|aanvallen|opstoten|relapses|opflakkeringen|terugvallen|inzinkingen|"
    r"opstootjes)\b|\bschubvormig|\baanvalsgewijs|"
    r"\b(?:af en toe|soms|regelmatig|geregeld|vaak|zo nu en dan|steeds|telkens|elk jaar|nog wel) (?:weer |eens |"
    r"wel )*een (?:schub|sjub|aanval|opstoot|relapse)\b"
)
# The course in a person's own words: attacks that come and go, with recovery between them.
_COMES_AND_GOES = re.compile(
    r"\b(?:komt en gaat|komen en gaan|gaat en komt|op en af|met (?:vlagen|golven|periodes|tussenpozen)|(?:in|"
    r"bij) (?:vlagen|golven)|"
    r"vlagen|tussendoor(?: \w+){0,4} (?:herstel\w*|goed|beter|niks|rust\w*|klachtenvrij)|herstel(?:t|de|"
    r"len)?\b(?: \w+){0,3} "
    r"(?:tussendoor|ertussen\w*|daarna|steeds|telkens|weer)|(?:daarna|dan|erna|tussendoor|weer|"
    r"steeds)(?: \w+){0,3} herstel\w*|"
    r"weer (?:de|het) oude|weer (?:bij|op)getrokken|weer opgeknapt|(?:helemaal|goed|grotendeels) hersteld?|"
    r"(?:knapt?|krabbelt?|kom|veert?)(?: \w+){0,4} (?:op|terug|bij|bovenop)|(?:trekt|gaat|zakt|"
    r"ebt)(?: \w+){0,3} weer (?:weg|over|bij)|"
    r"dan weer (?:een (?:tijd|poos|hele tijd)|maanden|weken|jaren|lang)?(?: \w+){0,2} ?(?:niks|niets|goed|beter|over|"
    r"weg|rust\w*))\b"
)
_ATTACK_WORD = re.compile(r"\b(?:schub|sjub|aanval|opstoot|terugval(?:len)?|relaps\w*|opflakkering|inzinking(?:en)?)\b")
_DECLINE = re.compile(
    r"\b(?:langzaam|geleidelijk|gestaag|sluipend|steeds|elk jaar|ieder jaar|alleen maar|voortdurend|constant|almaar|"
    r"stukje bij "
    r"beetje)\b(?: \w+){0,4} (?:achteruit\w*|slechter|minder|bergafwaarts|erger)\b|\b(?:achteruit|slechter|"
    r"bergafwaarts)\b"
    r"(?: \w+){0,3} (?:langzaam|geleidelijk|gestaag|sluipend)\b"
)
_FROM_START = re.compile(
    r"\b(?:vanaf|van|sinds) (?:het|'t|t|de|dag) (?:begin|start|eerste dag|een)|\bmeteen|\baltijd al|\bvan meet af"
)
_NO_ATTACKS = re.compile(
    r"\b(?:geen|zonder|nooit|niet|nul)\b[^,]{0,25}\b(?:schub|aanval|opsto|relapse|terugval|vlagen|herstel|"
    r"opflakkering)\w*"
)
_NOT_PROGRESSIVE = re.compile(
    r"\bprogres\w+ (?:\w+ ){0,2}niet\b|"
    r"\b(?:geen|niet|nog niet|zonder)\b[^,]{0,15}\b(?:progres|primair|secundair)\w*(?: (?:progres\w+|vorm|ms|variant|"
    r"soort))*"
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
    if asked and _NOT_MS_YET.search(text):
        return Reading("cis", False, text) if _ONE_ATTACK.search(text) else Reading("unknown", True, text)
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
    text = _NOT_PROGRESSIVE.sub(" ", text)
    if _DECLINE.search(text):
        return _declining(text)
    if _NO_ATTACKS.search(text):
        return None
    for pattern, option in ((_PRIMARY, "ppms"), (_SECONDARY, "spms")):
        if pattern.search(text):
            return Reading(option, True, text)
    if _PROGRESSIVE.search(text):
        return Reading("other", True, text)
    if _ATTACKS.search(text):
        return Reading("rrms", True, text)
    if _COMES_AND_GOES.search(text):
        return Reading("rrms", bool(_ATTACK_WORD.search(text)), text)
    if _OTHER_FORM.search(text):
        return Reading("other", True, text)
    return None


def _declining(text: str) -> Reading | None:
    """A steady decline in one's own words; only with no attacks at all, or attacks in the past, is that an answer."""
    if _NO_ATTACKS.search(text):
        return Reading("ppms" if _FROM_START.search(text) else "other", False, text)
    if _FROM_START.search(text):
        return Reading("ppms", False, text)
    if (_ATTACKS.search(text) or _ATTACK_WORD.search(text)) and _FORMER.search(text):
        return Reading("spms", False, text)
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
    if re.search(r"\b(?:officieel|nog steeds|nog altijd|gelukkig nog|op papier)\b[^,]*$", between):
        return last
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
