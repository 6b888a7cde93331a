"""German: there in part, by declaration. What is there is said in German, and what is not says what stands in."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot import languages
from bot.knowledge import files, fixed_texts
from bot.knowledge.checks import Limits, check
from bot.knowledge.rasa_importer import topic_training_data
from bot.knowledge.rasa_nlg import ContentResponses
from bot.nlu.safety_patterns import SafetyPatterns
from tests.unit.knowledge.builders import material, topic

CONTENT = files.load(Path("data"))
RESPONSES: dict[str, list[dict[str, Any]]] = {}
for _path in sorted(Path("bot/domain").rglob("*.yml")):
    RESPONSES.update(yaml.safe_load(_path.read_text(encoding="utf-8")).get("responses") or {})
GERMAN = [name for name in RESPONSES if fixed_texts.language_of(name) == "de"]
ENGLISH_ONLY = next(name for name, one in CONTENT.topics.items() if "en" in one.answer and "de" not in one.answer)
NUMBERS = re.compile(r"\b(?:112|113|0800-0113)\b")
PLACEHOLDER = re.compile(r"\{\w+\}|\[recruitment\]")
PATTERNS = SafetyPatterns.load(Path("data/lexicon/de/safety.yml"))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def asked(language: str, intent: str = "faq") -> DialogueStateTracker:
    """A conversation of one message in this language."""
    tracker = DialogueStateTracker("someone", [])
    data = {"intent": {"name": intent, "confidence": 1.0}, "entities": [], "language": language}
    tracker.update(UserUttered("Frage", intent=data["intent"], parse_data=data))  # type: ignore[arg-type]
    return tracker


async def generated(name: str, language: str) -> dict[str, Any]:
    """The message under this name to somebody who writes in this language."""
    responses = ContentResponses(domain=Domain.from_dict({"responses": RESPONSES}))
    message: dict[str, Any] | None = await responses.generate(name, asked(language), "rest")
    assert message is not None
    return message


async def said(name: str, language: str) -> str:
    """What is said under this name to somebody who writes in this language."""
    return str((await generated(name, language))["text"])


@pytest.mark.anyio
@pytest.mark.parametrize("name", languages.partial()["de"])
async def test_a_declared_topic_is_answered_in_german(name: str) -> None:
    german = CONTENT.topics[name].answer["de"]
    assert await said(f"utter_faq/{name}", "de") == german.strip()


@pytest.mark.anyio
async def test_another_topic_is_answered_in_english_and_says_so() -> None:
    first, *rest = (await said(f"utter_faq/{ENGLISH_ONLY}", "de")).split("\n\n")
    assert first == "Diese Antwort gibt es noch nicht auf Deutsch. Hier steht sie auf Englisch."
    assert "\n\n".join(rest).startswith(CONTENT.topics[ENGLISH_ONLY].answer["en"].split("\n\n")[0])


@pytest.mark.anyio
@pytest.mark.parametrize("language", ["nl", "en"])
async def test_nothing_is_said_about_languages_where_the_answer_is_there(language: str) -> None:
    answer = await said(f"utter_faq/{ENGLISH_ONLY}", language)
    assert answer.split("\n\n")[0] == CONTENT.topics[ENGLISH_ONLY].answer[language].split("\n\n")[0]


@pytest.mark.anyio
async def test_a_fixed_text_that_is_not_there_in_german_is_said_in_english() -> None:
    assert "utter_restarted_de" not in RESPONSES
    assert await said("utter_restarted", "de") == RESPONSES["utter_restarted_en"][0]["text"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "language", "told"),
    [
        ("utter_greet", "de", "de"),
        ("utter_greet", "en", "en"),
        ("utter_greet", "nl", "nl"),
        ("utter_restarted", "de", "en"),
        ("utter_ask_prescreen_form_age", "de", "en"),
        (f"utter_faq/{languages.partial()['de'][0]}", "de", "de"),
        (f"utter_faq/{ENGLISH_ONLY}", "de", "en"),
    ],
)
async def test_a_message_tells_the_language_that_it_is_in(name: str, language: str, told: str) -> None:
    assert (await generated(name, language))["custom"]["language"] == told


@pytest.mark.parametrize("name", GERMAN)
def test_a_german_text_does_what_the_dutch_one_does(name: str) -> None:
    dutch = RESPONSES[name.removesuffix("_de")]
    assert len(dutch) == len(RESPONSES[name])
    for one, other in zip(dutch, RESPONSES[name], strict=True):
        assert one.get("custom") == other.get("custom")
        assert [b["payload"] for b in one.get("buttons", [])] == [b["payload"] for b in other.get("buttons", [])]
        assert set(PLACEHOLDER.findall(one["text"])) == set(PLACEHOLDER.findall(other["text"]))
        assert set(NUMBERS.findall(one["text"])) == set(NUMBERS.findall(other["text"]))


def test_all_that_is_said_in_danger_is_there_in_german() -> None:
    assert {f"{name}_de" for name in fixed_texts.SAFETY} <= set(GERMAN)
    assert all(fixed_texts.is_safety(f"{name}_de") for name in fixed_texts.SAFETY)


def test_a_declared_topic_must_be_complete_and_an_undeclared_one_need_not() -> None:
    limits = Limits(partial={"de": ["study_aim"]})
    found = [one for one in check(material(limits=limits)) if one.severity == "error"]
    assert {(one.check, one.topic) for one in found} == {("incomplete", "study_aim"), ("questions", "study_aim")}


def test_a_topic_that_is_begun_in_a_language_is_finished() -> None:
    begun = topic("study_where", answer={**topic("study_where").answer, "de": "Sie sind zwei oder drei Tage hier."})
    found = [one for one in check(material(begun, limits=Limits(partial={"de": []}))) if one.severity == "error"]
    assert {(one.check, one.topic) for one in found} == {("incomplete", "study_where"), ("questions", "study_where")}


def test_a_topic_is_understood_in_a_language_in_which_it_has_no_answer() -> None:
    one = CONTENT.topics["mortality"]
    assert "de" in one.questions and "de" not in one.answer
    content = replace(CONTENT, topics={one.id: one})
    examples = topic_training_data(content).training_examples
    german = [example for example in examples if example.get("metadata")["intent"]["language"] == "de"]
    assert len(german) == len(one.questions["de"])


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("Ich mag einfach nicht mehr leben", "crisis"),
        ("Sie hat gesagt, sie will sich umbringen", "crisis"),
        ("ich würde am liebsten vom Dach springen", "crisis"),
        ("mein Vater redet von Selbstmord", "crisis"),
        ("Seit heute Morgen ist meine rechte Seite plötzlich taub", "urgent_symptoms"),
        ("Sie atmet nicht mehr", "urgent_symptoms"),
        ("Fieber 38,9, drei Wochen nach der Transplantation", "urgent_symptoms"),
        ("Bitte schicken Sie einen Notarzt", "urgent_symptoms"),
        ("Kann man daran sterben?", None),
        ("Wie viele Patienten sterben daran?", None),
        ("Ist Fieber eine häufige Nebenwirkung?", None),
        ("Ich kann nicht mehr als 100 Meter laufen", None),
        ("Ich möchte mit den Fragen aufhören", None),
        ("Muss ich mein Leben lang Medikamente nehmen?", None),
        ("ik wil niet meer wachten", None),
        ("ik heb geen zin meer in deze vragen", None),
    ],
)
def test_danger_is_seen_in_german(text: str, alarm: str | None) -> None:
    assert PATTERNS.alarm(text) == alarm
