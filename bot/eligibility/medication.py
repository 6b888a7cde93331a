"""Reads whether someone uses, or used in the past 12 months, a drug that slows MS; and the drugs that exclude."""

from __future__ import annotations

import re

from bot.eligibility.criteria import Criterion
from bot.eligibility.drugs_used import CONSIDERED, DrugUse, Use, drug_uses
from bot.eligibility.message import Message, Reading
from bot.eligibility.moments import moments
from bot.eligibility.yes_no import Polarity, leading, unsure

_NOTHING = re.compile(
    r"\b(?:gebruik|slik|neem|krijg|heb|spuit|gebruikt|slikt|neemt|krijgt)\b[^,]{0,20}\b(?:niks|niets|geen|"
    r"gene|nix)\b(?! (?:klachten|last|bijwerkingen|idee))|"
    r"^(?:nu |momenteel |helemaal |op dit moment |nog |nee )*(?:niks|niets|nix|geen|"
    r"gene)(?: (?:medicijnen|medicatie|medicijn|pillen|remmers?|ms-?remmers?|meer|meds|medicaties|enkele?|"
    r"op dit moment|nu|momenteel|hoor))*$|"
    r"\b(?:geen|zonder|gene|nooit|nog nooit|niet aan de|onbehandeld)\b[^,]{0,25}\b(?:medicijn|medicatie|"
    r"medicijnen|remmer|remmers|ms-remmers?|pillen|behandeling|meds|middel|middelen|onbehandeld)\b|"
    r"\bonbehandeld\b|\b(?:medicijn\w*|medicatie|remmers?)\b[^,]{0,25}\b(?:niet|nooit) (?:nodig|gehad|gebruikt|"
    r"gekregen)\b|"
    r"\b(?:alle|elke|die|de|iedere) (?:medicatie|medicijnen|remmers?)\b[^,]{0,25}\b(?:geweigerd|afgehouden|"
    r"afgewezen)\b|"
    r"\bnooit (?:iets|wat|niks)\b|\bgebruik niet\b|\bslik niet\b"
)
_SOMETHING = re.compile(
    r"\b(?:ik|hij|zij|ze)? ?(?:slik|slikt|spuit|gebruik|gebruikt|neem|neemt|krijg|krijgt|heb|heeft|"
    r"injecteer)\b[^,]{0,25}\b(?:ms-?remmer|remmer|remmers|"
    r"ms-?medicijn(?:en)?|ms-?medicatie|medicijnen voor (?:mijn |de )?ms|medicatie voor (?:mijn |de )?ms|"
    r"pillen voor (?:mijn |de )?ms)\b|"
    r"\b(?:dagelijks|elke (?:dag|week|maand)|wekelijks)\b[^,]*\b(?:spuit|injectie|prik)"
)
# An answer to the question that does not have the name: "iets dat de MS remt", "een pilletje voor de MS".
_HALF_NAMED = re.compile(
    r"\b(?:remt|remmen) (?:de |mijn |m'n )?ms\b|^(?:ja[, ]*)?(?:een |mijn |zo'n )?(?:ms[ -]?)?remmer\b|"
    r"\b(?:pil\w*|spuit\w*|infuus|infusen|prik\w*|medicijn\w*|kuur|spul|middel) (?:voor|tegen) (?:mijn |m'n |mn |"
    r"de )?ms\b|"
    r"\b(?:net|pas|nu|er|daar)(?: \w+){0,2} (?:mee |aan )?(?:begonnen|gestart)\b"
)
_NAME_FORGOTTEN = re.compile(
    r"\b(?:naam|heet|heten|noemt)\b.*\bremmer\b|\bremmer\b.*\b(?:naam|heet|heten|noemt|welke)\b"
)
_OTHER_THINGS = re.compile(
    r"\b(?:pijnstillers?|vitamin\w+|supplementen|spierverslappers?|antidepressiva|kruiden\w*|homeopath\w+|"
    r"cannabis\w*|wiet\w*|"
    r"cbd\w*|slaappillen|plaspillen|bloeddruk\w*|de pil)\b"
)
_ONLY_PLANNED = re.compile(
    r"\b(?:voorgesteld|aangeboden|aangeraden|geadviseerd|binnenkort|volgende|wil|gaan?|starten|beginnen)\b"
)
_DENIED_USE = re.compile(
    r"\b(?:niet|nooit)\b.*\b(?:gehad|gebruikt|gekregen|geslikt)\b|^(?:heb|had) ik (?:nog )?(?:niet|nooit)\b"
)
_STOPPED = re.compile(
    r"\b(?:gestopt|stopte|gestaakt|niet meer|niks meer|niets meer|geen meer|opgehouden|afgebouwd|laatste|nog wel|"
    r"(?:nu|momenteel|op dit moment) (?:even )?niet)\b"
)
_FORM_ONLY = re.compile(
    r"^(?:ja[, ]*)?(?:met |een |de |elke \w+ |elk \w+ \w+ |\d ?x? )*(?:pil|pillen|tablet\w*|capsules?|"
    r"spuit\w*|injecties?|prik|prikken|infuus|infusen)(?: per \w+| elke \w+)?$"
)
# Only what, how and how often: "ik spuit 3 keer per week". Whatever else someone uses ("cannabisolie") is left alone.
_TAKES_IT = re.compile(
    r"(?:ja[, ]*)?(?:ik|hij|zij|ze)? ?(?:slikt?|spuite?n?|spuit|krijgt?|neemt?|prikt?|gebruikt?|injecteert?|krijg)"
    r"(?:,? (?:het|ze|die|dat|er|een|mezelf|mijzelf|me|zelf|elke|elk|iedere|om|de|per|in|het|trouw|nog|nog steeds|al|"
    r"sinds|"
    r"dag|dagen|week|weken|maand|maanden|half|halfjaar|jaar|jaren|keer|x|maal|pil\w*|tablet\w*|capsule\w*|spuit\w*|"
    r"prik\w*|"
    r"injectie\w*|infuus|infusen|ziekenhuis|thuis|medicijn\w*|medicatie|s avonds|'s|avonds|ochtends|iets|wel|braaf|"
    r"netjes|"
    r"twee|drie|vier|vijf|zes|acht|\d+))*"
)
# "heel lang geleden wel ja"
_ONCE = re.compile(
    r"(?:(?:ja|heel|wel|jaren|lang|geleden|ooit|een keer|vroeger|eens|in het verleden|destijds|al|eerder)[, ]*){2,}"
)
_ALL_WORDS = r"\b(?:alle ?drie|allemaal|die (?:drie|middelen|medicijnen)|geen van|een van (?:de|die|deze))\b"
_ALL = re.compile(_ALL_WORDS)
_POINTED = re.compile(
    rf"{_ALL_WORDS}|\ballebei\b|\b(?:de|die|het|dat|deze|nummer) (?:\w+ )?(?:eerste|tweede|derde|laatste|middelste|"
    rf"[123])\b|"
    r"\b(?:eentje|een|1|twee|2|drie|3|eerste|tweede|derde|laatste)(?: \w+)? (?:daarvan|ervan|van de drie|van die)\b"
)
_ONLY = re.compile(r"\b(?:alleen|enkel|slechts|uitsluitend)\b")


