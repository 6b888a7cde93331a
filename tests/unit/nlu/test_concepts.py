"""The concept lexicon."""

from pathlib import Path

import pytest

from bot.nlu.concepts import Lexicon, LexiconError
from bot.nlu.text import normalise


def found(lexicon: Lexicon, text: str) -> list[str]:
    return lexicon.find(normalise(text))


LEXICON = Lexicon(
    {
        "hair_loss": ["kaal", "haar kwijt", "haaruitval"],
        "reimbursement": ["vergoed*"],
        "dying": ["doodgaan", "dood gaan"],
    }
)


def test_different_words_meet_in_one_concept() -> None:
    assert found(LEXICON, "Word ik kaal?") == found(LEXICON, "raak ik mijn haar kwijt") == ["hair_loss"]


def test_a_form_with_a_star_matches_every_word_that_begins_so() -> None:
    assert found(LEXICON, "de vergoeding") == found(LEXICON, "wordt het vergoed") == ["reimbursement"]


def test_a_form_without_a_star_matches_whole_words_only() -> None:
    assert found(LEXICON, "kaalslag") == []


def test_phrases_of_several_words_are_found() -> None:
    assert found(LEXICON, "kan ik dood gaan") == ["dying"]


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="nowhere.yml"):
        Lexicon.load(tmp_path / "nowhere.yml")


def test_a_file_of_another_shape_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text("- just\n- a list\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="concepts"):
        Lexicon.load(tmp_path / "odd.yml")
