"""Topics as bot messages: the text, the choices to offer, and what a page shows beside it.

Pure but for the general sentence on a topic that is off the air, which comes with the program.

A bot message is a dictionary with `text`, optionally `buttons` (`title`, `payload`), and `custom`: see
"From Rasa to the site" in docs/architecture.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.knowledge import notices
from bot.knowledge.schema import Content, Notice, Source, Text, Topic
from bot.languages import in_language as in_language  # as part of what makes replies

RECRUITMENT_PLACEHOLDER = "{recruitment}"
MOST_CHOICES = 3
_FRAGMENT_WORDS = 6
Message = dict[str, Any]


def topic_payload(topic_id: str) -> str:
    """The value of a choice that asks for this topic, wherever it is sent back."""
    return "/ask_topic" + json.dumps({"topic": topic_id})


def topic_button(topic: Topic, language: str) -> dict[str, str]:
    """A choice that asks for this topic, labelled with its question."""
    return {"title": in_language(topic.question, language), "payload": topic_payload(topic.id)}


def topic_message(content: Content, topic_id: str, language: str, recruitment: str, short: bool = False) -> Message:
    """The answer to one topic.

    Args:
        content: the published content.
        topic_id: which topic.
        language: two-letter code; another stands in where a text is missing.
        recruitment: text on whether the trial takes participants, for answers that mention it.
        short: give the short form instead of the whole answer.

    Raises:
        KeyError: when the topic does not exist.
    """
    if topic_id in content.notices:
        return _notice_message(content, content.notices[topic_id], language, recruitment)
    topic = content.topics[topic_id]
    text = in_language(topic.short if short else topic.answer, language)
    follow_ups = [content.topics[other] for other in topic.follow_ups if other in content.topics]
    return {
        "text": text.replace(RECRUITMENT_PLACEHOLDER, recruitment).strip(),
        "buttons": [topic_button(other, language) for other in follow_ups],
        "custom": {
            "kind": "answer",
            "topic": topic.id,
            "sources": [source_card(source) for source in sources_of(content, topic)],
            "as_of": topic.as_of.isoformat(),
            "short": short,
        },
    }


def _notice_message(content: Content, notice: Notice, language: str, recruitment: str) -> Message:
    """What is said instead of an answer that is off air or gone."""
    text, tongue = notices.words(content, notice, language)
    offered = [content.topics[name] for name in notice.topics if name in content.topics]
    return {
        "text": text.replace(RECRUITMENT_PLACEHOLDER, recruitment).strip(),
        "buttons": [topic_button(topic, language) for topic in offered],
        "custom": {"kind": "answer", "topic": notice.topic, "sources": [], "as_of": None, "language": tongue},
    }


def again(message: Message, lead: Message | None, whole: Mapping[str, str] | None = None) -> Message:
    """An answer that was given before, with a kind word in front of it.

    Args:
        message: the answer.
        lead: the word, and choices that come with it, such as one for a person to speak to.
        whole: a choice for the whole answer, where the message is the short one.
    """
    said = lead or {"text": ""}
    first = [*(said.get("buttons") or ()), *([whole] if whole else ())]
    text = f"{said['text']}\n\n{message['text']}".strip()
    return {**message, "text": text, "buttons": [*first, *message["buttons"]][:MOST_CHOICES]}


def reworded(variations: Sequence[Message], text: Text | None) -> Sequence[Message]:
    """The variations of a fixed text in the words that were published for it; as they are when there are none.

    Words for another number of variations are those of an earlier version of the domain: they do not fit any more.
    """
    if text is None or len(text.variations) != len(variations):
        return variations
    return [{**message, "text": words} for message, words in zip(variations, text.variations, strict=True)]


def with_second(content: Content, message: Message, topic_id: str, language: str) -> Message:
    """An answer followed by the short answer to a second question that was asked with it.

    A choice leads to the whole second answer. The message stays that of the first topic.

    Raises:
        KeyError: when the second topic does not exist.
    """
    if topic_id in content.notices:
        return message
    topic = content.topics[topic_id]
    heading, short = in_language(topic.question, language), in_language(topic.short, language)
    shown = message["custom"]
    more = [card for card in map(source_card, sources_of(content, topic)) if card not in shown["sources"]]
    return {
        **message,
        "text": f"{message['text']}\n\n**{heading}**\n\n{short.strip()}",
        "buttons": [topic_button(topic, language), *message["buttons"]][:MOST_CHOICES],
        "custom": {**shown, "sources": [*shown["sources"], *more], "also": topic.id},
    }


def sources_of(content: Content, topic: Topic) -> list[Source]:
    """The sources a topic's passages come from, each once, in the order of the passages."""
    ids = dict.fromkeys(content.passages[passage].source for passage in topic.passages)
    return [content.sources[source_id] for source_id in ids]


def source_card(source: Source) -> dict[str, str | None]:
    """What a reader sees of a source."""
    return {name: getattr(source, name) for name in ("title", "publisher", "date", "url", "language")}


def choice_buttons(
    content: Content, labels: Iterable[str], dialogue_labels: Mapping[str, str], language: str
) -> list[dict[str, str]]:
    """Choices for labels, which are topic ids or dialogue intents.

    Labels that are neither a topic nor named in `dialogue_labels` (intent -> words on the button) are left out:
    nobody should be asked "did you mean goodbye?".
    """
    buttons = []
    for label in labels:
        if label in content.topics:
            buttons.append(topic_button(content.topics[label], language))
        elif label in dialogue_labels:
            buttons.append({"title": dialogue_labels[label], "payload": f"/{label}"})
    return buttons


def in_context(content: Content, candidates: Sequence[str], last_topic: str | None, words: int) -> list[str]:
    """Candidates for a short message that leans on what was said before ("en daarna?"), best first.

    Those that belong to the topic answered last come first, and its follow-up topics fill what is left.

    Args:
        content: the published content.
        candidates: labels that the classifier offers, best first.
        last_topic: the topic that was answered last, or None.
        words: how many words the message has; one with many speaks for itself.
    """
    topic = content.topics.get(last_topic or "")
    if topic is None or words > _FRAGMENT_WORDS:
        return list(candidates)
    near = {other.id for other in content.topics.values() if other.subject == topic.subject} | set(topic.follow_ups)
    # No candidate is dropped: the message may be a new question after all.
    ordered = sorted(candidates, key=lambda label: label not in near)
    return list(dict.fromkeys([*ordered, *topic.follow_ups]))[:MOST_CHOICES]
