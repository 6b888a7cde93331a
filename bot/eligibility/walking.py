"""Reads whether someone can walk about 100 metres without aid or rest."""

from __future__ import annotations

import re

from bot.eligibility.criteria import Criterion
from bot.eligibility.edss import from_score
from bot.eligibility.message import Message, Reading
from bot.eligibility.numbers import NUMBER, number
from bot.eligibility.yes_no import Polarity, leading, unsure

_AID_WORD = (
    r"(?:wandel)?stok(?:ken|je)?|kruk(?:ken|je)?|rollator|walker|looprek|rolstoel\w*|rolwagen|scootmobiel|"
    r"looprekje|loophulp|loopfiets|"
    r"(?:loop)?hulpmiddel(?:en)?|hulpstukken?|ondersteuning|steun|begeleiding|nordic walking stokken|"
    r"trippelstoel|duofiets|tripod|gaanrek|gaanstok"
)
_AID = re.compile(
    rf"\b(?:{_AID_WORD})\b|\b(?:aan|bij) (?:de|een|iemands|mijn mans?|m'n mans?|zijn|haar) arm\b|"
    rf"\bgearmd\b|\barm van\b|\biemand (?:vast|nodig)|\bmet hulp\b|\bhulp nodig\b|\bvasthouden\b"
)
_NO_AID = re.compile(
    rf"\b(?:zonder|geen|nooit een|niet met|gene|nog geen)\b(?: \w+){{0,2}}? (?:{_AID_WORD}|hulp|iets|"
    rf"vasthouden|arm)\b(?:(?:,| of| en| noch| geen| een)* (?:{_AID_WORD})\b)*|"
    rf"\b(?:{_AID_WORD}) (?:heb ik |gebruik ik |is )?(?:nog )?niet (?:nodig|gebruikt)|"
    rf"\bzonder\b"
)
_ONLY_WITH = re.compile(
    r"\b(?:niet|nooit|geen (?:\d+ ?|honderd )?(?:meter|m|stap))\b[^,]{0,20}\bzonder\b|"
    r"\bzonder\b(?: \w+){0,4} (?:(?:lukt|kan|"
    r"gaat|red|kom)(?: \w+){0,3} (?:niet|nie|nergens|nooit)|niet)\b|\b(?:alleen|enkel|"
    r"slechts) (?:maar )?met\b|\bkan niet zonder\b"
)
_WHEELCHAIR = re.compile(
    r"\b(?:rolstoel|rolwagen|bedlegerig|scootmobiel|rolstoelgebonden|rolstoelafhankelijk|"
    r"kan niet (?:meer )?lopen|loop niet meer|verlamd)\b"
)
_FAR_ONLY = re.compile(
    r"\b(?:lange|langere|grote|verre|verder|ver|stukken|stuk|buiten|buitenshuis|winkelen|soms|af en toe|"
    r"slechte dagen|dagje|onderweg|als ik moe|bij vermoeidheid|meestal|vaak|in de stad|wel eens|noodgeval|"
    r"vakantie)\b"
)
_REST = re.compile(
    r"\b(?:pauzes?|pauzeren|uitrusten|rustpauzes?|rusten|rust|zitten|bankje|stilstaan|stoppen|tussenpozen|"
    r"bijkomen|op adem|stops?)\b"
)
_NO_REST = re.compile(
    r"\b(?:zonder|geen|niet|nooit)\b[^,]{0,15}\b(?:pauzes?|pauzeren|uitrusten|rustpauzes?|rusten|"
    r"te rusten|rust|zitten|stoppen|stilstaan|stops?)\b|\brustig"
)
_DISTANCE = re.compile(
    rf"\b(?P<n>{NUMBER}|halve|half|anderhalve|paar|een paar|enkele|tientallen|honderden|een paar honderd|"
    rf"paar honderd)? ?(?P<unit>km|kilometers?|kilometertje|kms|meters?|metertjes|mtr|m)\b"
)
_TIME = re.compile(
    rf"\b(?P<n>{NUMBER}|half|een half|halve|anderhalf|een|uren|kwartier)? ?(?P<unit>uur(?:tje)?|uren|"
    rf"kwartier(?:tje)?|minuten|min|minuutjes)\b"
)
_CANNOT = re.compile(
    r"\b(?:kan|kunnen|lukt|gaat|red|haal|loop|lukken|hou|kom|zie ik|lopen)\b[^,]*?\b(?:niet|nie|nooit|"
    r"niet meer|geen|amper|nauwelijks|never)\b|^(?:niet|al lang niet|al jaren niet)? ?(?:meer)?$|"
    r"\bniet (?:meer )?(?:lukken|lopen|gaan|halen|kunnen)\b|\b(?:geen|amper|nauwelijks|"
    r"hooguit een) (?:stap|meter)\b|\bonmogelijk\b|^(?:nee[, ]*)?(?:ik denk )?net niet\b|\b(?:paar|"
    r"enkele) (?:stappen|"
    r"stapjes|pasjes)\b|\bte ver\b"
)
_CAN = re.compile(
    r"\b(?:geen (?:enkel )?(?:probleem|moeite|punt)|makkelijk|gemakkelijk|prima|met gemak|"
    r"zonder (?:problemen|moeite)|moeiteloos|fluitend|nog alles|marathons?|kan (?:ik )?(?:dat )?(?:heel |"
    r"nog |best |zeker |nog heel |erg )*(?:goed )?(?:lopen|nog)$|kan ik nog(?=$|,)|lukt nog(?=$|,)|"
    r"loop (?:ik )?(?:nog )?(?:als een|de benen)|met moeite|(?:zou|moet)(?: \w+){0,3} lukken|"
    r"(?:wandel|loop|fiets en loop|ren|wandelt|loopt) (?:\w+ )?(?:elke|"
    r"iedere|veel|vaak|dagelijks|graag|altijd|nog alles|overal|met de hond|de hond)|net aan|(?:hele )?stukken|"
    r"hele einden|de hond uit|vierdaagse|nog los\b|nog wel los|alles nog|doet hij|doe ik nog|"
    r"hardlopen|hardloop|ren|rennen|sport|joggen|jog|lukt (?:nog )?(?:wel|goed|prima|best|makkelijk|net|"
    r"gewoon|zeker)|gaat (?:nog )?(?:wel|goed|prima|best|makkelijk|gewoon|net|zeker)|"
    r"kan ik (?:nog )?(?:wel|goed|prima|gewoon|best|net|makkelijk|zeker)|"
    r"loop (?:nog )?(?:gewoon|goed|prima|normaal|best|redelijk|zelfstandig)|kan (?:nog )?(?:gewoon|goed|"
    r"prima|normaal|zelfstandig|best|makkelijk) (?:goed )?lopen|dat lukt(?: me)?$|dat kan ik$|dat gaat$|"
    r"lukt$|kan ik$|nog net|net wel|haal ik (?:wel|makkelijk|net|nog)|red ik (?:wel|makkelijk|net|nog)|"
    r"ver genoeg|veel verder|nog wel)\b"
)
# "nee hoor, geen enkel probleem": the no denies a problem, it does not answer the question.
_NO_TROUBLE = re.compile(
    r"\b(?:(?:geen|nul|nergens|zonder|no)(?: \w+){0,3}?|(?:niet|nooit)(?: (?:veel|echt|zoveel|eens|enig|heel|"
    r"een))*) (?:probleem|problemen|moeite|last|lasten|issues?|"
    r"punt|klachten|"
    r"beperking(?:en)?|belemmering(?:en)?|problem)\b|\bnergens (?:\w+ )?last\b|\bgeen centje pijn\b|\been makkie\b|"
    r"\bappeltje"
)
# It takes effort, but it is done.
_EFFORT = re.compile(r"\bniet zonder (?:pijn|moeite|problemen|enige moeite|inspanning|slag of stoot)\b")
_NOT_TRIED = re.compile(
    r"\b(?:nooit|niet|nog niet)(?: \w+)? (?:gemeten|geteld|geprobeerd|getest|nagegaan|bijgehouden|opgelet|op gelet|"
    r"uitgeprobeerd)\b"
)
_AMOUNTS = {
    "halve": 0.5, "half": 0.5, "anderhalve": 1.5, "paar": 5.0, "een paar": 5.0, "enkele": 5.0, "tientallen": 50.0,
    "honderden": 300.0, "een paar honderd": 300.0, "paar honderd": 300.0,
}  # fmt: skip
_VARIES = re.compile(
    r"\b(?:soms|wisselt|wisselend|verschilt|verschillend|afhankelijk|goede dagen|slechte dagen|goede dag|"
    r"slechte dag|ligt eraan|per dag|de ene dag|niet altijd|af en toe|meestal)\b|"
    # Less well than before says nothing about 100 metres.
    r"\bniet (?:meer )?(?:zo|heel|erg|al te) (?:goed|best|ver|makkelijk|soepel|lang|lekker|vlot)\b"
)
# "nee hoor, dat gaat me prima af"
_GOES_WELL = re.compile(
    r"(?!.*\b(?:niet|geen|maar|alleen|enkel|met|aan|fiets\w*)\b)(?:\w+ ){0,4}?(?:prima|goed|makkelijk|gemakkelijk|"
    r"moeiteloos|probleemloos)\b"
)
# "nee, geen hulpmiddelen" most likely means that none is needed.
_AID_DENIED = re.compile(rf"(?:ik )?(?:heb |gebruik )?(?:ik )?geen (?:{_AID_WORD})(?: nodig)?")
_INDOORS = re.compile(
    r"\b(?:alleen|enkel|slechts)(?: \w+){0,2} (?:binnen\w*|in huis|thuis|door het huis)\b|\b(?:van|"
    r"tot)(?: \w+){0,3} (?:bank|bed|"
    r"stoel|toilet|wc|keuken)\b"
)
_TOPIC = re.compile(r"\b(?:loop|lopen|wandel|wandelen|gelopen|afleggen|te voet|meter lukt|lukt)\b")


