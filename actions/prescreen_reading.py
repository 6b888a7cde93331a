"""What a message means while the pre-screen runs: answers, a step back, or nothing for the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rasa_sdk import Tracker

from actions.prescreen_state import language_of
from bot import languages
from bot.eligibility.criteria import Trial
from bot.eligibility.english import interpret_english
from bot.eligibility.interpret import Answer, interpret
from bot.eligibility.mention import Mention
from bot.languages import in_language

# In a language without one, the pre-screen asks in the language that stands in, and reads that.
_INTERPRETERS = {"nl": interpret, "en": interpret_english}
_ALARMS = {"crisis", "urgent_symptoms"}
_MENTIONED = {"drug", "ms_type", "age", "birth_year", "distance"}


@dataclass(frozen=True)
class Reading:
    """What the form should do with a message.

    Attributes:
        answers: answers found, at most one for each criterion.
        back: go to the previous question.
        stop: end the pre-screen.
        restart: begin the pre-screen again.
        topic: a question asked in the same breath as an answer, as a topic id.
    """

    answers: tuple[Answer, ...] = ()
    back: bool = False
    stop: bool = False
    restart: bool = False
    topic: str | None = None


def read_message(trial: Trial, tracker: Tracker, asked: str | None, today: date) -> Reading:
    """Read the latest message of a conversation; see `read`."""
    return read(trial, tracker.latest_message or {}, asked, today, language_of(tracker))


def read(trial: Trial, message: Mapping[str, Any], asked: str | None, today: date, language: str) -> Reading:
    """Read a message.

    Args:
        trial: what is asked.
        message: what Rasa understood, as a tracker holds it.
        asked: the criterion that was asked last, or None.
        today: for ages and "last year".
        language: of the conversation.
    """
    intent = (message.get("intent") or {}).get("name") or ""
    text = str(message.get("text") or "")
    if message.get("alarm"):
        # A safety pattern matched: someone in danger is never read as someone answering a question.
        return Reading()
    if text.startswith("/"):
        return Reading(answers=_chosen(trial, message, language), back=intent == "go_back")
    interpreter = next(_INTERPRETERS[code] for code in languages.in_turn(language) if code in _INTERPRETERS)
    found = interpreter(text, trial, asked, _mentions(message), today)
    topic = _asked_topic(message) if found.is_question else None
    if intent in _ALARMS and not (asked and any(one.criterion == asked and one.certain for one in found.answers)):
        # Only the classifier suspects danger. "Lopen gaat niet meer" is an answer where walking was asked; words that
        # do not plainly answer the question are taken seriously.
        return Reading()
    if found.answers:
        return Reading(answers=found.answers, topic=topic)
    # "Dat klopt niet" without saying what is right: put the previous question again.
    back = found.wants_back or ((intent == "go_back" or found.is_correction) and not found.is_question)
    return Reading(back=back, stop=found.wants_stop, restart=found.wants_restart)


def _chosen(trial: Trial, message: Mapping[str, Any], language: str) -> tuple[Answer, ...]:
    """The answers in a choice's payload: `/answer{"ms_type": "rrms"}`. Unknown names are left out."""
    answers = []
    for entity in message.get("entities") or ():
        try:
            option = trial.criterion(str(entity.get("entity"))).option(str(entity.get("value")))
        except KeyError:
            continue
        words = in_language(option.label, language)
        answers.append(Answer(str(entity["entity"]), option.id, option.outcome, words, certain=True))
    return tuple(answers)


def _mentions(message: Mapping[str, Any]) -> list[Mention]:
    return [
        Mention(
            kind=entity["entity"],
            value=str(entity["value"]),
            text=str(entity.get("text", entity["value"])),
            start=int(entity.get("start", 0)),
            end=int(entity.get("end", 0)),
        )
        for entity in message.get("entities") or ()
        if entity.get("entity") in _MENTIONED
    ]


def _asked_topic(message: Mapping[str, Any]) -> str | None:
    if (message.get("intent") or {}).get("name") != "faq":
        return None
    response = (message.get("response_selector") or {}).get("faq", {}).get("response", {})
    return str(response.get("intent_response_key", "")).split("/")[-1] or None
