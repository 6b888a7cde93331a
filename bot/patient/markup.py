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
    # Safe: the renderer escapes, and raw HTML is off.
    return Markup(_MARKDOWN.render(text))


def without_criteria(message: BotMessage) -> str:
    """A verdict's text without the list of criteria: the page shows that as a card."""
    names = tuple(f"- **{row['name']}**" for row in message.details or ())
    kept = [line for line in message.text.split("\n") if not names or not line.startswith(names)]
    return "\n".join(kept).strip()
