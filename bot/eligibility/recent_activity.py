"""Reads whether there was a relapse, or new or active MRI lesions, in the past 12 months."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.eligibility.criteria import Criterion
from bot.eligibility.message import Chunk, Message, Reading
from bot.eligibility.moments import Moment, moments
from bot.eligibility.yes_no import unsure

_ATTACK = re.compile(
    r"\b(?:schubs?j?e?s?|sjubs?|schups?|shubs?|shups?|sjups?|schubben|schubje|schubjes|aanval(?:len)?|"
    r"relaps(?:e|es)?|exacerbaties?|opflakkering(?:en)?|opstoot(?:je)?|opstoten|terugval(?:len)?|"
    r"ms-aanval)\b"
)
_LESION = re.compile(
    r"\b(?:plek(?:ken|jes|je)?|vlek(?:ken|jes|je)?|laesies?|lesies?|lesions?|leasies?|ontsteking(?:en)?|"
    r"haard(?:en|jes)?|littekens?|aankleur\w*|activiteit|ziekteactiviteit|afwijking(?:en)?|letsels?)\b"
)
_LESION_NEW = re.compile(
    r"\b(?:nieuwe?|actieve?|vers|verse|erbij|bijgekomen|groter|grotere|vergroot|aankleur\w*|toegenomen|"
    r"gegroeid|activiteit|ontsteking(?:en)?|meer|extra|bij)\b"
)
_SCAN = re.compile(r"\b(?:mri|scan|mri's|mri-scan|foto)\b")
_NONE = re.compile(r"\b(?:geen|niet|nooit|zonder|gene|niks|niets|nie|geen enkele)\b")
# "schub nee, mri nee"
_VERDICT_NO = re.compile(r"\w+ (?:ook )?(?:nee+|neen|nope|❌)(?: hoor)?$")
_VERDICT = re.compile(r"\w+ (?:ook )?(?P<verdict>nee+|neen|nope|ja|wel)(?: hoor)?$")
# "slechter dan vorig jaar" does not say when.
_COMPARED = re.compile(r"\bdan (?:vorig jaar|(?:de )?vorige keer|een jaar geleden|vorige|eerst|daarvoor)\b")
_STILL_MORE = re.compile(
    r"\b(?:niet (?:een|1)|niet alleen|niet zo|(?:nog )?niet (?:zo |heel |al te |erg )?lang|niet erg|niet leuk|"
    r"niet goed|niet behandeld)\b"
)
_QUIET = re.compile(
    r"\b(?:stabiel|rustig|kalm|schoon|schone|goed onder controle|onveranderd|gelijk gebleven|alles goed|"
    r"niks nieuws|niets nieuws|geen verandering(?:en)?|geen activiteit|schubvrij|aanvalsvrij|in remissie|"
    r"geen nieuws)\b"
)
_NOT_SURE = re.compile(r"\bpseudo|\bverdenking|\bmogelijk\b|\bdenk dat het een\b")
_UNTREATED = re.compile(
    r"\b(?:zonder|nog geen|geen|toen geen|had geen|gebruikte geen|"
    r"gebruikte (?:toen )?(?:nog )?niks|toen niet aan de|nog niet aan de|"
    r"zat (?:toen )?(?:nog )?niet aan)\b[^,]{0,20}\b(?:medicijn|medicatie|remmer|medicijnen|remmers|"
    r"meds|behandeling)|\b(?:gebruikte|slikte|nam|had|spoot|kreeg)(?: ik)? (?:toen )?(?:ik )?(?:nog )?(?:niks|niets|"
    r"nog niet)\b"
)
# An attack told by what it did, without the word. What lasted shorter than a day is none, so these are never certain.
_SYMPTOM = re.compile(
    r"\b(?:oogzenuw\w*|neuritis|optica|dubbelzien|dubbel (?:zien|zag)|zag (?:\w+ ){0,3}(?:dubbel|wazig|niks|niets|"
    r"slecht|bijna niks)|"
    r"wazig (?:zien|zicht)|blind|verlamd|verlamming\w*|verlammingen|uitval\w*|gevoelloos|doof gevoel|dove (?:hand|"
    r"handen|arm|armen|"
    r"been|benen|voet|voeten|vingers)|(?:hand|handen|arm|armen|been|benen|voet|voeten|vingers|gezicht|"
    r"helft)(?: \w+){0,4} (?:doof|slap|"
    r"gevoelloos|uitgevallen)|(?:door|uit) (?:mijn|m'n|mn|haar|zijn) benen|"
    r"(?:kon|konden)(?: \w+){0,8} (?:niet|nauwelijks|amper|niks|slecht)(?: \w+){0,3} (?:zien|lopen|praten|staan|"
    r"voelen|bewegen|"
    r"schrijven|slikken|plassen)|(?:oog|been|benen|arm|armen|hand|handen)(?: \w+){0,5} (?:niet meer|uit)|"
    r"(?:methyl)?prednis\w*|(?:stoot|infuus)?kuur prednis\w*|stootkuur|solumedrol|solu-medrol)\b"
)
_COUNT = re.compile(
    r"^(?:ja[ ,]*)?(?:wel |zeker |zelfs )*(?:\d{1,2}|een|twee|drie|vier|vijf|meerdere|een paar|paar|"
    r"verschillende)(?: ?(?:x|keer|maal|stuks|stuk))?(?: zelfs| al)?$"
)

_SUDDEN = re.compile(
    r"\b(?:ineens|opeens|plots\w*|ja|oogzenuw\w*|neuritis|kuur|stootkuur|prednis\w*|duurde|dagenlang|wekenlang)\b"
)
# A time said of something else: "ik was in mei op vakantie".
_ABOUT_ELSE = re.compile(
    r"\b(?:vakantie|verhuisd|getrouwd|bevallen|jarig|lopen|zien|werken|werk|fietsen|geboren|diagnose|begonnen|"
    r"gestart|gestopt|"
    r"operatie|geopereerd|griep|corona|verkouden|gevallen|neuroloog|ziekenhuis|moe)\b"
)
_SYMPTOM_DENIED = re.compile(r"\b(?:geen|nooit|zonder|gene) ")
_SCAN_CLEAN = re.compile(
    r"\b(?:niks|niets|ook niet|evenmin|ook niks|ook geen|geen verandering\w*|geen verschil|hetzelfde|het zelfde|"
    r"gelijk|niet veranderd)\b"
)
_NO_SCAN = re.compile(
    r"\buitslag\b(?: \w+){0,5} \b(?:nog|wacht\w*)\b|\b(?:geen|nooit een|nog geen|moet nog een|krijg nog een|"
    r"wacht op (?:een |de )?(?:uitslag van (?:de )?)?)(?: \w+)? ?(?:mri|scan)\b"
    r"(?! (?:verandering|activiteit|plek))|\b(?:mri|scan)(?: \w+){0,3} (?:nog niet|nog laten|moet nog|komt nog|"
    r"volgt nog)\b"
)


@dataclass(frozen=True)
class _Event:
    """Something said about disease activity: whether it happened, and whether within 12 months (None: no time said)."""

    happened: bool
    scan: bool
    recent: bool | None
    dated: bool
    about_attacks: bool = False


def recent_activity(message: Message, criterion: Criterion, asked: bool) -> Reading | None:
    """Option for the criterion `recent_activity`; None when the message does not settle it.

    One relapse or one new or active lesion within `limits.months` is enough here; the study team applies the registry's
    exact rule (relapse and MRI), which a person cannot judge alone.
    """
    months = criterion.limits.get("months", 12)
    events = [event for chunk in message.chunks for event in _events(chunk, message, months)]
    text = message.statement
    good = [event for event in events if event.happened and (event.recent or (asked and not event.dated))]
    if good:
        if _UNTREATED.search(text):
            return Reading("unknown", False, text) if asked else None
        return Reading("yes", any(_ATTACK.search(c.text) or _LESION.search(c.text) for c in message.chunks), text)
    undecided = [event for event in events if event.happened and event.dated and event.recent is None]
    if undecided:
        return Reading("unknown", True, text) if asked else None
    if not asked:
        # That there was no relapse leaves the MRI open: the question itself must be put.
        return None
    if _NO_SCAN.search(text) and not any(event.scan for event in events):
        return Reading("unknown", True, text)
    if unsure(text) or _NOT_SURE.search(text):
        return Reading("unknown", True, text) if events or _NOT_SURE.search(text) else None
    if _UNTREATED.search(text) and re.match(r"ja\b", text):
        return Reading("unknown", False, text)
    if events:
        return _quiet(events, text)
    if _COUNT.match(text):
        return Reading("no" if text.strip() in {"0", "nul"} else "yes", True, text)
    return _only_time(message, text, months)


def _quiet(events: list[_Event], text: str) -> Reading:
    """Nothing happened within the year as far as was said.

    Settled when the MRI is spoken of too, or the whole question is denied ("nee, geen schub"). No relapse alone leaves
    the MRI open, and so does a quiet spell shorter than the year.
    """
    attacks_only = all(event.about_attacks for event in events)
    if attacks_only and not re.match(r"(?:nee+|neen|nope|gelukkig niet|nooit)\b", text):
        return Reading("unknown", True, text)
    if any(event.scan and not event.happened for event in events):
        return Reading("no", True, text)
    if any(not event.happened and event.dated and event.recent for event in events) and not re.search(r"\bnee\b", text):
        return Reading("unknown", True, text)
    return Reading("no", True, text)


def _only_time(message: Message, text: str, months: int) -> Reading | None:
    times = moments(text, message.today)
    if not times or _ABOUT_ELSE.search(text):
        return None
    if _NONE.search(_STILL_MORE.sub(" ", text)):
        # "al 5 jaar niet", "afgelopen jaar niet"
        whole = all(time.most >= months for time in times)
        return Reading("no", True, text) if whole and len(text.split()) <= 6 else None
    answers = [time.within(months) for time in times]
    if True in answers:
        return Reading("yes", True, text)
    return Reading("unknown" if None in answers else "no", True, text)


def _events(chunk: Chunk, message: Message, months: int) -> list[_Event]:
    if unsure(chunk.text) or _NOT_SURE.search(chunk.text):
        return []
    text = _COMPARED.sub(" ", chunk.text)
    times = moments(text, message.today) or _time_beside(chunk, message)
    answers = [time.within(months) for time in times]
    recent = True if True in answers else None if None in answers else False if answers else None
    denied = bool(_NONE.search(_STILL_MORE.sub(" ", text))) or bool(_VERDICT_NO.search(text))
    last = bool(re.search(r"\b(?:laatste?|vorige)\b", text))
    events = []
    if _ATTACK.search(text):
        events.append(_Event(not denied or (last and bool(times)), False, recent, bool(times), True))
    if _LESION.search(text) and (_LESION_NEW.search(text) or _SCAN.search(text) or denied):
        new = bool(_LESION_NEW.search(text)) or bool(re.search(r"\b(?:ontsteking|aankleur)", text))
        if new or denied:
            events.append(_Event(not denied, True, recent, bool(times)))
    elif (
        _SCAN.search(text)
        and re.search(r"\b(?:activiteit|actief|slechter|verslechterd|nieuwe|iets nieuws)\b", text)
        and not denied
    ):
        events.append(_Event(True, True, recent, bool(times)))
    # Without a time or a sudden start it may be a complaint of years.
    sudden = bool(times) or _SUDDEN.search(text)
    if not events and sudden and _SYMPTOM.search(text) and not _SYMPTOM_DENIED.search(text):
        events.append(_Event(True, False, recent, bool(times), True))
    verdict = _VERDICT.search(text)
    if not events and _SCAN.search(text) and verdict:
        events.append(_Event(verdict["verdict"] in {"ja", "wel"}, True, recent, bool(times)))
    if (
        not any(event.scan for event in events)
        and _SCAN.search(text)
        and (_SCAN_CLEAN.search(text) or (events and _QUIET.search(text)))
    ):
        events.append(_Event(False, True, recent, bool(times)))
    if not events and _SCAN.search(text) and re.search(r"\bniet (?:meer )?(?:stabiel|rustig|schoon|goed)\b", text):
        events.append(_Event(True, True, recent, bool(times)))
    if not events and _SCAN.search(text) and re.search(r"\b(?:was|is|zag er) (?:heel |wel )?(?:goed|mooi)\b", text):
        events.append(_Event(False, True, recent, bool(times)))
    if not events and _QUIET.search(text) and not re.search(r"\bniet (?:meer )?(?:stabiel|rustig|schoon)\b", text):
        events.append(_Event(False, bool(_SCAN.search(text)), recent, bool(times)))
    return events


def _time_beside(chunk: Chunk, message: Message) -> list[Moment]:
    """The times in the next piece, when that names nothing itself: "schub gehad, vorige maand"."""
    position = message.chunks.index(chunk)
    if position + 1 < len(message.chunks):
        after = message.chunks[position + 1].text
        if len(after.split()) <= 5 and not _ATTACK.search(after) and not _LESION.search(after):
            return moments(after, message.today)
    return []
