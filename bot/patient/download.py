"""A conversation to take along: as text to read, or as JSON for another program. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.patient.messages import BotMessage
from bot.patient.transcript import Turn
from bot.web.answers import date_in_words

_MARKS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|`")


def as_text(turns: Sequence[Turn], words: Mapping[str, str], language: str) -> str:
    """The conversation as plain text.

    Args:
        turns: oldest first.
        words: what stands above it (`title`) and before lines of the person (`you`), of the bot (`bot`), sources
            (`sources`) and the date of an answer (`as_of`).
        language: of those words.
    """
    parts = [words["title"]]
    for turn in turns:
        parts.append(f"{words['you']}: {turn.said}")
        parts += [_reply(reply, words, language) for reply in turn.replies]
    return "\n\n".join(parts) + "\n"


def as_json(turns: Sequence[Turn]) -> str:
    """The conversation as JSON: `{"turns": [{"said": ..., "messages": [as in POST /api/chat]}]}`.

    Links to the intake form are left out: a file lies about for longer than they should.
    """
    plain: list[dict[str, Any]] = [
        {"said": turn.said, "messages": [{**reply.as_json(), "intake_url": None} for reply in turn.replies]}
        for turn in turns
    ]
    return json.dumps({"turns": plain}, ensure_ascii=False, indent=2) + "\n"


def _reply(reply: BotMessage, words: Mapping[str, str], language: str) -> str:
    lines = [f"{words['bot']}: {_MARKS.sub('', reply.text)}"]
    if reply.as_of:
        lines.append(f"{words['as_of']}: {date_in_words(reply.as_of, language)}")
    for source in reply.sources:
        day = date_in_words(source.get("date") or "", language)
        told = [source.get("title"), source.get("publisher"), day, source.get("url")]
        lines.append(f"{words['sources']}: " + ", ".join(part for part in told if part))
    return "\n".join(lines)
