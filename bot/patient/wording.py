"""Words and addresses as they stand on a page: in its language, safe to show, links and stress in place."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from bot.patient import texts
from bot.patient.language import page_language

# In a text: `**stress**`, and `[words](name)` for a link to the address that the page gives under that name.
_MARKS = re.compile(r"\*\*(?P<stress>[^*]+)\*\*|\[(?P<words>[^\]]+)\]\((?P<name>\w+)\)")


def own_path(address: str) -> str:
    """The path of an address on this site, so that a link also works when the site is reached by another name."""
    return "/" + urlsplit(address).path.lstrip("/")


def plain(name: str, language: str | None = None, /, **values: object) -> str:
    """The text with this name of `texts.yml` as it is, in the language of the page unless another is named."""
    return texts.text(name, language or page_language(), **values)


def say(name: str, language: str | None = None, /, **values: object) -> Markup:
    """The same as HTML: stress and links become elements, everything else is escaped.

    Args:
        name: of the text.
        language: that of the page when absent.
        values: what its placeholders stand for; the addresses of its links are among them.

    Raises:
        KeyError: when there is no such text, or a link in it has no address.
    """
    bare = str(escape(texts.text(name, language or page_language())))

    def mark(found: re.Match[str]) -> str:
        if found["stress"]:
            return f"<strong>{found['stress']}</strong>"
        return f'<a href="{{{found["name"]}}}">{found["words"]}</a>'

    marked = _MARKS.sub(mark, bare)
    # Filled in last: what somebody typed cannot become a link.
    shown = marked.format(**{key: escape(value) for key, value in values.items()}) if values or marked != bare else bare
    return Markup(shown)  # noqa: S704 - the text and all values are escaped above


def section(name: str, language: str | None = None) -> Any:
    """A group of texts, in the language of the page unless another is named."""
    return texts.section(name, language or page_language())
