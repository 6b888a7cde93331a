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
_STILL_MORE = re.compile(
    r"\b(?:niet (?:een|1)|niet alleen|niet zo|niet lang|niet erg|niet leuk|niet goed|niet behandeld)\b"
)
_QUIET = re.compile(
    r"\b(?:stabiel|rustig|kalm|schoon|schone|goed onder controle|onveranderd|gelijk gebleven|alles goed|"
    r"niks nieuws|niets nieuws|geen verandering(?:en)?|geen activiteit|schubvrij|aanvalsvrij|in remissie|"
    r"geen nieuws)\b"
)
_NOT_SURE = re.compile(r"\bpseudo|\bverdenking|\bmogelijk\b|\bdenk dat het een\b")
_UNTREATED = re.compile(
    r"\b(?:zonder|nog geen|geen|toen geen|had geen|gebruikte geen|"
    r"gebruikte (?:toen )?(?:nog )?niks)\b[^,]{0,20}\b(?:medicijn|medicatie|remmer|medicijnen|remmers|"
    r"meds|behandeling)|\bgebruikte (?:toen )?(?:nog )?(?:niks|niets)\b"
)
_COUNT = re.compile(
    r"^(?:ja[ ,]*)?(?:wel |zeker |zelfs )*(?:\d{1,2}|een|twee|drie|vier|vijf|meerdere|een paar|paar|"
    r"verschillende)(?: ?(?:x|keer|maal|stuks|stuk))?(?: zelfs| al)?$"
)


@dataclass(frozen=True)
class _Event:
    """Something said about disease activity: whether it happened, and whether within 12 months (None: no time said)."""

    happened: bool
    scan: bool
    recent: bool | None
    dated: bool


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
        return Reading("yes", True, text)
    undecided = [event for event in events if event.happened and event.dated and event.recent is None]
    if undecided:
        return Reading("unknown", True, text) if asked else None
    if not asked:
        # That there was no relapse leaves the MRI open: the question itself must be put.
        return None
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
    """Nothing happened within the year as far as was said: settled, unless a quiet spell is shorter than that year."""
    if any(not event.happened and event.dated and event.recent for event in events) and not re.search(r"\bnee\b", text):
        return Reading("unknown", True, text)
    return Reading("no", True, text)


def _only_time(message: Message, text: str, months: int) -> Reading | None:
    times = moments(text, message.today)
    if not times:
        return None
    if _NONE.search(text):
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
    text = chunk.text
    times = moments(text, message.today) or _time_beside(chunk, message)
    answers = [time.within(months) for time in times]
    recent = True if True in answers else None if None in answers else False if answers else None
    denied = bool(_NONE.search(_STILL_MORE.sub(" ", text)))
    last = bool(re.search(r"\b(?:laatste|vorige)\b", text))
    events = []
    if _ATTACK.search(text):
        events.append(_Event(not denied or (last and bool(times)), False, recent, bool(times)))
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
