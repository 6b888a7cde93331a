"""Which drugs a person says to use, to have used, to plan, or never to have had."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from bot.eligibility.mention import Mention
from bot.eligibility.message import Message
from bot.eligibility.moments import Moment, moments


class Use(Enum):
    """What is said about a drug. NAMED: nothing but its name. OTHER: something that is not about using it."""

    NAMED = "named"
    NOW = "now"
    PAST = "past"
    NEVER = "never"
    PLANNED = "planned"
    OTHER = "other"


@dataclass(frozen=True)
class DrugUse:
    """A list of drugs that share what is said about them ("ocrevus of lemtrada nooit gehad").

    Attributes:
        drugs: generic names.
        use: what is said.
        recent: for past use, whether it ended within the last 12 months; None when that cannot be told.
        start: where the words about it begin in the message.
        end: where they end.
    """

    drugs: tuple[str, ...]
    use: Use
    recent: bool | None
    start: int
    end: int


_LIST = re.compile(r"^[\s,/+&]*(?:of|en|noch|en ook|of ook|en/of|plus|dan wel)?[\s,]*(?:de |het )?$")
# "gebruikt" is past only with "heb": "ze gebruikt copaxone" is now.
_PERFECT = re.compile(
    r"\b(?:gehad|geslikt|gespoten|gekregen|genomen|geprobeerd|ingenomen|ondergaan)\b|\b(?:heb|hebt|heeft|"
    r"hebben|had|hebben|nooit|ooit)\b.*\bgebruikt\b"
)
_OTHER_SUBJECT = re.compile(
    r"\b(?:schub|sjub|aanval|relapse|mri|scan|plek|rrms|spms|ppms|lopen|loop|meter|jaar oud|ik ben \d)"
)
_USED = r"(?:gehad|gebruikt|geslikt|gespoten|gekregen|genomen|geprobeerd|ingenomen|ondergaan)"
_NEVER_BEFORE = re.compile(
    r"\b(?:nooit|niet|geen|gene|zonder|noch|nimmer|nog nooit|niks van|niets van|nog geen|nie|behalve|"
    r"nergens)\b(?P<gap>[^,]*)$"
)
_NEVER_AFTER = re.compile(
    r"^(?P<gap>(?: (?:heb|heeft|hebben|is|ook|nog|zelf|ik|hij|zij|ze|dus|gelukkig|echt|zeker|wilde|wou|"
    r"mocht|kreeg|gebruik|gebruikt|slik|neem|krijg|dat|die|absoluut|ooit|of zo|in elk geval|helemaal|"
    r"ik heb|nou)\b)*)"
    r" (?:nooit|niet|nie|nog niet|geweigerd|afgewezen|nimmer)\b(?! (?:meer|goed|verdragen|tegen|genoeg|zo|"
    r"lang|geholpen|gewerkt|bevallen|voldoende|altijd|elke|iedere|tot|volgehouden|aangeslagen|de ander\w*|"
    r"die ander\w*|de rest|de overige))"
)
# "lemtrada nee, ocrevus ook nee" and "lemtrada: ja": a verdict behind each name.
_VERDICT_NO = re.compile(
    r"^[\s,:=?.-]*(?:(?:ook|dus|zeker|echt|dan|nog|sowieso|en) )*(?:ne+e+n?|nope|no|nooit|niet)(?: (?:ook|"
    r"hoor))?[\s,.!;]*$"
)
_STOPPED = re.compile(
    r"\b(?:gestopt|stopte|stopten|gestaakt|afgebroken|afgebouwd|opgehouden|niet meer|geen\b.*\bmeer|"
    r"daarvoor|ervoor|voordien|vroeger|eerder|"
    r"eerst|voorheen|destijds|toen|gebruikte|slikte|kreeg|nam|spoot|had|was|tot|ooit|gewisseld|werkte|"
    r"hielp|verdroeg|verdragen|moest stoppen|af)\b"
)
_STOPPED_SURELY = re.compile(
    r"\b(?:gestopt|stopte|stopten|gestaakt|afgebroken|afgebouwd|opgehouden|niet meer|geen\b.*\bmeer|"
    r"daarvoor|ervoor|voordien|in het verleden|ooit|vroeger|voorheen|destijds|moest stoppen|eraf|er af)\b|\btot\b"
)
_ONGOING = re.compile(
    r"\b(?:sinds|vanaf|nu|momenteel|gestart|begonnen|startte|begon|nog steeds|tegenwoordig|inmiddels|"
    r"op dit moment|slik|gebruik|neem|spuit|krijg|slikt|gebruikt|neemt|krijgt|zit (?:ik )?(?:nu )?(?:op|"
    r"aan)|ben aan|loop)\b"
)
_PLANNED = re.compile(
    r"\b(?:wil|willen|wilt|wou|wilde|ga|gaan|gaat|zou|zouden|moet|mag|kan|start|begin|beginnen|starten|"
    r"overstappen|overweeg|overweegt|"
    r"voorgesteld|aangeboden|aangeraden|geadviseerd|voorstel|binnenkort|straks|volgende (?:week|maand|"
    r"jaar)|over (?:een|twee|\d) (?:week|weken|maand|maanden)|"
    r"gepland|planning|wachtlijst|misschien|plan|eventueel|later|stelt\b.*\bvoor|voorgesteld|adviseert|"
    r"wacht (?:\w+ )?op|wachten op|goedkeuring|aangevraagd)\b"
)
_NOT_PLANNED = re.compile(r"\b(?:moest|mocht|begonnen|gestart|gestopt|stoppen|kan niet zonder|nu)\b")
# Thought of, but it never came to it.
CONSIDERED = re.compile(
    r"\b(?:overwogen|over\s+(?:\w+ )?(?:gedacht|gesproken|gehad)|nagedacht|sprake|van plan|plan|gepland|"
    r"bedoeling)\b[^.]*\b(?:nooit|niet|"
    r"nog niet|niets|niks)\b|\b(?:niet|nooit) (?:gedaan|gekozen|genomen|doorgegaan|aan begonnen|mee begonnen|"
    r"begonnen|gestart|mee gestart|gekomen)\b|"
    r"\bging niet door\b|"
    r"\bkwam er niet van\b"
)
_NOT_USE = re.compile(
    r"\b(?:bang voor|gelezen|lees|las|gehoord|hoor|ken|kent|twijfel|informatie|bijwerkingen van|folder)\b"
)


def drug_uses(message: Message) -> list[DrugUse]:
    """What the message says about each list of drugs in it, in order of appearance."""
    groups = list(_groups(message))
    uses = []
    for number, group in enumerate(groups):
        left, right = _segment(message, groups, number)
        uses.append(_use(message, group, left, right))
    # "tecfidera en later ocrevus, beide gestopt in 2018"
    if len(uses) > 1 and re.search(
        r"\b(?:beide|beiden|allebei|alle (?:twee|drie)|allemaal)\b", message.plain[uses[-1].start :]
    ):
        return [replace(use, use=uses[-1].use, recent=uses[-1].recent) for use in uses]
    return uses


def _groups(message: Message) -> Iterator[list[Mention]]:
    group: list[Mention] = []
    for mention in message.of_kind("drug"):
        if group and not _LIST.match(message.plain[group[-1].end : mention.start]):
            yield group
            group = []
        group.append(mention)
    if group:
        yield group


def _segment(message: Message, groups: list[list[Mention]], number: int) -> tuple[int, int]:
    """Where the words about a list of drugs begin and end: its chunks, and later ones that name nothing else."""
    first, last = groups[number][0], groups[number][-1]
    before = groups[number - 1][-1].end if number else 0
    after = groups[number + 1][0].start if number + 1 < len(groups) else len(message.plain)
    left, right = first.start, last.end
    position = None
    for index, chunk in enumerate(message.chunks):
        if chunk.start <= first.start < chunk.end:
            left = max(chunk.start, before)
            # "vorig jaar gestopt met" before a list of drugs, or "van tecfidera naar ocrevus" between two
        if chunk.start <= last.start < chunk.end:
            right, position = min(chunk.end, after), index
    if position is not None and right < after:
        for chunk in message.chunks[position + 1 :]:
            if (
                chunk.end > after
                or _OTHER_SUBJECT.search(chunk.text)
                or re.match(r"nu (?:niks|niets|geen)", chunk.text)
            ):
                break
            right = chunk.end
    elif position is not None and number + 1 < len(groups):
        # What stands between two lists in one piece belongs to the second from its linking word on.
        between = message.plain[last.end : right]
        link = re.search(
            r"\b(?:daarvoor|daarna|eerst|nu|wel|geen|niet|nooit|en|of|naar|op|dan|toen|ervoor|ook|maar)\b", between
        )
        right = last.end + link.start() if link and link.start() <= 12 else right
    return left, right


def _use(message: Message, group: list[Mention], left: int, right: int) -> DrugUse:
    before = message.plain[left : group[0].start]
    if re.match(r"\s*(?:naar|op|over op)\b", before):
        # "ik ga overstappen van tecfidera naar ocrevus": what is said of the step stands before the first drug.
        chunk = next((chunk for chunk in message.chunks if chunk.start <= group[0].start < chunk.end), None)
        before = message.plain[chunk.start : group[0].start] if chunk else before
    after = message.plain[group[-1].end : right]
    segment = f"{before} {after}"
    use, recent = _classify(before, after, segment, moments(segment, message.today))
    return DrugUse(tuple(mention.value for mention in group), use, recent, left, right)


def _classify(before: str, after: str, segment: str, times: list[Moment]) -> tuple[Use, bool | None]:
    recent = _recent(times)
    if re.search(r"\bvan $", before) and re.match(r"\s*(?:$|naar|over)", after):
        return Use.PAST if re.search(r"\bben\b|\bgegaan\b|overgestapt", before) else Use.NOW, recent
    if re.search(r"\bniet tegen\b|\bkon(?: ik)? niet\b", segment) or re.search(
        r"\b(?:werkte|hielp|werkt|helpt|sloeg|verdroeg|beviel)\b[^,]*\bniet\b|\bniet (?:verdragen|geholpen|"
        r"gewerkt|aangeslagen|bevallen|volgehouden)",
        after,
    ):
        return (Use.NOW if re.search(r"\bwerkt|\bhelpt", segment) else Use.PAST), recent
    negated = _NEVER_BEFORE.search(before)
    if negated and "wel" not in negated["gap"].split() and not re.search(r"\balleen\b", negated["gap"]):
        if re.match(r"[^,]*\bmeer\b", after) or "meer" in negated["gap"].split():
            return Use.PAST, recent
        return Use.NEVER, None
    never_after = _NEVER_AFTER.match(after.replace(",", "")) and not re.search(r"\bwel $", before)
    if never_after or _VERDICT_NO.match(after) or CONSIDERED.search(segment):
        return Use.NEVER, None
    if re.search(r"\b(?:afgeraden|geweigerd|afgewezen)\b", segment):
        return Use.NEVER, None
    if _NOT_USE.search(segment):
        return Use.OTHER, None
    if _PLANNED.search(segment) and not _NOT_PLANNED.search(segment) and not _PERFECT.search(segment):
        return Use.PLANNED, None
    if _STOPPED_SURELY.search(segment):
        return Use.PAST, recent
    if _ONGOING.search(segment) and not _PERFECT.search(segment):
        return Use.NOW, None
    if _PERFECT.search(segment) or _STOPPED.search(segment) or any(not time.since for time in times):
        return Use.PAST, recent
    return Use.NAMED, None


def _recent(times: list[Moment]) -> bool | None:
    if not times:
        return None
    answers = [time.within(12) for time in times]
    if True in answers:
        return True
    return None if None in answers else False