def walking(message: Message, criterion: Criterion, asked: bool) -> Reading | None:
    """Option for the criterion `walking`; None when the message does not settle it.

    About `limits.metres` without aid or rest stands for EDSS 5.5 (MSweb; Kurtzke's scale); an aid on one side is 6,
    a wheelchair 7. Distances a little short of the limit cannot be judged by the person: unknown.
    """
    text = _EFFORT.sub("met moeite", message.statement)
    score = from_score(text, criterion, asked)
    if score:
        return score
    if not asked and not _about_walking(text):
        return None
    if asked and _NOT_TRIED.search(text):
        return Reading("unknown", True, text)
    if unsure(text):
        return None
    if asked and re.search(r"\b(?:orthese|spalk|brace|beugel|evo|evoza|stimulator)\b", text) and not _AID.search(text):
        return Reading("unknown", True, text)
    if _VARIES.search(text) and not re.search(r"\bgeen\b.*\baltijd\b", text):
        return Reading("unknown", True, text) if asked else None
    reading = _from_aids(text, criterion, asked) or _from_distance(text, criterion)
    if reading is not None:
        return Reading(reading.option, reading.certain, text)
    if not asked:
        return None
    lead = leading(text)
    if re.search(r"\b(?:vroeger|eerst|eerder)\b.*\bnu (?:niet|nie)\b", text):
        return Reading("no", True, text)
    if _INDOORS.search(text):
        return Reading("no", True, text)
    trouble_denied = _NO_TROUBLE.search(text)
    if _CANNOT.search(_NO_TROUBLE.sub("prima", text)) and not re.search(r"\bniet (?:ver(?:der)? dan|zo)\b", text):
        return None if lead and lead.polarity is Polarity.YES else Reading("no", True, text)
    if trouble_denied:
        return Reading("yes", True, text)
    if lead and lead.polarity is Polarity.NO and (_GOES_WELL.match(lead.rest) or _AID_DENIED.fullmatch(lead.rest)):
        return Reading("yes", False, text)
    unaided = _NO_AID.search(text) and not re.search(r"\b(?:rolstoel|scootmobiel)\b", text)
    if (_CAN.search(text) or unaided) and not (lead and lead.polarity is Polarity.NO):
        return Reading("yes", True, text)
    return None


