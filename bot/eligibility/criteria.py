"""What a trial asks: its criteria, the answers one can give, and what each answer means. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

Texts = Mapping[str, str]


class Outcome(str, Enum):
    """What is known about one criterion."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Recruitment(str, Enum):
    """Whether the trial takes new participants, as staff have set it."""

    OPEN = "open"
    WAITING_LIST = "waiting_list"
    CLOSED = "closed"


@dataclass(frozen=True)
class Option:
    """One answer a person can give to a criterion, and its outcome."""

    id: str
    label: Texts
    outcome: Outcome


@dataclass(frozen=True)
class Criterion:
    """One condition for taking part.

    Attributes:
        id: for example `ms_type`; also the name of the Rasa slot.
        name: a few words for lists and the verdict.
        question: the question put to the person.
        help: one or two sentences for who does not understand the question.
        options: the answers offered as buttons; the last is always `unknown` ("Weet ik niet").
        explanation: per outcome, why it matters, for the verdict.
        way_on: what is open to someone who does not meet it, or empty.
        topic: content topic that tells more.
        source: id of the source the criterion rests on.
        passage: id of the passage.
        plain_yes: id of the option that a bare "ja" stands for.
        plain_no: id of the option that a bare "nee" stands for.
        limits: numbers of the rule, for example `{"min": 18, "max": 50}`; which names exist depends on the criterion.
        drugs: generic names this criterion is about: those that count (`medication`) or exclude (`second_line`).
    """

    id: str
    name: Texts
    question: Texts
    help: Texts
    options: tuple[Option, ...]
    explanation: Mapping[Outcome, Texts]
    way_on: Texts
    topic: str
    source: str
    passage: str
    plain_yes: str = "yes"
    plain_no: str = "no"
    limits: Mapping[str, int] = field(default_factory=dict)
    drugs: frozenset[str] = frozenset()

    def option(self, option_id: str) -> Option:
        """The option with this id. Raises KeyError when the criterion has no such option."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(f"criterion {self.id} has no option {option_id!r}")


@dataclass(frozen=True)
class RegisterStatus:
    """What an international register of trials said last: status, ISO date, source in words, and address."""

    status: Recruitment
    as_of: str
    source: Texts
    url: str


@dataclass(frozen=True)
class Trial:
    """A trial one can be pre-screened for.

    Attributes:
        id: for example `ram-ms`.
        name: as patients know it.
        recruitment: the switch.
        recruitment_as_of: ISO date of the switch.
        recruitment_source: where that status comes from, in words.
        recruitment_text: per status, what is told to a patient.
        outcome_words: per outcome, the word or two that a list shows.
        criteria: in the order in which they are asked.
        register: what the register said last, or None when the file does not tell.
    """

    id: str
    name: Texts
    recruitment: Recruitment
    recruitment_as_of: str
    recruitment_source: Texts
    recruitment_text: Mapping[Recruitment, Texts]
    outcome_words: Mapping[Outcome, Texts]
    criteria: tuple[Criterion, ...]
    register: RegisterStatus | None = None

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion with this id. Raises KeyError when the trial has none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(f"trial {self.id} has no criterion {criterion_id!r}")

    @property
    def criterion_ids(self) -> tuple[str, ...]:
        """The ids in asking order."""
        return tuple(criterion.id for criterion in self.criteria)
