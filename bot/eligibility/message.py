"""A message made ready for reading: plain letters, sentences, chunks, and questions told apart from statements."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.eligibility.mention import Mention


@dataclass(frozen=True)
class Reading:
    """What a message says about one criterion: the option, whether the words leave no doubt, and which words."""

    option: str
    certain: bool = True
    words: str = ""


@dataclass(frozen=True)
class Chunk:
    """A piece of a message between commas, full stops and words such as "maar".

    `text` is plain; the positions are in the message.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Message:
    """What a person typed.

    Attributes:
        text: as typed.
        plain: lower case without accents, as long as `text`, so that positions agree.
        chunks: pieces of its statements, in order; questions are left out.
        mentions: names found in its statements.
        today: the date on which it was typed.
        has_question: whether a sentence in it is a question.
    """

    text: str
    plain: str
    chunks: tuple[Chunk, ...]
    mentions: tuple[Mention, ...]
    today: date
    has_question: bool

    @property
    def statement(self) -> str:
        """The statements as one plain text, chunks joined by commas and the words that linked them."""
        text = ""
        end = 0
        for chunk in self.chunks:
            link = _LINK.fullmatch(self.plain[end : chunk.start])
            text += (f", {link[1]} " if link and link[1] else ", ") if text else ""
            text += chunk.text
            end = chunk.end
        return text

    def of_kind(self, kind: str) -> tuple[Mention, ...]:
        """The mentions of one kind, in order."""
        return tuple(mention for mention in self.mentions if mention.kind == kind)

    def without(self, drop: Sequence[Chunk]) -> Message:
        """The same message as if these chunks and the names in them had not been typed."""
        return replace(
            self,
            chunks=tuple(chunk for chunk in self.chunks if chunk not in drop),
            mentions=tuple(
                mention
                for mention in self.mentions
                if not any(chunk.start <= mention.start < chunk.end for chunk in drop)
            ),
        )


# A full stop inside a number or date ends nothing.
_SENTENCE = re.compile(r"(?:[^.!?;\n]|(?<=\d)[.](?=\d))+[.!?;\n]*|[?]+")
_BREAK = re.compile(
    r"(?:(?<!\d),|,(?!\d))|[()]|\s-+\s|(?<!dan )(?<!doe )(?<!moet )(?<!alleen )(?<!zeg het )(?<!vertel het )(?<!zeg "
    r")(?<!vertel )(?<!stuur )(?<!laat )\bmaar\b(?=[ ,]*\w)|\bwant\b|\bomdat\b|"
    r"\balhoewel\b|\bterwijl\b|:(?!\d)"
)
_LINK = re.compile(r"[\s,.;!()-]*(maar|want|omdat|alhoewel|terwijl|en)?[\s,]*")
# "en" starts a new piece before a verb or pronoun, not inside "mri en schub".
_AND = re.compile(
    r"\ben (?=(?:ik|k|ben|slik|gebruik|heb|heeft|is|hij|zij|ze|loop|kan|wil|woon|nu|nog|wel|geen|daarna|"
    r"krijg|spuit|toen|sinds|vanaf|vorig|momenteel|inmiddels|gebruikte)\b)"
)
_QUESTION_START = re.compile(
    r"^(?:(?:ja|nee|neen|ok|oke|hm+|eh+|uh+|en|maar|he|tja|sorry|vraagje|vraag|eerst)[ ,]+)*"
    r"(?:hoezo|waarom(?! niet\b)|hoe (?!dan ook)|wanneer |wie |welke? |wa is|wa betekent|"
    r"wat (?:is|kost|wordt|gaat|krijg|kan|staat|zijn|betekent|bedoel|bedoelt|houdt|was|gebeurt|als|doet|"
    r"doen|moet|voor)\b|"
    r"waar (?:is|kan|moet|zijn|staat|vind)|"
    r"(?:kan|mag) ik (?:ook|dan|met|eigenlijk|wel mee|mee|nog mee)\b|kunt u|kun je|kan je|"
    r"mag ik|moet ik(?! (?:\w+ ){0,4}(?:na)?(?:vragen|kijken|opzoeken|denken|overleggen|nadenken))|"
    r"is dat (?:erg|een|ook|wat|het|hetzelfde|gevaarlijk|goed of)|is (?:tecfidera|een|het erg|dit)|"
    r"telt|tellen|valt(?! (?:mee|tegen|wel))|vallen|hoort (?!erbij|er bij|zo\b)|geldt|gelden|zijn er|zijn dat|"
    r"bedoelt? (?:u|je)|bedoel je|betekent dat|doet dat|"
    r"doet het|krijg ik (?:dan|ook)|"
    r"wat\?*$|wablief|huh|hoe\?*$|leg (?:eens |het |dat |dit )?(?:nog )?(?:eens )?uit|uitleg)"
)
_QUESTION_INSIDE = re.compile(
    r"(?:weet|snap|begrijp|ken)\b[^,.]*\bniet\b[^,.]*\bwat\b[^,.]*\b(?:is|zijn|betekent|betekenen|inhoudt|"
    r"bedoelt|bedoeld|bedoelen)\b"
    r"|\bwat (?:dat|dit|het) (?:is|betekent|inhoudt) (?:weet|snap|begrijp)"
    r"|\b(?:snap|begrijp|snapt|begrijpt)\b[^,.]*\b(?:vraag|niet)\b|\bgeen idee wat\b[^,]*\b(?:is|zijn|"
    r"betekent|betekenen|inhoudt)\b|^niet begrepen|\bwat (?:u|je) bedoelt\b"
    r"|\bnog nooit van gehoord,? wat\b|\bwat is (?:dat|dit|een|het)\b|\bwat (?:bedoelt u|bedoel je)\b|"
    r"\bwat betekent\b"
)
# A question that is no question but an answer: "ja natuurlijk, wie niet?".
_RHETORICAL = re.compile(
    r"(?:(?:ja|nou|natuurlijk|tuurlijk|uiteraard|en|want)[ ,]+)*(?:(?:wie|waarom|hoezo) (?:zou dat |wil dat |wil "
    r"(?:er )?|zou |doet dat |kan dat |heeft dat )?(?:nou |dan |nu )?niet(?: willen| dan| weten)?|wat (?:dacht|"
    r"denk)(?: je|"
    r"t u| u)"
    r"(?: dan| zelf| nou)?|wat anders|waarom anders|hoe kan het anders|wie wel|zeker weten toch|wat moet je anders)"
)
_RELATIVE = re.compile(
    r"\b(?:zus|zusje|broer|moeder|ma|vader|vriendin|vriend|collega|buurvrouw|buurman|nicht|neef|tante|oom|"
    r"oma|kennis)\b"
)
# "ik vul dit in voor mijn zus" says nothing about oneself.
_SELF_FIRST = re.compile(r"^ik(?:zelf| zelf)? (?!vul|vraag|doe|schrijf|help|wil|bel|ben (?:haar|zijn|de)\b)")
_SELF = re.compile(r"\b(?:ikzelf|ik zelf|zelf|ik (?:niet|nooit|wel|heb|ben|gebruik|slik|krijg))\b")


