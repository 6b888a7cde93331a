"""What a person's message may hold: clean text, or one of the payloads behind a choice. Pure.

Rasa takes a message that starts with "/" as an intent. Only the payloads that choices carry may do so; from
anything else a person types the slash is stripped.
"""

from __future__ import annotations

import json
import re
import unicodedata

BARE_PAYLOADS = frozenset({"start_prescreen", "go_on", "go_back", "stop", "restart"})
_PAYLOAD = re.compile(r"/([a-z_]+)\s*(\{.*\})?", re.ASCII | re.DOTALL)
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


def clean(message: str) -> str:
    """The message without control characters, half characters and outer white space, in composed Unicode."""
    whole = message.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in whole if letter in "\n\t" or unicodedata.category(letter) != "Cc")
    return unicodedata.normalize("NFC", kept).strip()


def payload_of(message: str) -> tuple[str, dict[str, str]] | None:
    """The intent and the values of a known payload, or None when the message is ordinary text."""
    match = _PAYLOAD.fullmatch(message)
    if not match:
        return None
    intent, raw = match.group(1), match.group(2)
    if raw is None:
        return (intent, {}) if intent in BARE_PAYLOADS else None
    try:
        values = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if (
        not isinstance(values, dict)
        or not values
        or not all(_is_id(name) and _is_id(value) for name, value in values.items())
    ):
        return None
    known = intent == "answer" or (intent == "ask_topic" and set(values) == {"topic"})
    return (intent, values) if known else None


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def canonical(intent: str, values: dict[str, str]) -> str:
    """The payload as it goes to Rasa."""
    return f"/{intent}{json.dumps(values) if values else ''}"


def without_slash(message: str) -> str:
    """Typed text that can never be taken for an intent."""
    return message.lstrip("/ \t\n")