def medication(message: Message, criterion: Criterion, asked: bool) -> Reading | None:
    """Option for the criterion `medication`; None when the message does not settle it.

    Counts are the drugs in `criterion.drugs`, used now or within the last 12 months (design of the pre-screen, from
    the 2019 Q&A: activity in spite of anti-inflammatory MS drugs).
    """
    uses = [use for use in drug_uses(message) if criterion.drugs.intersection(use.drugs)]
    words = _words(message, uses)
    if any(use.use is Use.NOW or (use.use is Use.PAST and use.recent) for use in uses):
        return Reading("yes", True, words)
    if any(use.use is Use.NAMED for use in uses):
        return Reading("yes", asked, words)
    past = [use for use in uses if use.use is Use.PAST]
    lead = leading(message.statement) if asked else None
    if past and asked:
        if all(use.recent is False for use in past):
            return Reading("no", True, words)
        if lead and lead.polarity is Polarity.YES:
            return Reading("yes", False, words)
        return Reading("unknown", True, words)
    return _without_names(message, uses, asked)


def _without_names(message: Message, uses: list[DrugUse], asked: bool) -> Reading | None:
    text = message.statement
    symptom_drugs = [mention for mention in message.of_kind("drug") if not uses]
    if _SOMETHING.search(text) and not _NOTHING.search(text) and not _STOPPED.search(text):
        return Reading("yes", True, text)
    if not asked:
        return None
    half_named = not re.search(r"\b(?:niet|geen|nooit|moet nog|wil)\b", text) and _HALF_NAMED.search(text)
    if half_named and not unsure(text) and not _STOPPED.search(text):
        return Reading("yes", True, text)
    if unsure(text):
        return Reading("yes", False, text) if _NAME_FORGOTTEN.search(text) and not _STOPPED.search(text) else None
    times = moments(text, message.today)
    if _STOPPED.search(text) and not re.search(r"\bnooit\b", text):
        answers = [time.within(12) for time in times]
        if answers and all(answer is False for answer in answers):
            return Reading("no", True, text)
        if True in answers:
            return Reading("yes", True, text)
        return Reading("unknown", True, text)
    if any(use.use is Use.NEVER for use in uses) and not re.search(r"\b(?:niks|niets)\b", text):
        return None  # "geen ocrevus" leaves the other drugs open
    if _NOTHING.search(text) or ((symptom_drugs or _OTHER_THINGS.search(text)) and _ONLY.search(text)):
        return Reading("no", True, text)
    if symptom_drugs and leading(text) is None:
        return None
    if _FORM_ONLY.match(text):
        return Reading("yes", False, text)
    return Reading("yes", False, text) if _TAKES_IT.fullmatch(text) and not symptom_drugs else None