def _about_walking(text: str) -> bool:
    distance = _DISTANCE.search(text)
    return bool(
        (_TOPIC.search(text) and (distance or _AID.search(text)))
        or re.search(
            r"\b(?:zit|ben|lig|afhankelijk|gebruik|heb)\b[^,]*\b(?:rolstoel|rollator)\b|\brolstoel(?:gebonden|"
            r"afhankelijk)\b",
            text,
        )
    )


def _from_aids(text: str, criterion: Criterion, asked: bool) -> Reading | None:
    if _ONLY_WITH.search(text):
        return Reading("no")
    without_aid = _NO_AID.sub(" ", text)
    aid = _AID.search(without_aid)
    enough = _enough(text, criterion)
    if aid and enough and re.search(r"\b(?:los|zelf|zonder)$|\b(?:nog|wel|gewoon) los\b", text):
        return Reading("yes", False)  # the aid is for longer stretches
    if aid and _NO_AID.search(text) and enough:
        # "100 m zonder stok, verder met stok": what counts is said of the stretch without.
        stretch = re.search(r"[^,]*\bzonder\b[^,]*", text)
        return Reading("yes") if stretch and _enough(stretch.group(), criterion) else Reading("unknown", False)
    if aid and _FAR_ONLY.search(text):
        return Reading("yes", False) if enough and _NO_AID.search(text) else (Reading("unknown") if asked else None)
    if aid:
        return Reading("no")
    said_yes = re.match(r"ja\b|dat lukt\b|wel\b", text)
    if (enough or said_yes) and re.search(
        r"\b(?:dan|daarna|erna) (?:moet|ga|wil|ben)\b|\b(?:moet|ga) (?:ik )?(?:daarna|erna)\b", text
    ):
        return Reading("yes", False)  # the rest comes after the distance
    if _REST.search(_NO_REST.sub(" ", text)) and (asked or enough is not None):
        return Reading("no")
    return None


