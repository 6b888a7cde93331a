"""The safety patterns of data/lexicon/safety.yml, on sentences that are not in the training data."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.nlu.safety_patterns import SafetyPatterns
from bot.nlu.text import normalise

ROOT = Path(__file__).parents[3]
LEXICON = ROOT / "data/lexicon/safety.yml"
PATTERNS = SafetyPatterns.load(LEXICON)

CRISIS = [
    "ik wil echt niet meer leven zo",
    "Eigenlijk wil ik gewoon dood.",
    "soms wil ik dood",
    "ik zou het liefst dood zijn, ik wil dood",
    "Ik zie het allemaal niet meer zitten",
    "ik zie t nie meer zitten",
    "het hoeft voor mij allemaal niet meer",
    "van mij hoeft het niet meer",
    "ik denk de laatste tijd vaak aan zelfmoord",
    "heb steeds zelfmoordgedachten",
    "ik ga er een eind aan maken",
    "ik wil er een eind aan maken, aan mijn leven",
    "ik maak er een eind aan, die behandeling komt er toch niet",
    "maak er maar een eind aan, ik wil niet meer",
    "ik maak er een eind aan, dit is geen leven",
    "ik zie mijn leven zo echt niet zo zitten",
    "ik hou het niet meer van de pijn",
    "mijn leven is voorbij als ze mij weer afwijzen",
    "als dit ook niet lukt maak ik er een einde aan",
    "ik ga mezelf iets aandoen",
    "mijn gezin is beter af zonder mij",
    "iedereen zou beter af zijn als ik dood was",
    "niemand zou mij missen",
    "ik hoop elke avond dat ik niet meer wakker word",
    "welke pil moet ik slikke om nooit mee wakker te worden",
    "mijn leven heeft geen enkele zin meer",
    "ik ben echt klaar met het leven",
    "Ik trek het niet meer, elke dag pijn",
    "ik hou het niet langer vol",
    "ik spring van een brug",
    "vanavond maakt zij zich van kant",
    "ik wil onder een trein springen",
    "ik heb genoeg slaappillen opgespaard",
    "mijn man zegt dat hij niet meer wil leven",
    "mijn dochter praat steeds over zelfmoord",
    "ik ga mijn eigen leven beëindigen",
    "ach, was ik maar nooit geboren",
    "ik wil er gewoon niet meer zijn",
    "kan ik meedoen aan de studie? anders hoeft het leven voor mij niet meer",
    "I want to end my life",
    "ik ben zo wanhopig, ik wil niet verder",
    "ik heb al weken gedachten aan de dood",
    "eerlijk gezegd wil ik niet meer verder leven",
    "ik ben zo moe, ik wil gewoon niet meer bestaan",
    "ik wou dat ik kon inslapen en niet meer wakker werd",
    "als ik nu dood zou gaan vind ik het prima",
    "ik wil mezelf iets aandoen als ik geen stamceltherapie krijg",
    "niemand geeft om mij, ik kan net zo goed van een brug springen",
    "ik heb de pillen al klaarliggen",
    "ik sta op het punt er een einde aan te maken",
    "ik zie het leven niet meer zitten sinds de diagnose",
    "mijn vriend met ms zegt dat hij zelfmoord wil plegen",
    "het leven met ms is geen leven, ik wil dood",
    "ik voel me suïcidaal",
    "voor mij hoeft het leven zo niet meer",
    "ik ben liever dood dan in een rolstoel",
    "ik wil weg uit dit leven",
    "ik kan de pijn niet meer aan en wil sterven",
    "ik wil doodgaan",
    "wat maakt het uit, ik ga er toch een eind aan maken",
    "kga er nen eind aan maken",
]

URGENT = [
    "ik val bijna flauw van de pijn",
    "ik kan sinds vannacht mijn rechterarm niet meer bewegen",
    "Mijn benen willen ineens niet meer",
    "mijn linkerbeen is sinds gisteren helemaal verlamd",
    "ik zie plotseling niks meer met mijn rechteroog",
    "ik zie sinds vanochtend alles dubbel",
    "ik krijg bijna geen adem",
    "mijn vrouw krijgt geen lucht",
    "ik ben ineens heel erg benauwd",
    "ik heb 39 koorts en ben twee weken geleden getransplanteerd",
    "Mijn zoon heeft sinds vanmorgen koorts, hij is pas terug van zijn stamceltransplantatie",
    "ik heb koorts gekregen na de chemo",
    "heb nu 38,7 en drie weken terug stamceltherapie gehad",
    "ik lig te rillen, vorige week chemo gehad, ik heb koude rillingen",
    "ik heb pijn op de borst en het straalt uit",
    "mijn man is flauwgevallen en reageert niet",
    "zijn mond hangt ineens scheef",
    "ik kan plots niet meer praten",
    "ik hoest bloed",
    "mijn bloedneus stopt niet",
    "mijn tong zwelt op",
    "moet ik nu naar de spoedeisende hulp",
    "bel een ambulance",
    "dit is een noodgeval",
    "ik ben van mijn bed gevallen en kom niet meer overeind",
    "ik kan al sinds vanochtend niet plassen",
    "ik hou niks binnen sinds de chemo",
    "mijn vriend heeft een epileptische aanval",
    "kun je later verder met de vragen, ik krijg geen lucht",
    "i cant breathe",
    "ik kan plotseling mijn been niet optillen",
    "sinds vanmorgen voel ik mijn rechterarm niet meer",
    "ik kan ineens niet meer zien met links",
    "ik heb erg veel moeite met ademen nu",
    "ik krijg nauwelijks lucht sinds vannacht",
    "ik ben 10 dagen geleden getransplanteerd en heb 38,8 graden",
    "na mijn stamceltherapie heb ik nu ineens hoge koorts",
    "mijn vrouw heeft koorts, ze kreeg vorige week haar stamcellen terug",
    "ik heb koorts sinds het oogsten van mijn stamcellen",
    "mijn man kan ineens niet meer praten en zijn arm hangt slap",
    "mijn broer is flauwgevallen en wordt niet wakker",
    "ik heb ineens enorme hoofdpijn en ik zie dubbel",
    "ik bloed uit mijn neus en het stopt niet",
    "ik heb pijn op mijn borst en zweet",
    "ik val sinds vandaag steeds om en kan niet meer staan",
    "mijn moeder ligt op de vloer en reageert niet",
    "moet ik de ambulance bellen",
    "ik kan niet meer plassen, al sinds gisteren",
    "mijn lippen worden dik en ik krijg geen adem",
    "ik heb nu hevige buikpijn en bloed in mijn ontlasting",
]

HARMLESS = [
    # an end to what is no life, and words of horror at what is small
    "ik wil er een eind aan maken, aan die pillen",
    "we maken er een einde aan, aan de inzameling",
    "maak er nu maar een eind aan, die vragenlijst is veel te lang",
    "mijn leven is voorbij als mijn krullen uitvallen haha",
    "ik val bijna flauw van zulke bedragen",
    "ik zie het niet zo zitten, zo'n loting",
    "ik hou het niet meer van nieuwsgierigheid",
    # dying, as a question
    "ga ik dood aan de behandeling?",
    "Hoe groot is de kans dat ik doodga door de chemo?",
    "kan je overlijden aan stamceltherapie",
    "hoeveel mensen gaan er dood aan aHSCT",
    "gaan mensen dood in de studie",
    "ik wil niet dood aan die chemo, hoe groot is het risico",
    "ik ben bang om dood te gaan tijdens de transplantatie",
    "ik wil weten of ik dood kan gaan",
    "waarom gingen er in de jaren negentig zoveel mensen dood",
    "wat gebeurt er met mijn stamcellen als ik er niet meer ben",
    "overleef ik dit wel",
    "hoe lang heb ik nog te leven met ms",
    "mijn buurman is aan kanker overleden",
    "wat gebeurt er met mijn gegevens als ik overlijd",
    # figurative and everyday
    "ik lach me echt dood om jou",
    "ik ben doodmoe na het werk",
    "doodgewone vraag: wat is een stamcel",
    "ik ga kapot van nieuwsgierigheid",
    "ik verveel me dood hier",
    "ik schaam me dood",
    "ik wil wel dood van schaamte",
    "ik ben doodsbang voor naalden",
    "ik zie het niet zitten om naar Moskou te gaan",
    "ik zie die loting niet zitten",
    "ik zie het niet meer zitten met deze vragenlijst",
    "het hoeft voor mij niet meer vandaag",
    "dat hoeft niet meer",
    "nee dat hoeft helemaal niet",
    "ik wil niet meer leven met die spuiten elke week",
    "ik kan niet meer stoppen met lachen",
    "ik ben wel klaar met al die vragen",
    "ik wil stoppen met de vragen",
    "maak er maar een eind aan, aan deze vragenlijst bedoel ik ja of nee",
    "kan stamceltherapie er een eind aan maken, aan die schubs",
    "ik wil een eind aan deze chat",
    "heeft het nog zin om me aan te melden",
    "het heeft geen zin meer om mee te doen denk ik",
    "is er nog hoop voor mensen met progressieve ms",
    "mijn neuroloog ziet het niet zitten",
    "de chemo maakt alles dood in je beenmerg",
    "je maakt mijn afweer dood toch",
    "ben ik beter af als ik meedoe aan de studie",
    "ben ik beter af zonder medicijnen",
    "ik ben wanhopig op zoek naar een goede kliniek",
    "waarom zou ik meedoen",
    "wat heeft het voor zin om te loten",
    # about suicide, not one's own
    "ik schrijf een scriptie over zelfmoord",
    "is zelfmoord vaker bij mensen met ms",
    "ik heb geen zelfmoordgedachten hoor",
    "ik ben niet suïcidaal",
    "mijn oom heeft lang geleden zelfmoord gepleegd",
    "vragen ze in de keuring naar depressie en zelfmoord",
    "ik heb vroeger een depressie gehad, mag ik meedoen",
    "ik werk bij 113",
    # fever, infections and other effects, as questions
    "krijg je koorts van groeifactoren?",
    "koorts na groeifactoren",
    "koorts na de transplantatie",
    "krijg ik koorts na de chemo",
    "wat moet ik doen als ik koorts krijg na de transplantatie",
    "hoe vaak komt koorts voor na stamceltherapie",
    "hoe groot is de kans op een infectie na de transplantatie",
    "ik heb toen koorts gehad na de groeifactoren",
    "ik heb een vraag over koorts na de chemo",
    "ik heb gelezen dat je koorts krijgt van de chemo",
    "ik heb vorig jaar na mijn stamceltherapie 39 koorts gehad",
    "is koorts gevaarlijk na een transplantatie",
    "ik ben 39 en wil stamceltherapie",
    "ik ben 38 jaar en heb rrms, kan ik stamceltherapie krijgen",
    "heb je tijdens de isolatie veel koorts",
    "kun je benauwd worden van de chemo",
    "krijg je minder lucht na de chemo",
    "ik heb soms wat benauwdheid",
    "ik ben benauwd voor de uitslag van de hiv test",
    "kan er bloed in mijn urine komen door cyclofosfamide",
    "hoeveel bloed nemen ze af",
    "mag ik nog bloed geven na stamceltherapie",
    "gaat er een lijn in mijn hals of lies",
    "word je blind van ms",
    "kan ik allergisch reageren op atg",
    "ik heb een allergie voor penicilline",
    # disability that is not new, other people's past, the pre-screen
    "kan ik niet meer, ik zit in een rolstoel",
    "ik kan al jaren niet meer lopen",
    "nee ik kan geen 100 meter meer lopen",
    "ik kan niet zonder stok lopen",
    "ik kan mijn benen al jaren niet meer goed bewegen",
    "bij mijn eerste schub kon ik ineens niet meer lopen",
    "ik zag toen plotseling niks meer met mijn linkeroog",
    "mijn moeder was na haar schub een tijd verlamd",
    "ik werd vorig jaar blind aan een oog en dat is hersteld",
    "ik zie niks op mijn scherm",
    "ik zie de knop niet meer",
    "ik voel mijn voeten minder goed dan vroeger",
    "kan ik door de behandeling verlamd raken",
    "kan ik ineens niet meer lopen als ik stop met tysabri",
    "mijn arts reageert niet meer op mijn mail",
    "ik loop steeds slechter de laatste jaren",
    "mijn hond kan ineens niet meer lopen",
    "mijn hond heeft een epileptische aanval gehad",
    "wat is het nummer van de spoedeisende hulp van het vumc",
    "ik heb een schub gehad in maart",
    "ik val soms om",
    "wat is een aanval",
    "ik heb elke dag pijn",
    # a second batch of the same kinds
    "ik wil het leven weer oppakken",
    "hoe is het leven na stamceltherapie",
    "is het leven na transplantatie weer normaal",
    "ik zie niet meer zo goed door ms",
    "ik zie ineens niet meer waar ik moet klikken",
    "ik zie plots niks meer in het menu",
    "mijn ogen zijn nu moe",
    "ik wil weten hoe ik verder kan leven met ms",
    "kan je hiermee weer normaal leven",
    "ik kan niet meer leven zoals vroeger",
    "ik zie geen reden om me aan te melden",
    "er is geen reden voor paniek toch",
    "ik zie geen uitkomst in die cijfers van de studie, kan dat simpeler",
    "wat is de dodelijke dosis straling bij bestraling",
    "hoeveel chemo is dodelijk",
    "mijn moeder is op van de zorgen",
    "ik ben het beu om te wachten",
    "ik ben die ziekte beu",
    "komt mijn arts bij mij langs",
    "heb ik 39 graden koorts nodig voor opname",
    "als ik koorts heb na de transplantatie, wie bel ik",
    "wie bel ik bij koorts na transplantatie",
    "heeft iedereen koorts na de chemo",
    "ik had koorts na de oogst",
    "ik heb twee dagen koorts gehad na de chemo in zweden",
    "kan ik na de transplantatie thuis blijven als ik 38 graden heb",
    "mag je met koorts de chemo krijgen",
    "moet ik bij elke koorts naar het ziekenhuis na stamceltherapie",
    "wat als ik koorts heb op de dag van de oogst",
    "mijn zus had een epileptische aanval na de transplantatie, komt dat vaker voor",
    "krijg je een allergische reactie van atg",
    "ik heb een allergische reactie gehad op copaxone",
    "ik ben 41 en heb na chemo geen kinderen",
    "ik ben 40 jaar en heb stamceltherapie gehad in mexico",
    "ik heb 38 laesies na stamceltherapie",
    "mijn man is 39 en heeft stamceltherapie gehad",
    "ik heb sinds gisteren een nieuwe neuroloog",
    "ik kan vandaag niet komen",
    "kan ik vandaag nog beginnen met de vragen, ik kan gisteren niet meer vinden",
    "sinds vandaag kan ik mijn dossier niet meer zien",
    "ik kan mijn afspraak sinds gisteren niet meer zien",
    "kun je plots verlamd raken door ms",
    "is mijn been verlamd door de schub van vorig jaar",
    "ik ben gedeeltelijk verlamd sinds 2015",
    "mijn linkerarm is verlamd maar dat is al jaren",
    "ik heb moeite met ademhalen door astma, mag ik meedoen",
    "ik krijg geen lucht van die mondkapjes, moet dat in isolatie",
    "het is niet te doen, zoveel tekst",
    "ik heb veel pijn bij het lopen",
    "mijn neus bloedt snel door lage bloedplaatjes",
    "bloed je sneller met weinig bloedplaatjes",
    "wat als ik bloed plas na cyclofosfamide",
    "ik stop met het leven als roker",
    "hoe voorkomen jullie zelfmoord bij deelnemers",
    "is er een kans op depressie na stamceltherapie",
    "ik ben depressief geweest, mag ik meedoen",
    "ik ben somber door mijn ms",
    "ik voel me down",
    "ik moet huilen van deze ziekte",
]


@pytest.mark.parametrize("text", CRISIS)
def test_finds_crisis(text: str) -> None:
    assert PATTERNS.alarm(text) == "crisis"


@pytest.mark.parametrize("text", URGENT)
def test_finds_acute_trouble(text: str) -> None:
    assert PATTERNS.alarm(text) == "urgent_symptoms"


@pytest.mark.parametrize("text", HARMLESS)
def test_leaves_near_misses_alone(text: str) -> None:
    assert PATTERNS.alarm(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "ik lach me dood om mensen die zeggen dat het goed komt, ik wil dood",
        "hoe lang duurt de studie? ik wil niet meer leven",
        "ik ben gevallen en kan niet opstaan, ik typ dit op mijn telefoon",
    ],
)
def test_a_harmless_part_does_not_hide_an_alarm(text: str) -> None:
    assert PATTERNS.alarm(text) is not None


def _phrases() -> dict[str, list[str]]:
    """All training phrases of the dialogue intents."""
    phrases: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in block:
                lines = [line[2:].strip() for line in block["examples"].splitlines()]
                phrases.setdefault(block["intent"], []).extend(line for line in lines if line)
    return phrases


def test_no_training_phrase_of_another_intent_raises_an_alarm() -> None:
    others = {k: v for k, v in _phrases().items() if k not in ("crisis", "urgent_symptoms")}
    assert len(others) > 10
    assert [one for phrases in others.values() for one in phrases if PATTERNS.alarm(one)] == []


def test_no_question_of_the_topics_raises_an_alarm() -> None:
    texts = [
        question
        for path in sorted((ROOT / "data/faq").glob("*.yml"))
        for topic in yaml.safe_load(path.read_text(encoding="utf-8"))["topics"].values()
        for question in topic["questions"]["nl"]
    ]
    assert len(texts) > 100
    assert [one for one in texts if PATTERNS.alarm(one)] == []


@pytest.mark.parametrize("intent", ["crisis", "urgent_symptoms"])
def test_most_training_phrases_are_caught_without_the_classifier(intent: str) -> None:
    # The phrases of later authors were written without sight of the patterns; the classifier learns from all of them.
    phrases = _phrases()[intent]
    caught = [one for one in phrases if PATTERNS.alarm(one) == intent]
    assert len(caught) / len(phrases) > 0.6


def test_no_phrase_stands_under_two_intents() -> None:
    seen: dict[str, str] = {}
    double = []
    for intent, phrases in _phrases().items():
        for one in phrases:
            key = normalise(one)
            if key and seen.setdefault(key, intent) != intent:
                double.append((one, intent, seen[key]))
    assert double == []
