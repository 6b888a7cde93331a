"""Reads whether someone uses, or used in the past 12 months, a drug that slows MS; and the drugs that exclude."""

from __future__ import annotations

import re

from bot.eligibility.criteria import Criterion
from bot.eligibility.drugs_used import DrugUse, Use, drug_uses
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
    r"\bonbehandeld\b|"
    r"\bnooit (?:iets|wat|niks)\b|\bgebruik niet\b|\bslik niet\b"
)
_SOMETHING = re.compile(
    r"\b(?:ik|hij|zij|ze)? ?(?:slik|slikt|spuit|gebruik|gebruikt|neem|neemt|krijg|krijgt|heb|heeft|"
    r"injecteer)\b[^,]{0,25}\b(?:ms-?remmer|remmer|remmers|"
    r"ms-?medicijn(?:en)?|ms-?medicatie|medicijnen voor (?:mijn |de )?ms|medicatie voor (?:mijn |de )?ms|"
    r"pillen voor (?:mijn |de )?ms)\b|"
    r"\b(?:dagelijks|elke (?:dag|week|maand)|wekelijks)\b[^,]*\b(?:spuit|injectie|prik)"
)
_ONLY_PLANNED = re.compile(
    r"\b(?:voorgesteld|aangeboden|aangeraden|geadviseerd|binnenkort|volgende|wil|gaan?|starten|beginnen)\b"
)
_DENIED_USE = re.compile(
    r"\b(?:niet|nooit)\b.*\b(?:gehad|gebruikt|gekregen|geslikt)\b|^(?:heb|had) ik (?:nog )?(?:niet|nooit)\b"
)
_STOPPED = re.compile(
    r"\b(?:gestopt|stopte|gestaakt|niet meer|niks meer|niets meer|geen meer|opgehouden|afgebouwd|laatste)\b"
)
_FORM_ONLY = re.compile(
    r"^(?:ja[, ]*)?(?:met |een |de |elke \w+ |elk \w+ \w+ |\d ?x? )*(?:pil|pillen|tablet\w*|capsules?|"
    r"spuit\w*|injecties?|prik|prikken|infuus|infusen)(?: per \w+| elke \w+)?$"
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
    if unsure(text):
        return None
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
    if _NOTHING.search(text) or (symptom_drugs and _ONLY.search(text)):
        return Reading("no", True, text)
    if symptom_drugs and leading(text) is None:
        return None
    if _FORM_ONLY.match(text):
        return Reading("yes", False, text)
    if (
        re.match(r"^(?:ik |hij |zij )?(?:slik|spuit|krijg|neem|prik|gebruik)\b(?!.*\b(?:niet|geen|niks|niets)\b)", text)
        and not symptom_drugs
    ):
        return Reading("yes", False, text)
    return None


def second_line(message: Message, criterion: Criterion, asked: bool) -> Reading | None:
    """Option for the criterion `second_line`; None when the message does not settle it.

    Any use ever of a drug in `criterion.drugs` excludes (MS-forbundet, "Nye kriterier i RAM-MS": the treatments that
    are compared). That someone uses another drug says nothing, unless this was the question.
    """
    everything = drug_uses(message)
    uses = [use for use in everything if criterion.drugs.intersection(use.drugs)]
    used = [use for use in uses if use.use in {Use.NOW, Use.PAST}]
    if used:
        return Reading("yes", not unsure(_words(message, used)), _words(message, used))
    never = {drug for use in uses if use.use is Use.NEVER for drug in use.drugs}
    if not asked:
        return Reading("no", True, _words(message, uses)) if criterion.drugs <= never else None
    text = message.statement
    if unsure(text):
        return None
    lead = leading(text)
    if lead and lead.polarity is Polarity.NO and _ONLY_PLANNED.search(lead.rest):
        return Reading("no", True, text)
    if never or any(use.use is Use.PLANNED for use in uses):
        return Reading("no", bool(never), text)
    if (
        re.search(r"\b(?:nooit|geen (?:van (?:de|die|deze)|enkele?|een)|niet een|geen een|geeneen|geen)\b", text)
        and not everything
    ):
        return Reading("no", True, text)
    if not everything and (_DENIED_USE.search(text) or re.search(r"\beerste ?-?lijns", text)):
        return Reading("no", True, text)
    if re.search(
        r"\b(?:allebei|alle ?drie|een van (?:de|die|deze)|de (?:eerste|tweede|derde|laatste|middelste))\b", text
    ) and not re.search(r"\b(?:geen|niet|nooit|nee)\b", text):
        return Reading("yes", True, text)
    if not everything and re.search(r"\bken (?:ik )?(?:\w+ )?niet\b|\bzeg(?:t|gen) (?:me|mij) (?:niks|niets)\b", text):
        return Reading("no", False, text)
    if everything and not uses:
        return Reading("no", not (lead and lead.polarity is Polarity.YES), text)
    return None


def _words(message: Message, uses: list[DrugUse]) -> str:
    if not uses:
        return ""
    return message.text[uses[0].start : uses[-1].end].strip(" ,.")