def plain(text: str) -> str:
    """The text in lower case without accents or typographic quotes, character for character."""
    letters = []
    for letter in text:
        bare = unicodedata.normalize("NFKD", letter)[:1].lower()[:1] or " "
        letters.append({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-"}.get(bare, bare))
    return "".join(letters)


def read(text: str, mentions: Sequence[Mention], today: date) -> Message:
    """The message in chunks, with questions, and what is said of other people beside the patient, left out."""
    flat = plain(text)
    chunks: list[Chunk] = []
    has_question = False
    for sentence in _SENTENCE.finditer(flat):
        said = _rhetorical(flat, sentence.start(), sentence.end())
        if said is not None:
            chunks.extend(said)
        elif is_question(sentence.group()):
            has_question = True
            chunks.extend(_before_question(flat, sentence.start(), sentence.end()))
        else:
            chunks.extend(_chunks(flat, sentence.start(), sentence.end()))
    kept = tuple(mention for mention in mentions if any(chunk.start <= mention.start < chunk.end for chunk in chunks))
    message = Message(text, flat, tuple(chunks), kept, today, has_question)
    others = [chunk for chunk in chunks if _RELATIVE.search(chunk.text) and not _SELF.search(chunk.text)]
    mine = [chunk for chunk in chunks if _SELF.search(chunk.text) or _SELF_FIRST.match(chunk.text)]
    return message.without(others) if others and mine else message


def is_question(sentence: str) -> bool:
    """Whether this plain sentence asks something, with or without a question mark. "RRMS?" is a hesitant answer."""
    words = sentence.strip(" .!?;\n,")
    if not words:
        return "?" in sentence
    if _QUESTION_START.search(words) or _QUESTION_INSIDE.search(words):
        return True
    if "?" not in sentence:
        return False
    return bool(
        re.search(
            r"^(?:helpt|werkt|heeft|hebben|krijgen|worden|kunnen|mogen|bent|weet (?:u|je)|kan|mag|moet|zou|wil|"
            r"heb|is|zijn|ben|wordt|word|krijg|doet|gaat|geeft|dus|telt|waar|wat|wie|hoe|"
            r"welke?|wanneer|waarom (?!niet$)|en als|ook als|wa)\b|\b(?:kan|mag|moet|telt|is|zijn|geldt|wat|hoe|"
            r"welke|waarom)\b.*\b(?:ik|dat|u|je|het|een|ook)\b",
            words,
        )
    )


def _rhetorical(flat: str, start: int, end: int) -> list[Chunk] | None:
    """The pieces of a sentence that ends in a rhetorical question, which becomes the "ja" it stands for; else None."""
    pieces = _chunks(flat, start, end)
    if not pieces or not _RHETORICAL.fullmatch(pieces[-1].text):
        return None
    if pieces[-1].text.endswith(" wel"):
        return [*pieces[:-1], replace(pieces[-1], text="nee")]
    return [*pieces[:-1], replace(pieces[-1], text="ja")]


def _before_question(flat: str, start: int, end: int) -> list[Chunk]:
    """In "rrms, maar wat is een schub?" the part before the question is a statement."""
    pieces = _chunks(flat, start, end)
    for number, piece in enumerate(pieces):
        if is_question(piece.text + ("?" if "?" in flat[start:end] else "")):
            return pieces[:number]
    return []


def _chunks(flat: str, start: int, end: int) -> list[Chunk]:
    borders = [start]
    for pattern in (_BREAK, _AND):
        for match in pattern.finditer(flat, start, end):
            borders.extend((match.start(), match.end()))
    borders.append(end)
    borders.sort()
    chunks = []
    # Borders come in pairs: where a break begins and where it ends.
    for left, right in zip(borders[::2], borders[1::2], strict=True):
        piece = flat[left:right]
        text = piece.strip(" .!;?\n\t\"'")
        if text:
            offset = left + piece.index(text)
            chunks.append(Chunk(text, offset, offset + len(text)))
    return chunks
