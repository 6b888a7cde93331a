"""From a parsed document to Rasa-style entities with normalised values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

# spaCy takes a second to load, and training reads no documents.
if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

# What follows a number of years that is no age: "20 jaar geleden", "10 jaar MS".
_NO_AGE_AFTER = {
    "geleden",
    "ms",
    "ziek",
    "lang",
    "last",
    "klachten",
    "stabiel",
    "diagnose",
    "later",
    "terug",
    "patient",
}
_NO_AGE_BEFORE = {"al", "na", "over", "binnen", "sinds", "ongeveer", "ruim", "bijna", "elke", "per", "laatste"}


def mentions_in(doc: Doc) -> list[dict[str, Any]]:
    """The names and numbers in a document, in order.

    Args:
        doc: parsed by the pipeline of `bot.nlu.language`.

    Returns:
        Dicts with `entity`, `value` (normalised: generic name, `RRMS`, years, metres, all as text), `text` (as typed in
        the document), `start` and `end` (positions in characters).
    """
    found = []
    for span in doc.ents:
        value = span.ent_id_ or _number(span)
        if value is not None:
            found.append(
                {
                    "entity": span.label_,
                    "value": value,
                    "text": span.text,
                    "start": span.start_char,
                    "end": span.end_char,
                }
            )
    return found


def _number(span: Span) -> str | None:
    digits = re.search(r"\d+(?:[.,]\d+)?", span.text)
    if digits is None:
        return None
    if span.label_ == "age":
        return digits.group() if _is_age(span) else None
    if span.label_ == "birth_year":
        # People write the year of birth in two digits: no one who asks is born before 1925.
        year = int(digits.group())
        return str(year if year > 99 else 1900 + year if year > 24 else 2000 + year)
    if span.label_ == "distance":
        metres = float(digits.group().replace(",", "."))
        if span[-1].lower_.startswith("k"):
            metres *= 1000
        return str(round(metres))
    return None


def _is_age(span: Span) -> bool:
    before = span.doc[span.start - 1].lower_ if span.start else ""
    after = span.doc[span.end].lower_ if span.end < len(span.doc) else ""
    return after not in _NO_AGE_AFTER and before not in _NO_AGE_BEFORE
