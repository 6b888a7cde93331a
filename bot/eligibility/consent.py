"""Reads the two questions of will: accepting the lottery, and wanting to hear test results."""

from __future__ import annotations

import re

from bot.eligibility.criteria import Criterion
from bot.eligibility.message import Message, Reading
from bot.eligibility.yes_no import unsure

_IF_NEEDED = re.compile(
    r"\bmoet wel\b|\bals (?:het|t|dat) (?:echt |dan )?(?:moet|niet anders kan|nodig is|erbij hoort|de enige manier is|"
    r"de voorwaarde is|verplicht is)\b|\bmoet (?:het |dat )?(?:dan )?(?:het )?maar\b|\bdan maar\b|"
    r"\bhet zij zo\b|\bvooruit\b|"
    r"\b(?:maar|toch) (?:ok|oke|goed|akkoord|prima|vooruit|accepteer|doe)\b|\bals het dan moet\b|"
    r"\bmoet dat dan maar\b|\bzit er niks anders op\b|\bhoort erbij\b|\bmet tegenzin\b|\bmaar ja$|"
    r"\bdoe (?:ik )?het wel\b|"
    r"\b(?:maar|toch) (?:ik )?(?:ga|stem|doe)(?: \w+){0,3} (?:akkoord|in|mee)\b|"
    r"\bniet eerlijk maar\b[^,]*\b(?:akkoord|ok|oke|goed|ja)\b|"
    r"\b(?:moet|kan|mag) (?:dan )?maar zo\b|\bzo werkt\b|\bkan niet anders\b|\bkwestie van geluk\b|\bnou eenmaal\b|"
    r"\bnu eenmaal\b|"
    r"\b(?:beter|liever|alles) (?:\w+ )?dan (?:niks|niets)\b|"
    r"\b(?:snap|begrijp) (?:ik )?(?:het|dat|wel)\b"
)
_FINE = re.compile(
    r"\b(?:vind?(?:t|en)?(?: ik| hij| zij| ze)?(?: \w+){0,3} (?:goed|prima|ok|oke|okay|best|fijn|eerlijk|mooi|"
    r"terecht|redelijk|interessant|"
    r"logisch|akkoord)|geen (?:enkel )?(?:probleem|bezwaar|punt|moeite|issue)|niet erg|"
    r"mij best|akkoord|accepteer|aanvaard|kan (?:ik )?(?:daar)?mee leven|leg (?:ik )?me (?:er|"
    r"daar) ?bij neer|is (?:goed|prima|oke|ok|eerlijk|wel goed)|mee eens|sta (?:ik )?(?:er|"
    r"daar)?(?: voor)? (?:achter|open)|"
    r"snap ik|begrijp ik|begrijpelijk|is logisch|hoort zo|doe ik|doe mee|prima|maakt (?:me|mij|ons|hem|"
    r"haar)? ?niet uit|maakt niks uit|lijkt me (?:goed|prima|eerlijk|logisch)|laat (?:het )?(?:lot|"
    r"loting) (?:maar )?beslissen|"
    r"(?:neem|nemen)(?: ik)? (?:het|dat|de|die) (?:risico|gok|kans)|vrede mee|stem (?:ik )?(?:er|"
    r"daar)?(?:mee)? ?(?:mee )?in|durf (?:ik )?(?:het |dat )?"
    r"(?:wel )?aan|zie (?:ik )?(?:dat |het )?(?:wel |helemaal |best )+zitten|(?:allebei|beide|beiden|alle twee|"
    r"alles) (?:is |zijn |vind ik )?(?:goed|"
    r"prima|best|ok|oke)|om het even|vind alles (?:best|goed|prima)|wat het (?:ook )?wordt|fair|sta (?:ik )?(?:er|"
    r"daar)?(?: \w+){0,2} "
    r"(?:neutraal|positief)|heb (?:ik )?(?:er |daar )?geen moeite mee|laat maar komen|kom maar op|"
    r"probeer(?: ik)? het|ga (?:ik )?(?:er ?voor|ervoor)|in jullie handen|(?:leg|"
    r"geef)(?: ik)?(?: \w+){0,3} in (?:jullie|de) handen|waag(?: ik)? (?:het|de gok)|"
    r"loot maar|loten is (?:goed|prima|ok|oke)|wil(?: \w+){0,2} loten|waag het erop|gok het erop|"
    r"neem ik voor lief|ga ik mee akkoord|niet bezwaarlijk)\b"
)
_OWN_CHOICE = re.compile(
    r"\b(?:alleen|enkel|uitsluitend|slechts|per se|perse|sowieso)\b[^,]*\b(?:stamcel\w*|groep a|"
    r"transplantatie|sct|hsct|ahsct|die behandeling|ik (?:die|de) (?:\w+ )?(?:krijg|krijgt))\b|"
    r"\b(?:stamcel\w*|groep a|transplantatie)\b[^,]*\b(?:of (?:anders )?(?:niet|niks|niets)|"
    r"anders (?:niet|doe|hoef|niks)|per se|alleen)\b|"
    r"\b(?:zelf|zelluf) (?:kunnen |willen |mogen )?(?:kiezen|bepalen|beslissen|uitkiezen|uitmaken)\b|"
    r"\b(?:dan )?doe(?: ik)? (?:dan )?niet mee\b|\b(?:anders|dan) hoeft het (?:voor mij )?niet\b|"
    r"\b(?:wil|hoef)\b[^,]{0,25}\bgeen (?:medicijn\w*|medicatie|groep b|ander|andere|loting|lot|gok)\b|"
    r"\bniet (?:in )?groep b\b|\bgeen (?:loting|loterij|gok)\b|\bik wil (?:gewoon |echt |graag )?(?:die |"
    r"de )?stamcel"
)
_REFUSE = re.compile(
    r"\b(?:niet|nooit|geen)\b[^,]{0,20}\b(?:loten|geloot|loting|loterij|gokken|lot)\b|\b(?:loten|loting|"
    r"loterij)\b[^,]{0,20}\b(?:niet|niks|geen|nooit|nee)\b(?! (?:erg|uit))|"
    r"\bwil(?: ik| hij| zij| ze)?(?: dat| het)?(?: \w+){0,2} (?:niet|nie)\b|\bvind?t? ?(?:ik|hij|zij|"
    r"ze)?(?: \w+){0,2} (?:niet (?:goed|ok|oke|prima|fijn|eerlijk|kunnen)|niks|oneerlijk|raar|belachelijk|"
    r"stom|slecht)\b|"
    r"\b(?:niet|nie) (?:mee )?(?:akkoord|eens)\b|\b(?:zie|heb) (?:ik )?(?:dat |daar |er )?(?:niet|"
    r"geen zin)|\bniet (?:goed|prima)\b|\bweiger|\bgeen zin in\b|\bniks voor mij\b|\bniet voor mij\b|"
    r"\b(?:ben|sta)(?: ik)?(?: \w+){0,3} (?:op|er|vies|fel|faliekant)? ?tegen\b|\btegen (?:loten|loting)\b|"
    r"^(?:\w+ )?tegen$|"
    r"\bniet gokken\b|"
    r"\bzie (?:ik |hij |zij )?(?:dat |het |er )?(?:echt |helemaal |totaal )?(?:niet|niks|niets) (?:zitten|in)\b|"
    r"\bdurf (?:ik )?(?:het |dat )?niet\b|"
    r"\bbedank ik voor\b|\bzou ik niet\b|\bpas ik voor\b|\bbedankt? voor de eer\b|\bdoe (?:ik )?(?:er |"
    r"daar )?niet aan (?:mee)?\b|"
    r"\bafspraak niet\b"
)
_DIFFICULT = re.compile(
    r"(?:(?:poeh|pff+|oei|tja|nou|hmm*|amai|goh|ja)[ ,]*)*(?:da?t |het )?(?:(?:vind(?: ik)?|is|blijft) )?(?:da?t |"
    r"het )?(?:best |heel |erg |"
    r"wel |een |nogal |echt )*(?:lastige?|moeilijke?)(?: (?:keuze|vraag|hoor|zeg|wel))*"
)
_LOTTERY = re.compile(r"\b(?:loten|loting|geloot|lot|loterij|groep a|groep b)\b")
_WANT = re.compile(
    r"\b(?:wil|willen|wilt|zou)\b[^,]{0,25}\b(?:weten|horen|uitslag|alles|zekerheid)\b|\bgraag\b|"
    r"\bhoor (?:ik|het|dat) (?:wel|graag|liever)\b|\bvertel (?:het|maar|me|t)\b|\bzeg (?:het )?maar\b|"
    r"\blaat (?:me |mij )?(?:het|t)?,? ?maar (?:weten|horen)\b|"
    r"\bzeg (?:het |t )?(?:me |mij )?(?:dan )?(?:maar|gewoon|eerlijk|direct)\b|\blijkt? me (?:\w+ )?(?:goed|verstandig|"
    r"handig|slim|nuttig|prima|logisch|belangrijk|wijs|fijn)\b|\bheb ik recht op\b|\brecht om\b|\bkom maar op\b|"
    r"\blaat maar komen\b|\b(?:stuur|mail|bel|geef)(?: \w+)? maar\b|"
    r"\bdoe (?:mij|me|het|dat)?,? ?(?:maar )?wel\b|\bweten is beter\b|\bgoed om (?:het |dat )?te weten\b|"
    r"\b(?:verstandig|handig|slim|nuttig|"
    r"fijn|belangrijk|duidelijkheid|zekerheid)\b|"
    r"\bliever (?:wel|weten|wel weten)\b|\bhoor ik wel\b|\bbeter (?:om )?(?:het )?(?:te )?weten\b|"
    r"\bmoet ik (?:wel )?weten\b|\bgeen (?:probleem|bezwaar|punt|moeite)\b|\bmag (?:wel|je|u)\b|"
    r"\bwel handig\b|\bwil ik wel\b|\bwel weten\b|\bis goed\b|\bprima\b|\bweet het (?:graag|liever)\b|"
    r"\bniet erg\b|\bbelangrijk om te weten\b|\bmaakt (?:me |mij |ons )?niet uit\b"
)
_NOT_WANT = re.compile(
    r"\b(?:hoef|hoeft|wil|wilt|wens|hoeven|willen|wou)\b[^,]{0,25}\b(?:niet|nie|geen|niks|niets|nooit)\b|"
    r"\b(?:liever|beter) niet\b|\bniet (?:willen )?(?:te )?weten\b|\bgeen (?:behoefte|zin|interesse|"
    r"uitslag)\b|\bhou(?:d)? (?:dat|het) (?:maar )?voor\b|"
    r"\b(?:kop|hoofd) in het zand\b|\b(?:bespaar|spaar) me\b|\blaat (?:het )?maar (?:zitten|achterwege)\b|"
    r"\bmaakt me (?:te )?bang\b|\bdoe maar (?:liever )?niet\b|"
    r"\bliever (?:geen|in het ongewisse|onwetend)\b|\bniet horen\b|\bniet hoeven\b|"
    r"\bhoeft (?:voor mij )?niet\b|\bniet nodig\b|\bniet ge[iï]nteresseerd\b|"
    r"\bzeg (?:het )?(?:maar )?niet\b|\bvertel (?:het )?(?:maar )?niet\b"
)
_DOUBLE = re.compile(
    r"\bniet (?:echt |per se |zozeer )?tegen\b|\b(?:niks|niets) mis mee\b|\bniet (?:zo )?dat\b[^,]{0,30}\b(?:niet|"
    r"geen)\b|\bzou niet weten waarom niet\b|\bwaarom (?:zou ik |"
    r"ook )?(?:het )?niet\b|\bniets? op tegen\b|\b(?:niks|niets|geen bezwaar) (?:op )?tegen\b|"
    r"\bheb er niks? tegen\b"
)
_NOT_WISE = re.compile(r"\bniet (?:zo |erg |heel |echt )?(?:verstandig|handig|slim|nuttig|fijn|belangrijk|prettig)\b")
# "weten is beter dan niet weten"
_BETTER_THAN = re.compile(r"\bdan niet (?:te )?weten\b")
_TEST_TOPIC = re.compile(r"\b(?:uitslag|uitslagen|testen|test|hiv|tuberculose|hepatitis|tbc)\b")


