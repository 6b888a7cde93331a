"""Plain text from light Markdown, its sentences and words, and forms of a text that can be compared."""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache

_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_BARE_LINK = re.compile(r"(?:https?://|www\.)\S+")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+")
_WORD = re.compile(r"[^\W_]+(?:[.,:/][^\W_]+)*(?:['’-][^\W_]+)*'?", re.UNICODE)
# A point after these does not end a sentence; "enz." and "etc." may, when a capital follows.
_ABBREVIATIONS = (
    "bijv bv d.w.z dwz o.a oa m.b.v mbv t.o.v tov i.v.m ivm ca dr drs prof mr mevr dhr nr blz st t.a.v max min resp "
    "incl excl m.n mn a.u.b aub z.s.m e.g i.e vs zgn z.g evt i.p.v ipv o.l.v n.v.t m.a.w p.p v.a"
)
_ABBREVIATION = re.compile(
    r"\b(" + "|".join(re.escape(short) for short in sorted(_ABBREVIATIONS.split(), key=len, reverse=True)) + r")\.",
    re.IGNORECASE,
)
_SAME_SIGNS = str.maketrans("’‘“”–‐", "''\"\"--", "\u00ad")
_KEPT_POINT = "\u2024"
# The end of a sentence: its sign, closing quotes and brackets, and then a capital or a figure.
_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s+[\"'“‘(\[]*[^\W_a-z])")


def strip_markup(markdown: str) -> str:
    """Markdown without its signs: links become their text, bold its words, placeholders nothing. Lines stay lines."""
    text = re.sub(r"\{\w*\}", "", _BARE_LINK.sub("", _LINK.sub(r"\1", markdown)))
    return re.sub(r"\*\*|__|`|^#+\s*|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)", "", text, flags=re.MULTILINE)


def sentences(markdown: str) -> list[str]:
    """The sentences of a text in light Markdown.

    A list item, a heading and a paragraph end a sentence, and so does the line before a list. Points in numbers,
    dates and abbreviations such as "bijv." do not.
    """
    found: list[str] = []
    for block in _blocks(strip_markup(markdown)):
        kept = _ABBREVIATION.sub(lambda match: match.group().replace(".", _KEPT_POINT), block)
        ends = [match.end() for match in _END.finditer(kept)]
        for piece in (kept[start:end] for start, end in itertools.pairwise((0, *ends, len(kept)))):
            sentence = piece.replace(_KEPT_POINT, ".").strip()
            if words(sentence):
                found.append(sentence)
    return found


def _blocks(text: str) -> list[str]:
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if not line.strip() or _ITEM.match(line):
            blocks.append([])
        blocks[-1].append(_ITEM.sub("", line).strip())
    return [" ".join(lines).strip() for lines in blocks if any(lines)]


def words(text: str) -> list[str]:
    """The words of a text; "MS-verpleegkundige", "4.5" and "50 mg/kg" count as one, one and two."""
    return [word for word in _WORD.findall(text) if not word.isspace()]


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """A form in which two texts are equal when they differ in case, accents, punctuation or white space only."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+|_", " ", letters).split())


def squeeze(text: str) -> str:
    """A form in which a passage can be found in its document: no white space, bullets or line-break hyphens.

    Hyphens between digits stay, so that "2-3" is not "23".
    """
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    text = text.translate(_SAME_SIGNS)
    text = re.sub(r"[\s•▪◦·\uf0b7\uf0a7\u200b\ufeff\ufffd]+", "", text)
    return unicodedata.normalize("NFKC", re.sub(r"(?<!\d)-|-(?!\d)", "", text))


def without_page_numbers(document: str) -> str:
    """A document without the lines that hold nothing but a page number."""
    return re.sub(
        r"^[ \t\f]*(?:pagina|page|p\.)?[ \t]*\d{1,3}(?:[ \t]*(?:/|van|of)[ \t]*\d{1,3})?[ \t\f]*$",
        "",
        document,
        flags=re.MULTILINE | re.IGNORECASE,
    )
