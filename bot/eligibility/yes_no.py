"""Plain yes, no and "I don't know" in Dutch and Flemish, as people type them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Polarity(Enum):
    """Which way a plain answer goes."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Plain:
    """A plain answer at the start of a message: its direction, whether it was sure, and the words after it."""

    polarity: Polarity
    certain: bool
    rest: str


_FILLER = re.compile(
    r"^(?:(?:uh+m*|eh+m*|euh+m*|hm+|m+h?m+|nou(?: ja)?|tja+|ach|och|oh+|ah+|he|amai|zeg|ja zeg|welnu|allez|"
    r"awel|goh|poeh|pff+|"
    r"eigenlijk|eerlijk gezegd|om eerlijk te zijn|even denken|sorry|oke dan(?= \w)|dan(?= (?:liever|maar|toch) )|wel|"
    r"mwah|mja|gewoon|jongen|meid|"
    r"god|gut)\b[ ,.!]*)+"
)
_HEDGE = (
    r"(?: (?:denk ik|denkik|geloof ik|volgens mij|dacht ik|ik denk|vermoed ik|waarschijnlijk|neem ik aan|"
    r"hoop ik|toch|vermoedelijk|ongeveer|min of meer))"
)
_UNSURE = re.compile(
    r"\b(?:k?weet|wist)(?: \w+){0,4}? (?:niet|nie|ni|nt)\b|\bweet (?:ik )?veel\b|"
    # Typed in haste or as spoken: "weetnie", "k wee nie", "wnie", "kweeni", "gnidee".
    r"\b'?k? ?w(?:eet|ee|eed|et|it|t)?(?: ?(?:ik|k|et|t|het))?(?:niet?|ni)\b|\b'?k? ?(?:wee|weet|wit) (?:et |"
    r"t )?nie?t?\b|"
    r"\bg(?:ee)?e?n ?idee\b|\bg1 idee\b|\bweten doe ik (?:het |t |dat )?nie?t?\b|"
    r"\bniet weten of\b|"
    r"\bgeen (?:flauw |enkel )?(?:idee|benul|id)\b|\bidee?n? ?loos|\bidk\b|\bno idea\b|\bdunno\b|"
    r"\b(?:na|op)(?:vragen|zoeken|kijken|gaan|trekken)\b|\bmoet(?: ik)?(?: \w+){0,4} (?:vragen|overleggen|"
    r"nadenken|denken)\b|"
    r"\bnog niet(?: \w+){0,2} (?:na)?gedacht\b|\bniet over uit\b|\bben (?:ik )?er nog niet uit\b|\b(?:even|eerst|nog|"
    r"zou|zal|ga|wil)(?: \w+){0,6} (?:vragen aan|"
    r"overleggen|nadenken|vragen|bespreken|over praten|"
    r"over hebben|over denken|over slapen|over nagedacht|over gedacht|laten bezinken)\b|\b(?:bedenktijd|tijd nodig|"
    r"nachtje)\b|"
    r"\bniet (?:helemaal |echt |100% |heel |zo )?(?:zeker|duidelijk|bekend)\b|\bonzeker|\bonbekend|\bonduidelijk|"
    r"\btwijfel|\bmisschien\b|\bmissch\b|\bmss\b|\bwie weet\b|\b(?:zou|kan|"
    r"kon) (?:(?:heel )?goed )?(?:kunnen|zijn)\b|\bhangt (?:\w+ ){0,4}?af\b|"
    r"\bjoost mag\b|\bdurf ik niet\b|\bvergeten\b|\bgeen mening\b|\bweet (?:mijn|m'n|de) (?:neuroloog|arts|dokter)\b|"
    r"\b(?:niet|nooit) (?:verteld|gezegd|vastgesteld|genoemd|benoemd|uitgelegd)\b|\bmoeilijk te zeggen\b|"
    r"\bkan ik niet zeggen\b|\bja en nee\b|"
    r"\bhalf half\b|\bfifty\b|\bgeen uitsluitsel\b|\bweet(?: ik)? nog niet\b"
)
_YES = re.compile(
    r"^(?:(?:ja+|jaja|jawel|jazeker|jahoor|jep+|yep+|yup|yes+|ye|jup|jip|jo+|joa+h?|jaj|j|yess+|jawohl|"
    r"sure|ok+|oke+|okee+|okay|okido(?:ki)?|okie|oki|perfect|super|deal|prima|"
    r"akkoord|zeker(?: weten| wel)?|absoluut|natuurlijk|tuurlijk|uiteraard|vanzelfsprekend|inderdaad|idd|"
    r"klopt|correct|precies|exact|juist|"
    r"graag|heel graag|yezz|(?:dat|het|da) klopt|is (?:waar|goed|ok|oke|prima|juist)|(?:dat|het|"
    r"da) is (?:zo|waar|goed|prima|ok|oke|juist)|"
    r"goed|top|doe maar|ik denk (?:het wel|van wel|dat wel)|denk (?:het|t|ik)? ?wel|denk van wel|"
    r"geloof (?:het wel|van wel)|"
    r"volgens mij wel|waarschijnlijk(?: wel)?|vermoedelijk(?: wel)?|ik (?:dacht|hoop|vermoed) (?:het|"
    r"van) wel|dacht (?:het|van) wel|"
    r"zonder (?:twijfel|meer)|nou en of|ja amai|ik(?:zelf| zelf)? wel|wis en zeker|(?:da's|das|da is|tis|"
    r"'t is) (?:goed|juist|zo|waar|prima|ok|oke)|gelukkig wel|"
    r"helaas wel|wel degelijk|(?:ja )?waarom niet|best wel|\U0001f44d|✅)"
    r"(?: (?:hoor|zenne|zulle|joh|toch|hoor ja|graag|zeker|hee|he|amai|natuurlijk|tuurlijk|absoluut|"
    r"inderdaad|klopt|dat klopt|meneer|mevrouw|wel|zeker wel|uiteraard|jammer genoeg|helaas|best|dan|dan maar|"
    r"joh hoor))*)"
    r"(?![\w'])"
)
_NO = re.compile(
    r"^(?:(?:ne+e+n*|nee+h|neej|nei|nej|nope+|no+|nop|nah+|neuh|nea|nein|nooit|nimmer|never|geenszins|"
    r"absoluut niet|zeker niet|"
    r"echt niet|helemaal niet|totaal niet|(?:dat )?klopt niet|helaas(?: niet| nee)|jammer genoeg (?:niet|"
    r"nee)|gelukkig niet|liever niet|"
    r"beslist niet|nog nooit|nog niet(?! (?:zo )?lang)|natuurlijk niet|uiteraard niet|denk (?:het|t|van|ik|"
    r"ik van)? ?niet|"
    r"ik denk (?:het|van) niet|ik geloof van niet|"
    r"geloof (?:het|van) niet|volgens mij niet|waarschijnlijk niet|vermoedelijk niet|niet dat ik weet|"
    r"niet dat ik me (?:kan )?herinner|niet echt|"
    r"(?:ik )?dacht (?:het|van) niet|in (?:geen|gene) geval|bijlange niet|toch niet|(?:dat )?gaat niet|"
    r"lukt niet|ik(?:zelf| zelf)? (?:nog )?(?:niet|nooit)|(?:geen enkele?|niks|niets|geen|gene|nul|niet|"
    r"nie|n)$|\U0001f44e|❌)"
    r"(?: (?:hoor|zenne|zulle|joh|helaas|gelukkig|nooit|niet|echt niet|absoluut niet|zeker niet|dank u|"
    r"dankje|bedankt|sorry|jammer genoeg|man|nope|meer|nog nooit|nog niet|dus))*)"
    r"(?![\w'])"
)
_DOUBTFUL_YES = re.compile(
    r"^(?:ja )?(?:ik )?(?:denk|geloof|dacht|vermoed|hoop|volgens mij|waarschijnlijk|vermoedelijk|best wel)"
)
_DOUBTFUL_NO = re.compile(
    r"\b(?:denk|geloof|dacht|volgens mij|waarschijnlijk|vermoedelijk|niet dat ik|niet echt|liever)"
)
_HEDGED_REST = re.compile(rf"^[ ,]*{_HEDGE.replace('(?: (?:', '(?:(?:', 1)}")


def unsure(text: str) -> bool:
    """Whether this plain text says that the person does not know, doubts, or would have to ask."""
    if re.search(r"\bniet dat ik weet\b", text):
        return False
    return bool(_UNSURE.search(text))


def leading(text: str) -> Plain | None:
    """The yes, no or don't-know with which this plain text begins, or None when it begins otherwise."""
    words = _FILLER.sub("", text.strip(" .,!?;"))
    doubt = None if "niet dat ik weet" in words else _UNSURE.search(words)
    plain = _YES.match(words) or _NO.match(words)
    if doubt and (plain is None or doubt.start() < plain.end()):
        return Plain(Polarity.UNSURE, True, "")
    for polarity, pattern, doubtful in (
        (Polarity.NO, _NO, _DOUBTFUL_NO),
        (Polarity.YES, _YES, _DOUBTFUL_YES),
    ):
        match = pattern.match(words)
        if match:
            rest = words[match.end() :].strip(" ,.!;")
            if polarity is Polarity.YES and re.match(r"(?:en|of|/) ?nee", rest):
                return Plain(Polarity.UNSURE, True, "")
            certain = not doubtful.search(match.group()) and not _HEDGED_REST.match(rest)
            return Plain(polarity, certain, rest)
    return None
