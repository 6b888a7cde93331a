"""Syllables, sentences and the Flesch-Douma score of Dutch, and their English likes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.readability import english_syllables, flesch, flesch_douma, syllables
from bot.knowledge.text import fold, sentences, squeeze, strip_markup, words


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("u", 1),
        ("huis", 1),
        ("stamcel", 2),
        ("behandeling", 4),
        ("ziekenhuis", 3),
        ("leeuw", 1),
        ("fraai", 1),
        ("groei", 1),
        ("nieuw", 1),
        ("beëindigen", 4),
        ("reïnfusie", 4),
        ("tweeënhalf", 3),
        ("patiënt", 3),
        ("medicijnen", 4),
        ("neuroloog", 3),
        ("ruggenmerg", 3),
        ("yoghurt", 2),
        ("MS", 2),
        ("MS-verpleegkundige", 7),
        ("ocrelizumab", 5),
        ("2019", 1),
        ("4,5", 1),
    ],
)
def test_syllables_of_dutch_words(word: str, expected: int) -> None:
    assert syllables(word) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dit is een. En dit twee!", ["Dit is een.", "En dit twee!"]),
        ("Neem bijv. Tecfidera of o.a. Copaxone mee.", ["Neem bijv. Tecfidera of o.a. Copaxone mee."]),
        ("De score is 5.5 of 4,5. Dat is veel.", ["De score is 5.5 of 4,5.", "Dat is veel."]),
        ("U krijgt:\n- een infuus\n- een pil\n\nDaarna rust.", ["U krijgt:", "een infuus", "een pil", "Daarna rust."]),
        ("Zo gaat het:\n1. U belt.\n2. U komt.", ["Zo gaat het:", "U belt.", "U komt."]),
        ("Deze regel\nloopt door. **Echt** waar.", ["Deze regel loopt door.", "Echt waar."]),
        ("Kan dat? Ja, dat kan (soms). Kijk maar.", ["Kan dat?", "Ja, dat kan (soms).", "Kijk maar."]),
        ("Dr. Jansen zei: 'Nee.' Hij ging.", ["Dr. Jansen zei: 'Nee.'", "Hij ging."]),
        ("Lees [de folder](https://example.org/a.b). Of niet.", ["Lees de folder.", "Of niet."]),
        ("{recruitment}\n\nTot dan.", ["Tot dan."]),
        ("Dat duurt 3 dagen. 10 dagen later komt u terug.", ["Dat duurt 3 dagen.", "10 dagen later komt u terug."]),
        ("", []),
    ],
)
def test_sentences_of_light_markdown(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_the_score_is_the_formula_of_douma() -> None:
    # Two sentences, ten words, eleven syllables.
    assert flesch_douma("De man loopt snel. Hij gaat naar een ander huis.") == pytest.approx(
        206.835 - 0.93 * 10 / 2 - 77 * 11 / 10
    )


def test_plain_language_scores_higher_than_officialese() -> None:
    plain = "U komt naar het ziekenhuis. Daar prikt iemand bloed. Dan mag u weer naar huis."
    hard = (
        "Voorafgaand aan de behandelprocedure vindt laboratoriumonderzoek plaats, waarna ontslagmogelijkheden worden "
        "geïnventariseerd door de multidisciplinaire behandelcommissie."
    )
    assert (flesch_douma(plain) or 0) > 70
    assert (flesch_douma(hard) or 100) < 40


def test_a_text_without_words_has_no_score() -> None:
    assert flesch_douma(" ... \n- ") is None


@given(st.text(max_size=300))
def test_any_text_can_be_measured(text: str) -> None:
    found = sentences(text)
    assert all(words(sentence) for sentence in found)
    score = flesch_douma(text)
    assert (score is None) == (not found)
    assert score is None or score <= 206.835 - 0.93 - 77


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzëïé", min_size=1, max_size=40))
def test_a_word_has_at_least_one_syllable_and_no_more_than_letters(word: str) -> None:
    assert 1 <= syllables(word) <= len(word)


@given(
    st.lists(
        st.sampled_from(["U komt morgen.", "Dan slaapt u goed.", "Wilt u dat?", "Neem bijv. brood mee."]), max_size=8
    )
)
def test_sentences_put_together_are_taken_apart_again(pieces: list[str]) -> None:
    assert sentences(" ".join(pieces)) == pieces
    assert sentences("\n".join(f"- {piece}" for piece in pieces)) == pieces


@given(st.text(max_size=100))
def test_comparable_forms_do_not_change_when_taken_twice(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert squeeze(squeeze(text)) == squeeze(text)


def test_markup_is_taken_out_of_a_text() -> None:
    assert (
        strip_markup("## Kop\n**Vet** en _schuin_ met `code`, snake_case blijft")
        == "Kop\nVet en schuin met code, snake_case blijft"
    )


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("you", 1),
        ("treatment", 2),
        ("medicine", 3),
        ("used", 1),
        ("needed", 2),
        ("causes", 2),
        ("people", 2),
        ("centres", 2),
        ("neurologist", 4),
        ("reimbursed", 3),
        ("patient's", 2),
        ("MS", 2),
        ("RAM-MS", 5),
        ("4.5", 1),
    ],
)
def test_syllables_of_english_words(word: str, expected: int) -> None:
    assert english_syllables(word) == expected


def test_plain_english_reads_easier_than_officialese() -> None:
    plain = flesch("You get your own stem cells back. That takes about an hour. You stay in bed.")
    official = flesch("Reinfusion of autologous haematopoietic progenitors necessitates continuous hospitalisation.")
    assert plain is not None and official is not None
    assert plain > 90 > 20 > official
    assert flesch("- ...") is None
