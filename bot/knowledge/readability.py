"""How hard a text is to read: syllables, the Flesch-Douma score of Dutch and the Flesch score of English.

Flesch-Douma is the reading-ease formula of R. Flesch as adapted to Dutch by W.H. Douma (De leesbaarheid van
landbouwbladen, 1960): 206.835 - 0.93 x words per sentence - 77 x syllables per word. Higher is easier; plain
texts score above 60. English has the formula that it comes from (R. Flesch, A new readability yardstick, 1948):
206.835 - 1.015 x words per sentence - 84.6 x syllables per word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from bot.knowledge.text import sentences, words

# One match is one vowel sound. A trema or accent starts a new syllable, which the alternatives leave room for.
_VOWELS = re.compile(
    r"ëi|ïe|aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|eu|ie|oe|ui|ou|au|ei|ij|ai|oi|[aeiouyàáâãåèéêìíîòóôùúûäëïöü]", re.IGNORECASE
)
# A "y" before a vowel is a consonant at the start of a word ("yoghurt") and a vowel inside one ("myeline").
_FIRST_Y = re.compile(r"^y(?=[aeiou])", re.IGNORECASE)
_NUMBER = re.compile(r"[\d.,:/]+")


def syllables(word: str) -> int:
    """Syllables of a Dutch word, at least 1. Abbreviations in capitals count one a letter, a number in figures one."""
    return _count(re.split(r"[-'’/]", _whole(word)), lambda part: len(_VOWELS.findall(_FIRST_Y.sub("", part))))


@lru_cache(maxsize=1024)
def flesch_douma(markdown: str) -> float | None:
    """The Flesch-Douma score of a Dutch text in light Markdown, or None when it holds no words."""
    return _ease(markdown, 0.93, 77.0, syllables)


# English syllables are counted by vowel groups; these endings are written but not heard, or heard but not seen.
_EN_VOWELS = re.compile(r"[aeiouy]+", re.IGNORECASE)
_EN_SILENT = re.compile(r"(?:[^aeiouyl]e(?<!tre)|[aeiouy]le|[^aeiouytd]ed|[^aeiouyscxzhg]es(?<!tres))$", re.IGNORECASE)
_EN_PARTED = re.compile(r"ia(?!l|n$)|io(?!n)|[^q]ua[tl]|eo(?!u|p)|eing|reim|ying|iu|oing|[^aeiouy]ism", re.IGNORECASE)


def english_syllables(word: str) -> int:
    """Syllables of an English word, at least 1, by rule of thumb; abbreviations and figures as in Dutch."""
    return _count(re.split(r"[-/]|['’]\w*", _whole(word)), _heard_in_english)


@lru_cache(maxsize=1024)
def flesch(markdown: str) -> float | None:
    """The Flesch score of an English text in light Markdown, or None when it holds no words."""
    return _ease(markdown, 1.015, 84.6, english_syllables)


def _heard_in_english(part: str) -> int:
    heard = len(_EN_VOWELS.findall(part)) + len(_EN_PARTED.findall(part))
    return max(heard - bool(_EN_SILENT.search(part)), 1)


def _whole(word: str) -> str:
    """The word with its accents on the letters, as the patterns expect it."""
    return unicodedata.normalize("NFC", word)


def _count(parts: Iterable[str], heard: Callable[[str], int]) -> int:
    """Syllables of the parts of one word; `heard` counts those of a part that is neither abbreviation nor number."""
    total = 0
    for part in filter(None, parts):
        if part.isupper() and 2 <= len(part) <= 4 or (part.isupper() and not _VOWELS.search(part)):
            total += len(part)
        elif _NUMBER.fullmatch(part):
            total += 1
        else:
            total += heard(part)
    return max(total, 1)


def _ease(
    markdown: str, sentence_weight: float, syllable_weight: float, syllables_of: Callable[[str], int]
) -> float | None:
    """Flesch's formula with the weights and the syllables of a language, or None when there are no words."""
    said = [words(sentence) for sentence in sentences(markdown)]
    count = sum(len(sentence) for sentence in said)
    if not count:
        return None
    spoken = sum(syllables_of(word) for sentence in said for word in sentence)
    return 206.835 - sentence_weight * count / len(said) - syllable_weight * spoken / count
