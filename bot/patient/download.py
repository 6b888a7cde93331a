"""A conversation to take along: as text to read, or as JSON for another program. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.patient.messages import BotMessage
from bot.patient.transcript import Turn
from bot.web.answers import dutch_date

_MARKS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|`")


def as_text(turns: Sequence[Turn], words: Mapping[str, str]) -> str:
    """The conversation as plain text.

    Args:
        turns: oldest first.
        words: what stands above it (`title`) and before lines of the person (`you`), of the bot (`bot`), sources
            (`sources`) and the date of an answer (`as_of`).
    """
    parts = [words["title"]]
    for turn in turns:
        parts.append(f"{words['you']}: {turn.said}")
        parts += [_reply(reply, words) for reply in turn.replies]
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


def _reply(reply: BotMessage, words: Mapping[str, str]) -> str:
    lines = [f"{words['bot']}: {_MARKS.sub('', reply.text)}"]
    if reply.as_of:
        lines.append(f"{words['as_of']}: {dutch_date(reply.as_of)}")
    for source in reply.sources:
        told = [source.get("title"), source.get("publisher"), dutch_date(source.get("date") or ""), source.get("url")]
        lines.append(f"{words['sources']}: " + ", ".join(part for part in told if part))
    return "\n".join(lines)
