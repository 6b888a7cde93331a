"""A message with a verdict taken apart: what stands before and after its list of criteria. Pure."""

from __future__ import annotations

from bot.patient.messages import BotMessage


def around_criteria(message: BotMessage) -> tuple[str, str]:
    """A message's text before and after its list of criteria, which the page shows as a card."""
    names = tuple(f"- **{row['name']}**" for row in message.details or ())
    lines = message.text.split("\n")
    listed = [number for number, line in enumerate(lines) if names and line.startswith(names)]
    if not listed:
        return message.text, ""
    return "\n".join(lines[: listed[0]]).strip(), "\n".join(lines[listed[-1] + 1 :]).strip()
