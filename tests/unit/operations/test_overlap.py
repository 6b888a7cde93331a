"""How much evaluation questions look like training examples."""

from bot.operations.overlap import overlap

EXAMPLES = ["Wat kost het?", "hoe lang duurt het herstel na de behandeling", "val ik af"]


def test_a_question_that_stands_in_training_is_the_same_whatever_its_case() -> None:
    assert overlap(["wat KOST het"], EXAMPLES).same == 1


def test_a_question_with_one_word_more_is_nearly_the_same() -> None:
    found = overlap(["hoe lang duurt het herstel na de behandeling dan"], EXAMPLES)
    assert (found.same, found.nearly) == (0, 1)


def test_a_question_without_a_known_word_has_no_likeness() -> None:
    assert overlap(["xyz", "?"], EXAMPLES).likeness == 0.0
    assert overlap([], EXAMPLES).questions == 0