def randomisation(message: Message, criterion: Criterion, asked: bool) -> Reading | None:
    """Option for the criterion `randomisation` (2019 Q&A: no lottery, no participation); None when not settled.

    A grudging "liever niet, maar als het moet" accepts; accepting only one outcome of the lottery does not.
    """
    text = message.statement
    if not _LOTTERY.search(text) and (not asked or _TEST_TOPIC.search(text)):
        return None
    if unsure(text):
        return None
    if asked and _DIFFICULT.fullmatch(text):
        return Reading("unknown", True, text)
    if _OWN_CHOICE.search(text) and not re.search(r"\b(?:hoop|liefst|voorkeur)\b|\bliever\b[^,]*\bstamcel", text):
        return Reading("no", True, text)
    if _IF_NEEDED.search(text) or _DOUBLE.search(text):
        return Reading("yes", True, text)
    if _REFUSE.search(re.sub(r"\bniet (?:erg|leuk maar)\b", "", text)):
        return Reading("no", True, text)
    if _FINE.search(text):
        return Reading("yes", True, text)
    return None


def test_results(message: Message, criterion: Criterion, asked: bool) -> Reading | None:
    """Option for the criterion `test_results`; None when not settled.

    Who does not want to know the results cannot take part (2019 Q&A).
    """
    text = message.statement
    about = _TEST_TOPIC.search(text) and re.search(r"\b(?:weten|horen|uitslag)", text)
    if not about and (not asked or _LOTTERY.search(text)):
        return None
    if re.search(r"\bweet\b[^,]{0,12}\bliever niet\b|\bwat niet weet\b", text):
        return Reading("no", True, text)
    if unsure(text):
        return None
    if asked and _DIFFICULT.fullmatch(text):
        return Reading("unknown", True, text)
    text = _BETTER_THAN.sub(" ", text)
    if re.search(r"\balleen als\b", text):
        return Reading("unknown", True, text)
    if _IF_NEEDED.search(text) or _DOUBLE.search(text):
        return Reading("yes", True, text)
    if _NOT_WISE.search(text):
        return None  # "niet verstandig": to be tested, to know, or not to know?
    if _NOT_WANT.search(text):
        return Reading("no", True, text)
    if _WANT.search(text):
        return Reading("yes", not re.search(r"maakt", text), text)
    return None
