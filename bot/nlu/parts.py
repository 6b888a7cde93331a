"""Two questions in one message: where a message may be cut into two. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FEWEST_WORDS = 2


def halves(text: str, joining_words: Sequence[str]) -> list[tuple[str, str]]:
    """The ways to cut a message in two: behind a question mark in the middle, or at a joining word.

    Both halves have at least two words. A message with many joins is a story, not two questions: it is not cut.

    >>> halves("val je haar uit en hoe lang duurt dat?", ["en"])
    [('val je haar uit', 'hoe lang duurt dat?')]
    """
    asked = [part.strip() for part in re.split(r"(?<=\?)", text) if part.strip()]
    if len(asked) == 2:
        cuts = [(asked[0], asked[1])]
    else:
        pattern = r"[,.]?\s+(?:" + "|".join(map(re.escape, joining_words)) + r")\s+"
        places = list(re.finditer(pattern, text, re.IGNORECASE)) if joining_words else []
        cuts = [(text[: place.start()].strip(), text[place.end() :].strip()) for place in places[:2]]
        cuts = cuts if len(places) <= 2 else []
    return [cut for cut in cuts if all(len(half.split()) >= _FEWEST_WORDS for half in cut)]
