"""Requests that no browser would send: strategies for every address of a site, and what no answer may be."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import Client, TestResponse

# More of them: STAMCELWIJZER_TEST_EXAMPLES=5000 .venv/bin/python -m pytest tests/unit/fuzz
EXAMPLES = int(os.environ.get("STAMCELWIJZER_TEST_EXAMPLES", "0"))
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW")
_TRACES = re.compile(r"Traceback|File \"|sqlalchemy\.|werkzeug\.|site-packages|psycopg2|sqlite3")


def some(examples: int) -> Callable[[Any], Any]:
    """The settings of a test: the same examples every time, more of them by a variable."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


_odd = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "\u202e\u200d\ufeff",
        "İıſßﬀ",
        "e" + "\u0301" * 300,
        "٣" * 20,
        "²",
        "1e309",
        "-1",
        "9" * 400,
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "{{7*7}}{% for %}",
        "../../etc/passwd",
        "%00%ff",
        "/answer{",
        '/answer{"ms_type": {}}',
        '/ask_topic{"topic": ["study_aim"]}',
        "/restart",
        "/session_start",
        "/forget",
        "31-12-9999",
        "0-0-0",
        "a" * 5_000,
        "\U0001f9ec" * 900,
        "ja\n" * 400,
    ]
)
words = st.one_of(st.text(max_size=40), _odd)
# Text that can stand in UTF-8, as bodies do: a lone half of a character cannot be sent as a form.
sendable = words.map(lambda text: text.encode("utf-8", "replace").decode("utf-8"))
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words)
documents = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4))
)
deep = st.integers(1, 50_000).flatmap(
    lambda depth: st.sampled_from([b"[" * depth, b'{"message":' * depth, b"[" * depth + b"]" * depth])
)
header = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
headers = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            [
                *("Accept", "Accept-Language", "Authorization", "Content-Encoding", "Host", "If-None-Match", "Origin"),
                *("If-Modified-Since", "Range", "Referer", "User-Agent", "X-Conversation", "X-Forwarded-For"),
                *("X-Forwarded-Proto", "X-Fragment", "X-HTTP-Method-Override", "Transfer-Encoding", "Cookie"),
            ],
            header,
        ),
        "Cookie": st.builds(
            "{}={}".format, st.sampled_from(["gesprek", "gesprek-bewaren", "stamcelwijzer", "x;y"]), header
        ),
    },
)


def names_in(app: Flask) -> list[str]:
    """The names of the fields in a site's templates."""
    found: set[str] = set()
    for template in app.jinja_env.list_templates():
        source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, template)  # type: ignore[union-attr]
        found |= set(re.findall(r'name="([a-z_-]+)"', source))
    return sorted(found)


def bodies(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of every kind: forms with the site's own fields and others, JSON, bytes, and their types mixed up."""
    fields = st.dictionaries(st.one_of(st.sampled_from(names), sendable), sendable, max_size=8)
    talk = st.fixed_dictionaries({}, optional=dict.fromkeys(("message", "language", "conversation"), documents))
    kinds = st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "x", ""]
    )
    raw = st.one_of(st.binary(max_size=200), deep, st.one_of(documents, talk).map(as_json))
    return st.one_of(
        st.builds(lambda form: {"data": form}, fields),
        st.builds(lambda data, kind: {"data": data, "content_type": kind}, raw, kinds),
        st.builds(lambda value: {"data": as_json(value), "content_type": "application/json"}, talk),
    )


def as_json(value: object) -> bytes:
    """JSON as a careless program writes it: with NaN, and halves of characters escaped."""
    return json.dumps(value).encode("utf-8", "replace")


@st.composite
def addresses(draw: st.DrawFn, rules: list[Rule], known: dict[str, list[str]]) -> str:
    """A path of one of the rules, its parts odd or from `known`, and perhaps a query."""
    rule = draw(st.sampled_from(rules))
    path = rule.rule
    for name in rule.arguments:
        value = draw(st.one_of(st.sampled_from(known[name]), sendable) if name in known else sendable)
        path = re.sub(rf"<(?:\w+:)?{name}>", lambda _, text=value: quote(text, safe=""), path)
    query = draw(
        st.dictionaries(st.sampled_from(["onderwerp", "van", "logo", "kleur", "letter", "v"]), sendable, max_size=3)
    )
    return path + ("?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items()) if query else "")


def check(response: TestResponse, secrets: list[str]) -> None:
    """Never an error of the program, never its insides, never somebody else's words."""
    text = response.get_data(as_text=True)
    where = f"{response.request.method} {response.request.path}"
    assert response.status_code < 500, f"{where}: {response.status_code}"
    assert not _TRACES.search(text), where
    assert not [secret for secret in secrets if secret in text], where


_numbers = itertools.count()


def elsewhere() -> dict[str, str]:
    """An address nobody sent from before, so that no limit answers in place of the view."""
    number = next(_numbers)
    return {"REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def send(client: Client, method: str, address: str, **more: Any) -> TestResponse:
    """Send a request whatever it looks like."""
    return client.open(address, method=method, environ_base=elsewhere(), **more)