def second_line(message: Message, criterion: Criterion, asked: bool) -> Reading | None:
    """Option for the criterion `second_line`; None when the message does not settle it.

    Any use ever of a drug in `criterion.drugs` excludes (MS-forbundet, "Nye kriterier i RAM-MS": the treatments that
    are compared). That someone uses another drug says nothing, unless this was the question.
    """
    everything = drug_uses(message)
    uses = [use for use in everything if criterion.drugs.intersection(use.drugs)]
    used = [use for use in uses if use.use in {Use.NAMED, Use.NOW, Use.PAST}]
    if used:
        return Reading("yes", not unsure(_words(message, used)), _words(message, used))
    never = {drug for use in uses if use.use is Use.NEVER for drug in use.drugs}
    if not asked:
        return Reading("no", True, _words(message, uses)) if criterion.drugs <= never else None
    text = message.statement
    if unsure(text):
        return None
    if not everything and _ONCE.fullmatch(text):
        return Reading("yes", True, text)
    lead = leading(text)
    if lead and lead.polarity is Polarity.NO and (_ONLY_PLANNED.search(lead.rest) or CONSIDERED.search(lead.rest)):
        return Reading("no", True, text)
    if never or any(use.use is Use.PLANNED for use in uses):
        return Reading("no", bool(never), text)
    pointed = None if everything else _pointed_at(message)
    if pointed:
        return pointed
    if (
        re.search(r"\b(?:nooit|geen (?:van (?:de|die|deze)|enkele?|een)|niet een|geen een|geeneen|geen)\b", text)
        and not everything
    ):
        return Reading("no", True, text)
    if not everything and (_DENIED_USE.search(text) or re.search(r"\beerste ?-?lijns", text)):
        return Reading("no", True, text)
    if not everything and re.search(
        r"\bken (?:ik )?(?:\w+ ){0,2}niet\b|\bzeg(?:t|gen) (?:me|mij) (?:niks|niets)\b", text
    ):
        return Reading("no", False, text)
    if everything and not uses:
        return Reading("no", not (lead and lead.polarity is Polarity.YES), text)
    return None


def _pointed_at(message: Message) -> Reading | None:
    """What is said of the listed drugs without their names: "die laatste", "de eerste niet, de derde wel"."""
    text = message.statement
    pointed = [chunk.text for chunk in message.chunks if _POINTED.search(chunk.text)]
    denied = [bool(re.search(r"\b(?:geen|niet|nooit|nee|neen|nie|noch)\b", words)) for words in pointed]
    if pointed and not all(denied) and not _ONLY_PLANNED.search(text):
        return Reading("yes", True, text)
    # "de eerste niet" leaves the others open.
    return Reading("no", True, text) if any(_ALL.search(words) for words in pointed) else None


def _words(message: Message, uses: list[DrugUse]) -> str:
    if not uses:
        return ""
    return message.text[uses[0].start : uses[-1].end].strip(" ,.")
