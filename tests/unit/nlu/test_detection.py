"""Which language a message is in."""

import pytest

from bot.nlu.detection import LanguageDetector

TEXTS = {
    "nl": [
        "hoe lang duurt het herstel", "val ik af van de behandeling", "waar wordt de studie gedaan", "goedemorgen",
        "wat kost de behandeling in het buitenland", "mag ik zelf kiezen welk medicijn ik krijg", "ik wil meedoen",
        "kan ik nog kinderen krijgen", "wie betaalt het ziekenhuis", "ik weet het niet", "is er een leeftijdsgrens",
        "waarom duurt dat zo lang", "dank u wel voor de uitleg", "wat gebeurt er met mijn gegevens", "nee dat niet",
    ],
    "en": [
        "how long does recovery take", "will I lose weight", "where is the study done", "good morning", "thank you",
        "what does the treatment cost abroad", "may I choose which medicine I get", "I want to take part", "what is it",
        "can I still have children", "who pays for the hospital", "I do not know", "is there an age limit", "not that",
        "why does that take so long", "what happens to my data",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector().fit(TEXTS)


@pytest.mark.parametrize("current", ["nl", "en"])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where can I find out whether the hospital takes part in the study", "en"),
        ("waar kan ik vinden of het ziekenhuis aan de studie meedoet", "nl"),
    ],
)
def test_a_sentence_is_taken_for_the_language_it_is_in(
    detector: LanguageDetector, text: str, language: str, current: str
) -> None:
    assert detector.language(text, current) == language


@pytest.mark.parametrize("current", ["nl", "en"])
@pytest.mark.parametrize("text", ["ok", "RAM-MS", "ocrelizumab", "1985", "?", ""])
def test_what_could_be_either_stays_in_the_language_of_the_conversation(
    detector: LanguageDetector, text: str, current: str
) -> None:
    assert detector.language(text, current) == current


GERMAN = [
    "wie lange dauert die Erholung", "wo findet die Studie statt", "guten Morgen", "ich weiß es nicht", "vielen Dank",
    "was kostet die Behandlung im Ausland", "darf ich das Medikament selbst wählen", "ich möchte mitmachen",
    "kann ich noch Kinder bekommen", "wer bezahlt das Krankenhaus", "gibt es eine Altersgrenze", "warum so lange",
    "was passiert mit meinen Daten", "nein, das nicht",
]  # fmt: skip


@pytest.fixture(scope="module")
def of_three() -> LanguageDetector:
    return LanguageDetector().fit({**TEXTS, "de": GERMAN})


@pytest.mark.parametrize("current", ["nl", "en", "de"])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ich möchte wissen, ob das Krankenhaus bei der Studie mitmacht und was ich dafür bezahlen muss", "de"),
        ("where can I find out whether the hospital takes part in the study", "en"),
    ],
)
def test_a_third_language_is_told_apart(of_three: LanguageDetector, text: str, language: str, current: str) -> None:
    assert of_three.language(text, current) == language


@pytest.mark.parametrize(
    "text", ["ja", "wat is dat", "danke", "bij mij in de buurt", "in welke landen", "ik wil meedoen"]
)
def test_dutch_is_not_taken_for_a_language_that_looks_like_it(of_three: LanguageDetector, text: str) -> None:
    assert of_three.language(text, "nl") == "nl"


def test_a_third_language_changes_nothing_between_two(detector: LanguageDetector, of_three: LanguageDetector) -> None:
    for text in (*TEXTS["nl"], *TEXTS["en"], "the hospital", "het ziekenhuis", "thanks", "is that so"):
        assert of_three.language(text, "nl") == detector.language(text, "nl")


def test_with_one_language_there_is_nothing_to_detect() -> None:
    detector = LanguageDetector().fit({"nl": TEXTS["nl"]})
    assert detector.language("where is the study done", "nl") == "nl"
    assert LanguageDetector().language("where is the study done", "") == ""
