"""How hard a Dutch text is to read: syllables, and the Flesch-Douma score.

Flesch-Douma is the reading-ease formula of R. Flesch as adapted to Dutch by W.H. Douma (De leesbaarheid van
landbouwbladen, 1960): 206.835 - 0.93 x words per sentence - 77 x syllables per word. Higher is easier; plain
texts score above 60.
"""

from __future__ import annotations

import re
import unicodedata

from bot.knowledge.text import sentences, words

_SENTENCE_WEIGHT = 0.93
_SYLLABLE_WEIGHT = 77.0
# One match is one vowel sound. A trema or accent starts a new syllable, which the alternatives leave room for.
_VOWELS = re.compile(
    r"ëi|ïe|aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|eu|ie|oe|ui|ou|au|ei|ij|ai|oi|[aeiouyàáâãåèéêìíîòóôùúûäëïöü]", re.IGNORECASE
)
# A "y" before a vowel is a consonant at the start of a word ("yoghurt") and a vowel inside one ("myeline").
_FIRST_Y = re.compile(r"^y(?=[aeiou])", re.IGNORECASE)
_NUMBER = re.compile(r"[\d.,:/]+")


def syllables(word: str) -> int:
    """Syllables of a Dutch word, at least 1. Abbreviations in capitals count one a letter, a number in figures one."""
    total = 0
    for part in re.split(r"[-'’/]", unicodedata.normalize("NFC", word)):
        if not part:
            continue
        if part.isupper() and 2 <= len(part) <= 4 or (part.isupper() and not _VOWELS.search(part)):
            total += len(part)
        elif _NUMBER.fullmatch(part):
            total += 1
        else:
            total += len(_VOWELS.findall(_FIRST_Y.sub("", part)))
    return max(total, 1)


def flesch_douma(markdown: str) -> float | None:
    """The Flesch-Douma score of a Dutch text in light Markdown, or None when it holds no words."""
    lengths = [len(words(sentence)) for sentence in sentences(markdown)]
    count = sum(lengths)
    if not count:
        return None
    spoken = sum(syllables(word) for sentence in sentences(markdown) for word in words(sentence))
    return 206.835 - _SENTENCE_WEIGHT * count / len(lengths) - _SYLLABLE_WEIGHT * spoken / count
