"""One bot message as the site knows it, and how Rasa's REST answer becomes such messages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.web.markup import web_address

KINDS = ("answer", "question", "clarify", "verdict", "safety", "handover", "refusal", "smalltalk")
VERDICTS = ("may_take_part", "needs_check", "cannot_take_part")
OUTCOMES = ("met", "not_met", "unknown")


class NotAnAnswer(ValueError):
    """What Rasa sent holds no message that can be shown."""


@dataclass(frozen=True)
class Choice:
    """Something to click: `label` is read, `value` is sent."""

    label: str
    value: str


@dataclass(frozen=True)
class BotMessage:
    """A message to a person, with what the page shows beside it. Fields as in `POST /api/chat`; see the README."""

    text: str
    kind: str = "smalltalk"
    topic: str | None = None
    asks: str | None = None
    choices: tuple[Choice, ...] = ()
    sources: tuple[Mapping[str, str | None], ...] = ()
    verdict: str | None = None
    criteria: Mapping[str, str] | None = None
    intake_url: str | None = None
    progress: Mapping[str, int] | None = None
    as_of: str | None = None
    details: tuple[Mapping[str, Any], ...] | None = None
    help: str | None = None
    forget: str | None = None
    language: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The message as plain values; lists are lists, absent fields None."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in _FIELDS}
        plain["choices"] = [{"label": choice.label, "value": choice.value} for choice in self.choices]
        plain["sources"] = [dict(source) for source in self.sources]
        plain["details"] = None if self.details is None else [dict(row) for row in self.details]
        return plain


_FIELDS = tuple(field.name for field in fields(BotMessage))


def from_rasa(items: object) -> list[BotMessage]:
    """The messages in what Rasa's REST channel sent.

    Args:
        items: the decoded JSON; `custom` items belong to the text before them.

    Raises:
        NotAnAnswer: when it is no list of messages, or holds nothing that can be shown.
    """
    if not isinstance(items, list):
        raise NotAnAnswer("the chat service did not send a list")
    messages: list[BotMessage] = []
    bare = False  # whether the last message still waits for its custom item
    for item in items:
        if not isinstance(item, Mapping):
            raise NotAnAnswer("the chat service sent something other than messages")
        words, choices = _text(item.get("text")), _choices(item.get("buttons"))
        if words and bare and not messages[-1].choices:
            # Rasa's channels send each paragraph apart; until its custom item comes, a message goes on.
            messages[-1] = replace(messages[-1], text=f"{messages[-1].text}\n\n{words}", choices=choices)
        elif words or choices:
            messages.append(BotMessage(text=words or "", choices=choices))
            bare = True
        custom = item.get("custom")
        if isinstance(custom, Mapping):
            if not bare:
                messages.append(BotMessage(text=""))
            messages[-1] = _with_custom(messages[-1], custom)
            bare = False
    shown = [message for message in messages if message.text or message.choices or message.details]
    if not shown:
        raise NotAnAnswer("the chat service sent nothing to show")
    return shown


def from_json(plain: Mapping[str, Any]) -> BotMessage:
    """The message that `BotMessage.as_json` gave, for example read back from storage."""
    message = BotMessage(
        text=_text(plain.get("text")) or "",
        choices=tuple(Choice(str(choice["label"]), str(choice["value"])) for choice in plain.get("choices") or ()),
    )
    return _with_custom(message, plain)


def _with_custom(message: BotMessage, custom: Mapping[str, Any]) -> BotMessage:
    kind, verdict = custom.get("kind"), custom.get("verdict")
    return replace(
        message,
        kind=kind if kind in KINDS else message.kind,
        topic=_text(custom.get("topic")),
        asks=_text(custom.get("asks")),
        sources=tuple(_source(source) for source in _rows(custom.get("sources"))),
        verdict=verdict if verdict in VERDICTS else None,
        criteria=_criteria(custom.get("criteria")),
        intake_url=web_address(custom.get("intake_url")),
        progress=_progress(custom.get("progress")),
        as_of=_text(custom.get("as_of")),
        details=tuple(_detail(row) for row in _rows(custom.get("details"))) or None,
        help=_text(custom.get("help")),
        forget=_text(custom.get("forget")),
        language=_text(custom.get("language")),
    )


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, (list, tuple)) else []


def _choices(value: object) -> tuple[Choice, ...]:
    found = []
    for row in _rows(value):
        label = _text(row.get("title"))
        if label:
            found.append(Choice(label, _text(row.get("payload")) or label))
    return tuple(found)


def _source(row: Mapping[str, Any]) -> dict[str, str | None]:
    found = {name: _text(row.get(name)) for name in ("title", "publisher", "date", "language")}
    return {**found, "url": web_address(row.get("url"))}


def _criteria(value: object) -> dict[str, str] | None:
    if not isinstance(value, Mapping):
        return None
    return {str(name): outcome for name, outcome in value.items() if outcome in OUTCOMES}


def _progress(value: object) -> dict[str, int] | None:
    if not isinstance(value, Mapping):
        return None
    step, of = value.get("step"), value.get("of")
    if not isinstance(step, int) or not isinstance(of, int) or not 0 < step <= of:
        return None
    return {"step": step, "of": of}


def _detail(row: Mapping[str, Any]) -> dict[str, Any]:
    outcome, source = row.get("outcome"), row.get("source")
    names = ("criterion", "name", "words", "explanation", "way_on", "topic")
    found: dict[str, Any] = {name: _text(row.get(name)) for name in names}
    found["outcome"] = outcome if outcome in OUTCOMES else "unknown"
    found["source"] = _source(source) if isinstance(source, Mapping) else None
    return found
