"""Tells a message that steers the pre-screen (back, stop, start over, a correction) from one that answers it."""

from __future__ import annotations

import re

_POLITE = (
    r"(?:(?:nee|ja|ok|oke|sorry|wacht|even|nu|maar|graag|aub|alstublieft|alsjeblieft|please|toch|liever|"
    r"eens|dan|bedankt|dank u|hoor|ff|effe)[ ,.!]*)*"
)
_STOP = re.compile(
    rf"^{_POLITE}(?:(?:ik |we )?(?:wil |wilde |ga |zou (?:graag )?|moet )?{_POLITE}(?:stop|stoppen|"
    rf"ophouden|kappen|afbreken|afhaken|annuleren)|ik stop|hou(?:d)? (?:maar |er ?mee |nu )?op|"
    rf"ik wil niet (?:meer )?verder|ik (?:kap|haak af|hou op)|stop|annuleer|quit|exit|einde|cancel|"
    r"laat maar zitten|geen zin (?:meer )?(?:in|an) (?:deze |die |de |al die )?vragen|ik (?:wil|"
    r"hoef) (?:die |de |deze )?(?:vragen|vragenlijst) niet (?:meer|verder)(?: \w+){0,2}|ik haak af)"
    rf"(?: (?:er ?mee|ermee|hiermee|daarmee|mee|met (?:de |deze |dit |die |al die |het )?(?:vragen\w*|"
    rf"vragenlijst|test|check|invullen|chat|gesprek|vraag|deze|dit)|de vragen|deze vragen|de vragenlijst|"
    rf"het|dit|af|nu|maar|even|graag|"
    rf"aub|alstublieft|alsjeblieft|hoor|a\.u\.b|voor nu|voor vandaag|met invullen|te moe|"
    rf"ik ben (?:te )?moe|invullen|vragen))*[ ,.!]*(?:(?:ik ben |te |ben )*(?:moe|vermoeiend|lang|"
    rf"veel))?[ .!]*$"
)
_NO_MORE = re.compile(r"^(?:nee[, ]*)?ik heb (?:hier |er )?(?:echt )?geen zin (?:meer )?in[ .!]*$")
_BACK = re.compile(
    rf"^{_POLITE}(?:(?:ik )?(?:wil |kan ik |mag ik |zou ik |kunnen we |kan je |wil je |"
    rf"kunt u )?{_POLITE}(?:(?:een |1 )?(?:vraag |stap |stapje )?terug(?:gaan|kan)?|ga(?:an)? (?:een |"
    rf"1 )?(?:vraag |stap |stapje )?terug|"
    rf"(?:ga )?(?:terug )?naar (?:de )?(?:vorige|vorig)(?: vraag)?|(?:de )?vorige(?: vraag)?|"
    rf"vorig antwoord|back|previous|"
    r"(?:mijn |m'n |het )?(?:vorige? |laatste )?antwoord(?:en)?(?: \w+){0,4} (?:veranderen|aanpassen|"
    r"wijzigen|verbeteren|corrigeren))"
    r"(?: (?:naar (?:de )?(?:vorige )?vraag(?: .*)?|gaan|graag|aub|kunnen|een vraag|1 vraag|een stap|"
    r"alstublieft))*)[ ?.!]*$"
)
_RESTART = re.compile(
    rf"^{_POLITE}(?:(?:ik )?(?:wil |kan ik |mag ik |zou ik |kunnen we )?{_POLITE}(?:helemaal )?(?:opnieuw|"
    rf"overnieuw|van voren? af(?: ?aan)?|van het begin|vanaf het begin|"
    rf"bij het begin)(?: \w+)? ?(?:beginnen|starten|doen|invullen)?|"
    r"begin(?:nen)? (?:maar )?(?:helemaal )?(?:opnieuw|overnieuw|van voren? af(?: ?aan)?|bij het begin)|"
    r"start (?:helemaal )?opnieuw|herstart(?:en)?|restart|reset|start over)[ ?.!]*$"
)
_CORRECTION = re.compile(
    r"\b(?:bedoelde|bedoel(?! (?:je|u|jij)\b|t\b)|vergist?e?|vergissing|foutje|fout(?: \w+)?|verkeerd\w*|"
    r"correctie|corrigeer|moet zijn|moest zijn|oeps|oei|ik zei|typfout|tikfout|ho wacht|"
    r"(?:nee|neen),? wacht|wacht|verbeter\w*|(?<!maar )(?<!ga )toch (?:niet|wel)|klopt niet|niet juist|aanpassen|"
    r"veranderen|wijzigen)\b"
)
_WEAK_CORRECTION = re.compile(r"\b(?:sorry|eigenlijk|nee|neen|toch|trouwens|o ja|oh ja)\b")
_NOT_CORRECTION = re.compile(
    r"\b(?:wacht (?:op|nog|al|ik op)|ik wacht\b|wachtlijst|fout gegaan|verkeerde been|toch wel moeite)\b"
)


def wants_stop(plain: str) -> bool:
    """Whether the person wants to end the questions; "ik ben gestopt met tecfidera" does not."""
    return bool(_STOP.match(plain.strip()) or _NO_MORE.match(plain.strip()))


def wants_back(plain: str) -> bool:
    """Whether the person wants the previous question again."""
    return bool(_BACK.match(plain.strip()))


def wants_restart(plain: str) -> bool:
    """Whether the person wants to start the pre-screen over."""
    return bool(_RESTART.match(plain.strip()))


def corrects(plain: str) -> bool:
    """Whether the message takes something back: "wacht, ik bedoelde SPMS"."""
    return bool(_CORRECTION.search(plain)) and not _NOT_CORRECTION.search(plain)


def may_correct(plain: str) -> bool:
    """Whether the message takes something back, provided that it speaks of another question than the one asked."""
    return bool(_WEAK_CORRECTION.search(plain)) or corrects(plain)
