"""What a typed message means in the pre-screen: answers to one or more criteria, a question, a correction, a wish.

The one public function is `interpret`. It gives an answer only where the words are clear enough; otherwise there is
none and the person is kindly asked again. Each criterion has its reader in a module of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.eligibility import steering
from bot.eligibility.age import age
from bot.eligibility.consent import randomisation, test_results
from bot.eligibility.criteria import Criterion, Outcome, Trial
from bot.eligibility.medication import medication, second_line
from bot.eligibility.mention import Mention
from bot.eligibility.message import Message, Reading, plain, read
from bot.eligibility.ms_type import ms_type
from bot.eligibility.recent_activity import recent_activity
from bot.eligibility.walking import walking
from bot.eligibility.yes_no import Polarity, leading, unsure

Reader = Callable[[Message, Criterion, bool], Reading | None]

READERS: Mapping[str, Reader] = {
    "ms_type": ms_type,
    "medication": medication,
    "recent_activity": recent_activity,
    "second_line": second_line,
    "age": age,
    "walking": walking,
    "randomisation": randomisation,
    "test_results": test_results,
}
MAX_WORDS = 200
# What comes after is left unread: no answer is this long, and patterns take long on such texts.
LONGEST = 1000
# Words that name the subject of a criterion.
_SUBJECT = {
    "medication": re.compile(r"\b(?:medicijn\w*|medicatie|remmers?|ms-?remmers?)\b"),
    "recent_activity": re.compile(r"\b(?:schubs?|sjubs?|schup|aanval(?:len)?|relapses?|opstoot|mri|scan|plek\w*)\b"),
    "second_line": re.compile(r"\b(?:ocrevus|lemtrada|mavenclad|ocrelizumab|alemtuzumab|cladribine)\b"),
    "walking": re.compile(r"\b(?:loop|lopen|wandelen|meter|rolstoel|rollator|stok)\b"),
    "randomisation": re.compile(r"\b(?:loten|loting|geloot)\b"),
    "test_results": re.compile(r"\b(?:uitslag\w*|testen)\b"),
}
# "ja, maar weet niet meer welke": the doubt is about a detail.
_DETAIL = re.compile(r"\b(?:naam|heet|heten|welke?|wanneer|precies|hoeveel|hoe lang|datum|jaar)\b")

# "ik ben er bang voor, dus nee"
_CLOSING = re.compile(
    r"(?:\bdus|\w\w,)(?: dan| toch| gewoon| voor mij)* (ja|nee|neen|(?<=dus )wel|(?<=dus )niet)(?: hoor)?$"
)
# "nee niet progressief": the no is about something the question did not ask.
_OTHER_SUBJECT_DENIED = re.compile(
    r"\bprogres\w+ (?:\w+ ){0,2}niet\b|\b(?:niet|geen|nooit|zonder) (?:\w+ ){0,2}?(?:(?:progres|primair|"
    r"secundair)\w*|probleem|problemen|moeite|last)\b"
)
# After "ja" these deny nothing that was asked.
_HARMLESS = re.compile(
    r"\b(?:niet (?:bang|erg|moeilijk|leuk|fijn|alleen|eng|te veel|vaak|altijd)|geen (?:probleem|problemen|punt|angst|"
    r"twijfel|"
    r"moeite|bezwaar)|waarom niet|maakt (?:me |mij )?niet uit|nie?ks te verbergen)\b"
)


@dataclass(frozen=True)
class Answer:
    """One answer in a message.

    Attributes:
        criterion: id of the criterion.
        option: id of the option.
        outcome: the option's outcome.
        words: the person's own words for it.
        certain: False when the words leave some doubt ("denk het wel"): good enough to go on, worth a check.
    """

    criterion: str
    option: str
    outcome: Outcome
    words: str
    certain: bool


@dataclass(frozen=True)
class Interpretation:
    """What a message means.

    Attributes:
        answers: at most one a criterion, in the trial's order.
        is_question: it asks something; there may be answers beside the question.
        is_correction: it takes back something said before. Without answers: ask the previous question again.
        wants_back: the previous question is wanted.
        wants_stop: the person wants to stop the questions.
        wants_restart: the person wants to start over.
    """

    answers: tuple[Answer, ...] = ()
    is_question: bool = False
    is_correction: bool = False
    wants_back: bool = False
    wants_stop: bool = False
    wants_restart: bool = False

    def answer(self, criterion_id: str) -> Answer | None:
        """The answer to this criterion, or None."""
        return next((answer for answer in self.answers if answer.criterion == criterion_id), None)


def interpret(text: str, trial: Trial, asked: str | None, mentions: Sequence[Mention], today: date) -> Interpretation:
    """What `text` means while `asked` is the open question.

    Args:
        text: as typed, Dutch or Flemish.
        trial: whose criteria may be answered.
        asked: id of the criterion that was just asked, or None.
        mentions: names the language pipeline found in `text`.
        today: for ages and "vorige maand".

    Raises:
        KeyError: `asked` is no criterion of the trial.
    """
    text = text[:LONGEST]
    flat = plain(text).strip()
    open_question = trial.criterion(asked) if asked else None
    if open_question:
        labelled = option_labelled(open_question, flat)
        if labelled:
            return Interpretation(answers=(_answer(open_question, Reading(labelled), text),))
    if steering.wants_restart(flat):
        return Interpretation(wants_restart=True)
    if steering.wants_stop(flat):
        return Interpretation(wants_stop=True)
    if steering.wants_back(flat):
        return Interpretation(wants_back=True)
    message = read(text, mentions, today)
    others = _volunteered(message, trial, asked)
    correcting = steering.corrects(flat)
    answers = dict(others)
    if correcting and not answers:
        answers = _corrected(message, trial, asked)
    if open_question:
        own = _asked(message, open_question, bool(others), correcting)
        if own and not (correcting and others):
            # A correction of something else says nothing about the open question: a drug named late is no "never".
            answers[open_question.id] = own
        elif others and steering.may_correct(flat):
            correcting = True
    return Interpretation(
        answers=tuple(
            _answer(criterion, answers[criterion.id], text, alone=len(answers) == 1)
            for criterion in trial.criteria
            if criterion.id in answers
        ),
        is_question=message.has_question,
        is_correction=correcting,
    )


def option_labelled(criterion: Criterion, flat: str) -> str | None:
    """The option whose label or id was typed."""
    typed = flat.strip(" .!")
    for option in criterion.options:
        if any(plain(label).strip(" .!") == typed for label in option.label.values()):
            return option.id
    return None


def _volunteered(message: Message, trial: Trial, asked: str | None) -> dict[str, Reading]:
    found = {}
    for criterion in trial.criteria:
        reader = READERS.get(criterion.id)
        if reader and criterion.id != asked:
            reading = reader(message, criterion, False)
            # A drug's bare name answers the question that asks for drugs, and says no more than that.
            if reading and (reading.certain or not asked or not trial.criterion(asked).drugs):
                found[criterion.id] = reading
    return found


def _corrected(message: Message, trial: Trial, asked: str | None) -> dict[str, Reading]:
    """What a correction says about a criterion it names, while something else is asked.

    "vergist, ik heb geen schub gehad" is read as if that question stood open, for without the correction the words
    would be too little to volunteer an answer.
    """
    found = {}
    for criterion in trial.criteria:
        names = _SUBJECT.get(criterion.id)
        if names and criterion.id != asked and names.search(message.statement):
            reading = READERS[criterion.id](message, criterion, True)
            if reading:
                found[criterion.id] = reading
    return found


def _asked(message: Message, criterion: Criterion, others: bool, correcting: bool) -> Reading | None:
    text = message.statement
    if not text:
        return None
    reader = READERS.get(criterion.id)
    reading = reader(message, criterion, True) if reader else None
    if reading:
        return reading
    if correcting:
        # "wacht, nee" takes back what was said before; it does not answer the open question.
        return None
    closing = _CLOSING.search(text)
    if closing and not unsure(text):
        return Reading(criterion.plain_yes if closing[1] in {"ja", "wel"} else criterion.plain_no, True, text)
    lead = leading(text)
    if (
        lead
        and lead.polarity is not Polarity.UNSURE
        and (unsure(lead.rest) or not _contradicted(lead.polarity, lead.rest, text))
    ):
        option = criterion.plain_yes if lead.polarity is Polarity.YES else criterion.plain_no
        if unsure(lead.rest):
            if lead.polarity is Polarity.YES and _DETAIL.search(lead.rest):
                return Reading(option, False, text)
            return Reading("unknown", True, text)
        # "nee, ik ben 51" more likely takes something back; "nee, en ik ben 51" answers.
        if others and lead.polarity is Polarity.NO and not re.match(r"(?:en|want|omdat|maar) ", lead.rest):
            return None
        return Reading(option, lead.certain, text)
    if unsure(text):
        return Reading("unknown", True, text)
    return None


def _contradicted(polarity: Polarity, rest: str, text: str) -> bool:
    """Whether the words after a plain yes or no seem to turn it round, in a way no reader understood."""
    words = set(_HARMLESS.sub(" ", rest).replace(",", " ").split())
    if polarity is Polarity.YES:
        return bool(words & {"niet", "geen", "nooit", "nee", "nie"})
    return bool(words & {"wel", "ja", "jawel"}) or bool(_OTHER_SUBJECT_DENIED.search(text))


def _answer(criterion: Criterion, reading: Reading, text: str, alone: bool = True) -> Answer:
    option = criterion.option(reading.option)
    words = text if alone or not reading.words else reading.words
    return Answer(criterion.id, option.id, option.outcome, words.strip()[:MAX_WORDS], reading.certain)
