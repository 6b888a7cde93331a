"""Bot texts in light Markdown to safe HTML: paragraphs, lists, bold, italics and web links; never raw HTML."""

from __future__ import annotations

from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup


def web_address(value: object) -> str | None:
    """The value when it is an http(s) address, else None: nothing else may become a link."""
    address = value.strip() if isinstance(value, str) else ""
    try:
        return address if address and urlsplit(address).scheme in {"http", "https"} else None
    except ValueError:
        return None


_MARKDOWN = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["list", "emphasis", "newline", "link", "escape", "backticks"]
)
_MARKDOWN.validateLink = lambda url: web_address(url) is not None  # type: ignore[method-assign]


def to_html(text: str) -> Markup:
    """The text as HTML, everything that is not light Markdown escaped."""
    return Markup(_MARKDOWN.render(text))  # noqa: S704 - the renderer escapes, and raw HTML is off
