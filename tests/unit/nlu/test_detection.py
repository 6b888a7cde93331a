"""Which language a message is in."""

import pickle

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from bot.nlu.detection import LanguageDetector, _counted, _Pair
from bot.nlu.text import normalise

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


@pytest.mark.parametrize(
    ("text", "current", "language"),
    [
        # As usual in both, and in neither.
        ("ocrevus", "nl", "nl"),
        ("ocrevus", "en", "en"),
        ("peginterferon", "nl", "nl"),
        ("natalizumab", "en", "en"),
        # In one only.
        ("yes", "nl", "en"),
        ("ja", "en", "nl"),
        # Once in the other, where somebody wrote it by chance.
        ("hello", "en", "en"),
        ("sorry dokter", "nl", "nl"),
        # More words than two are judged by all of them.
        ("where can I find out whether natalizumab is part of the study", "nl", "en"),
    ],
)
def test_a_word_or_two_change_the_language_only_when_one_is_known_to_be_of_the_other(
    text: str, current: str, language: str
) -> None:
    few = {
        "nl": [*TEXTS["nl"], *(f"ocrevus {one}" for one in "abcdefgh"), "ja", "ja graag", "ja hoor", "sorry", "hello"],
        "en": [*TEXTS["en"], *(f"ocrevus {one}" for one in "ijklmnop"), "yes", "yes please", "yes sure", "sorry"],
    }
    assert LanguageDetector().fit(few).language(text, current) == language


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


@pytest.fixture(scope="module")
def pipeline() -> object:
    """What a detector learns with."""
    pairs = [(normalise(text), language) for language, texts in TEXTS.items() for text in texts]
    model = make_pipeline(
        make_union(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, lowercase=False),
            TfidfVectorizer(token_pattern=r"\S+", sublinear_tf=True, lowercase=False),
        ),
        LogisticRegression(C=10.0),
    )
    return model.fit([text for text, _ in pairs], [language for _, language in pairs])


@pytest.mark.parametrize(
    "text",
    ["hoe lang duurt het herstel", "how how how long does it take", "ms", "a", "e e e", "", "?!", "çédille", "42 xyzzy",
     "ik wil graag weten of ik met mijn vorm van MS can take part in the study, want dat weet ik niet"],
)  # fmt: skip
def test_a_text_is_read_as_by_what_was_learnt(pipeline: object, text: str) -> None:
    plain = normalise(text)
    for language, chance in zip(pipeline.classes_, pipeline.predict_proba([plain])[0], strict=True):  # type: ignore[attr-defined]
        assert _Pair(pipeline).chance(language, _counted(plain)) == pytest.approx(chance, abs=1e-12)


def test_what_an_earlier_version_stored_is_read_as_well(pipeline: object) -> None:
    stored = LanguageDetector().fit(TEXTS)
    stored.__dict__["_models"] = dict.fromkeys(stored._models, pipeline)
    found = pickle.loads(pickle.dumps(stored))
    assert found.language("where can I find out whether the hospital takes part in the study", "nl") == "en"
