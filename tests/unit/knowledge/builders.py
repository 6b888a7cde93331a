"""A small content that passes every check, and ways to spoil it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.knowledge.checks import Finding, Limits, Material, check
from bot.knowledge.files import MapEntry
from bot.knowledge.schema import Content, Passage, Source, Subject, Topic

DOCUMENT = """ Vragen en antwoorden
4 november 2019

U wordt 2-3 dagen opgenomen op de afdeling
hematologie. Dit wordt vergeleken met drie tweedelijns MS-
middelen.
 12

• U krijgt 50 mg/kg per dag. De kans is 30%.
• In totaal doen 100 mensen mee, na een jaar.
"""


def topic(name: str, **changes: Any) -> Topic:
    """A valid topic of subject `study`; `changes` replace its fields."""
    others = [other for other in ("study_aim", "study_groups", "study_where") if other != name]
    valid = Topic(
        id=name,
        subject="study",
        question={"nl": f"Wat is het van {name}?"},
        answer={"nl": "U bent twee of drie dagen hier. Dan mag u naar huis."},
        short={"nl": "U bent hier twee tot drie dagen."},
        questions={"nl": tuple(f"vraag {number} over {name}" for number in range(15))},
        passages=("study-stay",),
        as_of=date(2019, 11, 4),
        review_by=date(2027, 5, 20),
        follow_ups=tuple(others),
    )
    return replace(valid, **changes)


def content(*changed: Topic, **parts: Any) -> Content:
    """A valid content of three topics, in which the given topics replace those with the same id."""
    topics = {name: topic(name) for name in ("study_aim", "study_groups", "study_where")}
    topics |= {changed_topic.id: changed_topic for changed_topic in changed}
    source = Source(
        "ram-ms-qa", "Vragen over de studie", "Een ziekenhuis", "2019-11-04", "https://example.org/qa", "qa.txt"
    )
    valid = Content(
        subjects=(Subject("study", {"nl": "De studie"}, tuple(topics)),),
        topics=topics,
        sources={source.id: source},
        passages={"study-stay": Passage("study-stay", "ram-ms-qa", "U wordt 2-3 dagen opgenomen")},
    )
    return replace(valid, **parts)


def material(*changed: Topic, limits: Limits | None = None, **parts: Any) -> Material:
    """What the checks take, for the content with these changes."""
    names = ("study_aim", "study_groups", "study_where")
    entries = {name: MapEntry(name, "study", "?", "?") for name in names}
    entries["edss"] = MapEntry("edss", "terms", "?", "?")
    return Material(content(*changed, **parts), {"qa.txt": DOCUMENT}, entries, limits or Limits())


def errors(*changed: Topic, **parts: Any) -> list[Finding]:
    """The errors that the checks find in the content with these changes."""
    return [finding for finding in check(material(*changed, **parts)) if finding.severity == "error"]
