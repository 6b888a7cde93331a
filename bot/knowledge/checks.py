"""Checks on the content: pure functions that say what is wrong with which topic, and what to do about it.

They run in the tests, by `stamcelwijzer faq check`, and before publishing. A topic may be excepted from the checks
on form in EXCEPTABLE, in its file, with a reason; from what is said about facts there are no exceptions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.knowledge.check_facts import check_figures, check_passages
from bot.knowledge.check_form import (
    check_links,
    check_placeholders,
    check_questions,
    check_readability,
    check_sentences,
)
from bot.knowledge.findings import WITHOUT_PASSAGES, Finding, Limits, Material, texts_of
from bot.knowledge.schema import Content
from bot.knowledge.text import strip_markup, words

__all__ = ["EXCEPTABLE", "REFERENCES", "Finding", "Limits", "Material", "check"]

EXCEPTABLE = frozenset({"long_sentence", "readability"})
# Passages that the pre-screen's trial files cite, not the topics.
FOR_TRIALS = "prescreen-"
# The checks on what other code relies on; content that fails these is not loaded into the database.
REFERENCES = frozenset({"incomplete", "follow_ups", "passages", "content_map"})


def check(material: Material) -> list[Finding]:
    """Everything the checks find, errors and warnings, in the order of the content."""
    found = [finding for run in CHECKS for finding in run(material)]
    exceptions = {topic.id: topic.exceptions for topic in material.content.topics.values()}
    kept = [f for f in found if not (f.check in EXCEPTABLE and f.check in exceptions.get(f.topic or "", {}))]
    used = {(f.topic, f.check) for f in found}
    order = {topic: place for place, topic in enumerate(material.content.topics)}
    kept.extend(_exceptions(material.content, used))
    return sorted(kept, key=lambda finding: order.get(finding.topic or "", len(order)))


def _exceptions(content: Content, used: set[tuple[str | None, str]]) -> Iterator[Finding]:
    for topic in content.topics.values():
        for name in topic.exceptions:
            if name not in EXCEPTABLE:
                known = ", ".join(sorted(EXCEPTABLE))
                yield Finding(
                    "exception",
                    topic.id,
                    f"'{name}' cannot be excepted: remove it (possible: {known}).",
                    case="unknown",
                    about=(name,),
                )
            elif (topic.id, name) not in used:
                text = f"the exception '{name}' is not needed (any more): remove it."
                yield Finding("exception", topic.id, text, "warning", case="unneeded", about=(name,))


def check_map(material: Material) -> Iterator[Finding]:
    """The topics are those of the content map, each in its subject, and none is missing.

    A whole subject that nobody began yet is a warning: the assistant can do without, and refuses those questions.
    """
    for topic in material.content.topics.values():
        entry = material.topics.get(topic.id)
        if entry is None:
            yield Finding(
                "content_map", topic.id, "is not in data/content-map.yml: use an id from there.", case="unknown"
            )
        elif entry.subject != topic.subject:
            yield Finding(
                "content_map",
                topic.id,
                f"belongs in {entry.subject}.yml: move it there.",
                case="subject",
                about=(entry.subject,),
            )
    begun = {subject.id for subject in material.content.subjects}
    for entry in material.topics.values():
        if entry.id not in material.content.topics:
            text = f"is in the content map but has no answer: write it in data/faq/{entry.subject}.yml."
            yield Finding(
                "missing_topic", entry.id, text, "error" if entry.subject in begun else "warning", about=(entry.id,)
            )


def check_completeness(material: Material) -> Iterator[Finding]:
    """Every topic has its texts, questions, passages and dates."""
    limits = material.limits
    for topic in material.content.topics.values():
        partly = [
            language for language, wanted in limits.partial.items() if topic.id in wanted or language in topic.answer
        ]
        for language in (*limits.languages, *partly):
            for name, texts in (("question", topic.question), ("answer", topic.answer), ("short", topic.short)):
                if not texts.get(language, "").strip():
                    yield Finding(
                        "incomplete",
                        topic.id,
                        f"has no {name} in '{language}': write it.",
                        case="text",
                        about=(f"{name} ({language})",),
                    )
            count = len(topic.questions.get(language, ()))
            if count < limits.minimum_questions:
                text = f"has {count} questions in '{language}': write at least {limits.minimum_questions}."
                yield Finding("questions", topic.id, text, about=(str(count), str(limits.minimum_questions)))
        for name, _language, text in texts_of(topic):
            length = len(words(strip_markup(text)))
            if name.startswith("short") and length > limits.short_words:
                message = f"{name} has {length} words: shorten it to {limits.short_words}."
                yield Finding("short_length", topic.id, message, about=(name, str(length), str(limits.short_words)))
        if not topic.passages and topic.subject not in WITHOUT_PASSAGES:
            yield Finding(
                "incomplete", topic.id, "cites no passage: name the passages the answer rests on.", case="passages"
            )
        if topic.review_by <= topic.as_of:
            yield Finding("review_date", topic.id, "review_by is not after as_of: give a later date.", case="order")
        elif limits.today and topic.review_by < limits.today:
            text = f"was to be reviewed by {topic.review_by}: look at it again and set a new date."
            yield Finding("review_date", topic.id, text, "warning", case="overdue", about=(str(topic.review_by),))


def check_references(material: Material) -> Iterator[Finding]:
    """Follow-ups, passages, sources and documents that are named exist."""
    content = material.content
    for topic in content.topics.values():
        if not 2 <= len(topic.follow_ups) <= 3 or len(set(topic.follow_ups)) < len(topic.follow_ups):
            yield Finding("follow_ups", topic.id, "needs two or three different follow_ups.", case="number")
        for other in topic.follow_ups:
            if other == topic.id:
                yield Finding(
                    "follow_ups", topic.id, "names itself as a follow-up: choose another topic.", case="itself"
                )
            elif other not in content.topics and other in material.topics:
                text = f"follow-up '{other}' is in the content map but not written yet."
                yield Finding("follow_ups", topic.id, text, "warning", case="unwritten", about=(other,))
            elif other not in content.topics:
                yield Finding(
                    "follow_ups",
                    topic.id,
                    f"follow-up '{other}' does not exist: use a topic id.",
                    case="unknown",
                    about=(other,),
                )
        for name in topic.passages:
            if name not in content.passages:
                text = f"passage '{name}' does not exist: define it under 'passages:' in data/sources/."
                yield Finding("passages", topic.id, text, case="unknown", about=(name,))
    cited = {passage for topic in content.topics.values() for passage in topic.passages}
    for passage in content.passages.values():
        if passage.source not in content.sources:
            yield Finding(
                "passages",
                passage.id,
                f"source '{passage.source}' does not exist: define it.",
                case="source",
                about=(passage.source,),
            )
        if passage.id not in cited and not passage.id.startswith(FOR_TRIALS):
            yield Finding("passages", passage.id, "is cited by no topic: cite or remove it.", "warning", case="uncited")
    for source in content.sources.values():
        if source.superseded_by is not None and source.superseded_by not in content.sources:
            text = f"is superseded by '{source.superseded_by}', which does not exist: define it or correct the name."
            yield Finding("passages", source.id, text, case="newer", about=(source.superseded_by,))
        if source.document not in material.documents:
            text = f"document '{source.document}' is not in data/sources/documents/: add it or correct the name."
            yield Finding("passages", source.id, text, case="document", about=(source.document,))


CHECKS: tuple[Callable[[Material], Iterator[Finding]], ...] = (
    check_map,
    check_completeness,
    check_references,
    check_passages,
    check_figures,
    check_sentences,
    check_readability,
    check_questions,
    check_links,
    check_placeholders,
)
