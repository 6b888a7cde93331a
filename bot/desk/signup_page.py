"""What the page of one sign-up shows, put together from sign-up and trial. No Flask, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.eligibility.criteria import Trial
from bot.knowledge.schema import Content
from bot.signups.records import Event, SignUp

LANGUAGE = "nl"


@dataclass(frozen=True)
class Choice:
    """An answer one can choose."""

    id: str
    label: str
    outcome: str


@dataclass(frozen=True)
class CriterionRow:
    """One criterion with what the patient said.

    Attributes:
        chosen: label of the chosen answer.
        words: the patient's own words; empty when they pressed a button.
        first: label of the answer in the chat, where it was changed since; else empty.
        advice: what is open to somebody who does not meet it.
        help: an explanation of the question, to give on the phone.
    """

    id: str
    name: str
    question: str
    outcome: str
    chosen: str
    option: str
    words: str
    first: str
    explanation: str
    advice: str
    choices: tuple[Choice, ...]
    help: str = ""


@dataclass(frozen=True)
class Cited:
    """What a criterion rests on: a publication and the words in it."""

    title: str
    publisher: str
    date: str
    language: str
    text: str


@dataclass(frozen=True)
class SheetLine:
    """One criterion on the call sheet.

    Attributes:
        option: the answer that stands in the form; empty when there is none.
        words: what the patient said, as it stands in the form.
        differs: what another made of the answer since the sheet was opened, in words; empty when nobody did.
    """

    row: CriterionRow
    option: str
    words: str
    outcome: str
    differs: str = ""

    @property
    def touched(self) -> bool:
        """Whether the form has something else than what is stored."""
        return (self.option, self.words) != (self.row.option, self.row.words)


class UnknownAnswer(ValueError):
    """The trial has no such criterion or answer."""


def criterion_rows(signup: SignUp, trial: Trial | None) -> tuple[CriterionRow, ...]:
    """A row for each criterion of the trial, in its order; without the trial, for each answer there is."""
    ids = trial.criterion_ids if trial else tuple(signup.answers)
    return tuple(_row(signup, trial, criterion_id) for criterion_id in ids)


def _row(signup: SignUp, trial: Trial | None, criterion_id: str) -> CriterionRow:
    answer = signup.answers.get(criterion_id, {})
    first = signup.first_answers.get(criterion_id, {})
    outcome = answer.get("outcome", "unknown")
    labels = _labels(trial, criterion_id)
    option = answer.get("option", "")
    changed = first.get("option", "") != option
    row = CriterionRow(
        id=criterion_id,
        name=criterion_id,
        question="",
        outcome=outcome,
        chosen=labels.get(option, option),
        option=option,
        words=answer.get("words", ""),
        first=labels.get(first.get("option", ""), first.get("option", "")) if changed else "",
        explanation="",
        advice="",
        choices=_choices(trial, criterion_id),
    )
    if trial is None:
        return row
    criterion = trial.criterion(criterion_id)
    explanations = {known.value: text for known, text in criterion.explanation.items()}
    return replace(
        row,
        name=criterion.name[LANGUAGE],
        question=criterion.question[LANGUAGE],
        help=criterion.help.get(LANGUAGE, ""),
        explanation=explanations[outcome][LANGUAGE],
        advice=criterion.way_on.get(LANGUAGE, "") if outcome == "not_met" else "",
    )


def _choices(trial: Trial | None, criterion_id: str) -> tuple[Choice, ...]:
    options = trial.criterion(criterion_id).options if trial else ()
    return tuple(Choice(option.id, option.label[LANGUAGE], option.outcome.value) for option in options)


def _labels(trial: Trial | None, criterion_id: str) -> dict[str, str]:
    return {choice.id: choice.label for choice in _choices(trial, criterion_id)}


def labels(trial: Trial | None) -> Mapping[str, Mapping[str, str]]:
    """The words of every answer of every criterion."""
    return {criterion_id: _labels(trial, criterion_id) for criterion_id in (trial.criterion_ids if trial else ())}


def cited(trial: Trial | None, content: Content | None) -> Mapping[str, Cited]:
    """What each criterion rests on, of those whose passage and source are published."""
    found: dict[str, Cited] = {}
    if trial is None or content is None:
        return found
    for criterion in trial.criteria:
        passage, source = content.passages.get(criterion.passage), content.sources.get(criterion.source)
        if passage and source:
            found[criterion.id] = Cited(
                source.title, source.publisher, source.date or "", source.language, passage.text
            )
    return found


def sheet_lines(rows: Sequence[CriterionRow], typed: Mapping[str, str]) -> tuple[SheetLine, ...]:
    """The lines of the call sheet, what is not known first: merged of what was shown, typed and is stored now."""
    lines = [_sheet_line(row, typed) for row in rows]
    return tuple(sorted(lines, key=lambda line: line.row.outcome != "unknown"))


def _sheet_line(row: CriterionRow, typed: Mapping[str, str]) -> SheetLine:
    stored = (row.option, row.words)
    shown = (typed.get(f"shown-{row.id}", row.option), typed.get(f"said-{row.id}", row.words))
    mine = (typed.get(f"option-{row.id}", row.option), typed.get(f"words-{row.id}", row.words).strip())
    option, words = stored if mine == shown else mine
    known = {choice.id: choice.outcome for choice in row.choices}
    outcome = row.outcome if option == row.option else known.get(option, "unknown")
    differs = mine != shown and stored not in (shown, mine)
    told = " – ".join(filter(None, (row.chosen, row.words))) if differs else ""
    return SheetLine(row, option, words, outcome, told)


def with_answers(signup: SignUp, trial: Trial, given: Mapping[str, tuple[str, str]]) -> Mapping[str, Mapping[str, str]]:
    """The answers of the sign-up with some of them changed.

    Args:
        given: by criterion the id of the answer and the patient's words.

    Raises:
        UnknownAnswer: when the trial has no such criterion or answer.
    """
    answers = dict(signup.answers)
    for criterion_id, (option_id, words) in given.items():
        try:
            option = trial.criterion(criterion_id).option(option_id)
        except KeyError:
            raise UnknownAnswer(f"{criterion_id}: {option_id}") from None
        answers[criterion_id] = {"option": option.id, "outcome": option.outcome.value, "words": words.strip()}
    return answers


def timeline(signup: SignUp) -> tuple[Event, ...]:
    """Everything that happened, in order: the events, and that notes were written."""
    notes = [Event(note.at, note.author, "nurse", "note", None, None, False, {}) for note in signup.notes]
    return tuple(sorted([*signup.events, *notes], key=lambda event: event.at))
