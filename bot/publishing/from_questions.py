"""What people asked, made into pieces: questions of a topic, a new topic, examples of what is outside. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.knowledge.schema import OUTSIDE, Phrases, Topic
from bot.knowledge.text import fold

LONGEST_NAME = 64
_WORDS_IN_NAME = 4
_SHORTEST_WORD = 4


def with_questions(topic: Topic, language: str, asked: Sequence[str]) -> Topic:
    """The topic with these questions added, but for those it has already."""
    known = [topic.question.get(language, ""), *topic.questions.get(language, ())]
    questions = (*topic.questions.get(language, ()), *_new(asked, known))
    return replace(topic, questions={**topic.questions, language: questions})


def with_examples(phrases: Phrases | None, language: str, asked: Sequence[str]) -> Phrases:
    """The examples of what is outside with these added, but for those it has already."""
    before: Mapping[str, tuple[str, ...]] = phrases.examples if phrases else {}
    known = before.get(language, ())
    return Phrases(OUTSIDE, {**before, language: (*known, *_new(asked, known))})


def new_topic(name: str, subject: str, language: str, asked: Sequence[str], today: date) -> Topic:
    """A topic that is still to be written: the first question is its title, and its answer is empty."""
    distinct = _new(asked, ())
    return Topic(
        id=name,
        subject=subject,
        question={language: distinct[0]},
        answer={language: ""},
        short={language: ""},
        questions={language: tuple(distinct[1:])},
        passages=(),
        as_of=today,
        review_by=_a_year_after(today),
        follow_ups=(),
    )


def name_of(question: str, subject: str, taken: Collection[str]) -> str:
    """A name for a new topic: its subject and the first telling words of the question; not one that is taken."""
    said = [word for word in fold(question).split() if word.isascii() and word.isalnum()]
    telling = [word for word in said if len(word) >= _SHORTEST_WORD] or said or ["vraag"]
    name = "_".join([subject, *telling[:_WORDS_IN_NAME]])[: LONGEST_NAME - 4].rstrip("_")
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def _new(asked: Sequence[str], known: Sequence[str]) -> list[str]:
    seen = {fold(text) for text in known}
    found = []
    for text in asked:
        if fold(text) and fold(text) not in seen:
            seen.add(fold(text))
            found.append(text)
    return found


def _a_year_after(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, 28))
