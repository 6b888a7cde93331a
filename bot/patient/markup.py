"""Bot texts in light Markdown to safe HTML: paragraphs, lists, bold, italics and web links; never raw HTML."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.patient.messages import BotMessage, web_address

_MARKDOWN = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["list", "emphasis", "newline", "link", "escape", "backticks"]
)
_MARKDOWN.validateLink = lambda url: web_address(url) is not None  # type: ignore[method-assign]


def to_html(text: str) -> Markup:
    """The text as HTML, everything that is not light Markdown escaped."""
    return Markup(_MARKDOWN.render(text))  # noqa: S704 - the renderer escapes, and raw HTML is off


def around_criteria(message: BotMessage) -> tuple[str, str]:
    """A message's text before and after its list of criteria, which the page shows as a card."""
    names = tuple(f"- **{row['name']}**" for row in message.details or ())
    lines = message.text.split("\n")
    listed = [number for number, line in enumerate(lines) if names and line.startswith(names)]
    if not listed:
        return message.text, ""
    return "\n".join(lines[: listed[0]]).strip(), "\n".join(lines[listed[-1] + 1 :]).strip()