def _from_distance(text: str, criterion: Criterion) -> Reading | None:
    enough = _enough(text, criterion)
    if enough is None:
        distances = _metres(text)
        return Reading("unknown") if distances and not _denied(text) else None
    if enough and _denied(text):
        # "100 meter lukt niet" is no; "300 meter haal ik niet" leaves 100 open.
        least = min(_metres(text), default=0.0)
        return Reading("no") if least <= criterion.limits["metres"] * 1.5 else None
    return Reading("yes" if enough else "no")


def _denied(text: str) -> bool:
    text = re.sub(r"\bniet (?:veel )?(?:verder|meer) dan\b", "", text)
    return (
        bool(_CANNOT.search(text))
        or bool(re.search(r"^(?:nee|neen)\b|\b(?:niet|nooit|geen)\b", text))
        and not re.search(r"\b(?:geen probleem|geen moeite|geen hulp)|zonder", text)
    )


def _enough(text: str, criterion: Criterion) -> bool | None:
    """Whether the distance named reaches the limit; None when none is named or it is just short of it."""
    metres = _metres(text)
    if not metres:
        return None
    most = max(metres)
    limit = criterion.limits["metres"]
    if most >= limit:
        return True
    return False if most <= limit * 0.8 else None


def _metres(text: str) -> list[float]:
    found = []
    bare = re.fullmatch(r"(?:ja[, ]*)?(?:ongeveer |zo'n |hooguit |max |maximaal |rond de )?(\d{2,4})", text)
    if bare:
        return [float(bare[1])]
    ranged = re.search(rf"\btussen (?:de )?(?P<low>{NUMBER}) en (?:de )?(?P<high>{NUMBER}) ?(?:m|meter)\b", text)
    if ranged:
        # Nearly the upper end: "tussen de 50 en 100" falls just short of 100, which cannot be judged.
        return [(number(ranged["high"]) or 0) * 0.9]
    text = re.sub(rf"\b(?:minder|korter) dan (?:de )?{NUMBER} ?(?:m|meter)\b", "50 meter", text)
    for match in _DISTANCE.finditer(text):
        count = match["n"]
        factor = 1000.0 if match["unit"].startswith("k") else 1.0
        if count is None:
            if factor > 1:
                found.append(1500.0)
            continue
        value = _AMOUNTS.get(count) or number(count)
        if value is not None:
            found.append(value * factor)
    for match in _TIME.finditer(text):
        # A minute's walk is some 50 metres at a slow pace.
        per = {"u": 3000.0, "k": 750.0, "m": 50.0}[match["unit"][0]]
        count = match["n"]
        value = {"half": 0.5, "een half": 0.5, "halve": 0.5, "anderhalf": 1.5}.get(count or "een") or number(
            count or "een"
        )
        if value is not None and (count or match["unit"][0] != "m"):
            found.append(value * per)
    return found
