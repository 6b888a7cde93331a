"""Other words for the texts of a trial: they come into it by the same names, and what is asked stays as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.eligibility.criteria import Criterion
from bot.eligibility.trial_file import load_trial
from bot.eligibility.wording import reworded
from bot.knowledge import files, fixed_texts, trial_texts
from bot.knowledge.findings import Limits
from bot.knowledge.schema import Text
from bot.settings import ROOT

FILE = ROOT / "data" / "trials" / "ram-ms.yml"
TRIAL = load_trial(FILE)
KNOWN = trial_texts.load(FILE, ROOT / "data" / "lexicon")
PASSAGES = files.load(ROOT / "data").passages
AGE, DRUGS = "trial.ram-ms.age.question.nl", "trial.ram-ms.second_line.question.nl"


def found(name: str, words: str, severity: str = "error") -> list[str]:
    """Check and case of what is found."""
    findings = fixed_texts.check(Text(name, (words,)), KNOWN, Limits(), PASSAGES)
    return [f"{one.check}.{one.case}".rstrip(".") for one in findings if one.severity == severity]


@pytest.mark.parametrize("name", KNOWN)
def test_every_text_passes_its_own_checks_and_comes_into_the_trial_in_other_words(name: str) -> None:
    assert found(name, KNOWN[name].variations[0]) == []
    assert reworded(TRIAL, {name: "ANDERE WOORDEN"}) != TRIAL
    assert reworded(TRIAL, {name: KNOWN[name].variations[0]}) == TRIAL


def test_all_words_changed_change_nothing_but_words() -> None:
    other = reworded(TRIAL, dict.fromkeys(KNOWN, "X"))
    said = [*other.recruitment_text.values(), *other.outcome_words.values()]
    for criterion in other.criteria:
        options = [option.label for option in criterion.options]
        texts = (criterion.name, criterion.question, criterion.help, criterion.way_on)
        said += [*texts, *options, *criterion.explanation.values()]
    assert {words for texts in said for words in texts.values()} == {"X"}
    assert [meant(one) for one in other.criteria] == [meant(one) for one in TRIAL.criteria]
    assert replace(
        other, criteria=(), recruitment_text=TRIAL.recruitment_text, outcome_words=TRIAL.outcome_words
    ) == replace(TRIAL, criteria=())


def meant(criterion: Criterion) -> object:
    options = [(option.id, option.outcome) for option in criterion.options]
    plain = (criterion.plain_yes, criterion.plain_no, criterion.limits, criterion.drugs)
    return criterion.id, options, plain, criterion.topic, criterion.source, criterion.passage


def test_words_of_nothing_and_words_for_another_trial_change_nothing() -> None:
    assert reworded(TRIAL, {"trial.other.age.question.nl": "X", "utter_greet": "X", AGE: "  "}) == TRIAL


@pytest.mark.parametrize(
    "words",
    [
        "Hoe oud bent u? U kunt meedoen van 18 tot en met 50 jaar.",
        "Ligt uw leeftijd tussen 18 en 50 jaar?",
    ],
)
def test_a_question_may_be_put_in_other_words(words: str) -> None:
    assert found(AGE, words) == []


@pytest.mark.parametrize(
    ("name", "words", "wrong"),
    [
        (AGE, "Bent u 18 tot en met 55 jaar oud?", ["kept_number.strange", "kept_number.lost"]),
        (AGE, "Bent u volwassen?", ["kept_number.lost", "kept_number.lost"]),
        (DRUGS, "Heeft u ooit Lemtrada, Ocrevus of Mavenclad gebruikt?", ["kept_term.lost"] * 3),
        (
            DRUGS,
            "Heeft u ooit alemtuzumab (Lemtrada), ocrelizumab (Ocrevus), cladribine (Mavenclad) of Tysabri gebruikt?",
            ["kept_term.strange"],
        ),
        ("trial.ram-ms.ms_type.option.rrms.nl", "Ja", ["kept_term.lost"]),
        (
            "trial.ram-ms.walking.option.yes.nl",
            "Nee, dat lukt niet",
            ["kept_term.lost", "kept_term.strange", "same_option"],
        ),
        ("trial.ram-ms.walking.option.yes.nl", "", ["incomplete.variation"]),
        ("trial.ram-ms.walking.option.yes.nl", "Ja" + ", dat lukt" * 5, ["text_length"]),
        ("trial.ram-ms.walking.question.nl", "Kunt u 100 meter lopen, {naam}?", ["placeholder.strange"]),
        ("trial.ram-ms.verzonnen.nl", "X", ["text.unknown"]),
    ],
)
def test_what_is_asked_cannot_be_changed(name: str, words: str, wrong: list[str]) -> None:
    assert found(name, words) == wrong


def test_long_sentences_and_hard_words_are_told_without_blocking() -> None:
    long = f"Zo {'kunt u ' * 8}misschien meedoen aan de studie."
    assert found("trial.ram-ms.walking.explanation.met.en", "You can walk about 100 metres. " + long) == []
    assert "long_sentence.text" in found("trial.ram-ms.age.help.nl", long, "warning")
    hard = "Verantwoordelijkheidsgevoelige leeftijdscategoriseringsmogelijkheden bestaan eveneens."
    assert "readability.text" in found("trial.ram-ms.age.help.nl", hard, "warning")


def test_texts_of_a_trial_and_of_safety_need_two_people() -> None:
    assert fixed_texts.needs_two(AGE)
    assert fixed_texts.needs_two("utter_crisis_en")
    assert not fixed_texts.needs_two("utter_greet")
