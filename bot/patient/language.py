"""The language of a page follows its address: under `/en` every page is in English.

Flask and the views know one set of paths. `Site` takes the language off the path of a request before Flask looks at it,
and puts it back into every address it makes, so that somebody who reads English stays on English pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, current_app, has_request_context, request

from bot.patient import addresses, texts

_LANGUAGE = "stamcelwijzer.language"
# The same for everyone, so there is one address.
_ONE_ADDRESS = ("static", "shared", "pages.own_style", "embed.script", "embed.style", "questions.sitemap", "api.chat")


class Site(Flask):
    """A Flask application whose pages exist in more languages."""

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Take the language off the path."""
        language, path = addresses.taken_apart(environ.get("PATH_INFO", ""))
        before = addresses.prefix(language)
        changed = {"PATH_INFO": path, "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + before, _LANGUAGE: language}
        return super().wsgi_app({**environ, **changed}, start_response)

    def url_for(self, endpoint: str, **values: Any) -> str:
        """The address of a page in the language of the page that is made now."""
        return self.url_in(page_language(), endpoint, **values)

    def url_in(self, language: str, endpoint: str, **values: Any) -> str:
        """The address of a page in a language."""
        address = super().url_for(endpoint, **values)
        own = addresses.prefix(page_language())
        path = address[len(own) :] if own and address.startswith(own + "/") else address
        return path if endpoint in _ONE_ADDRESS else addresses.in_language(path, language)


def page_language() -> str:
    """The language of the page that is made now; Dutch outside a request."""
    found = request.environ.get(_LANGUAGE) if has_request_context() else None
    return str(found) if found in texts.PAGE_LANGUAGES else texts.DEFAULT_LANGUAGE


def other_languages() -> tuple[str, ...]:
    """The languages beside that of the page."""
    return tuple(language for language in texts.PAGE_LANGUAGES if language != page_language())


def this_page_in(language: str) -> str:
    """The page that is made now in another language, for the switch; the chat where only a form leads to the page."""
    if not current_app.url_map.bind("").test(request.path, "GET"):
        return addresses.in_language("/", language)
    query = f"?{request.query_string.decode('latin-1')}" if request.method == "GET" and request.query_string else ""
    return addresses.in_language(request.path, language) + query
