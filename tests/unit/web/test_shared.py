"""What both sites share: headers, the proxy in front, limits by address, errors."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask, Response, abort, make_response, request

from bot.settings import Settings
from bot.web import errors, proxies, security
from bot.web.counts import Counts
from bot.web.limits import limit_posts, make_limiter


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    yield small_site(settings)


def small_site(settings: Settings) -> Flask:
    """A site with the shared parts and a few views."""
    app = Flask(__name__, static_folder=None)
    app.config["SECRET_KEY"] = "of this test"

    @app.post("/adres")
    def address() -> str:
        return request.remote_addr or ""

    @app.get("/ingelijst")
    def framed() -> str:
        security.allow("frame-ancestors", "https://ziekenhuis.example")
        return "x"

    @app.get("/stuk")
    def broken() -> str:
        raise ValueError(request.args["naam"])

    @app.get("/bezet")
    def busy() -> str:
        abort(Response("later", 429))

    proxies.install(app, settings)
    security.install(app, settings, "Lax", {"script-src": "'self'"}, {"framed": 60})
    limit_posts(app, make_limiter(app, settings), ["address"], "2 per minute")
    errors.install(
        app, lambda status: make_response(f"fout {status}", status), lambda _error: make_response("oud", 400)
    )
    return app


def test_a_view_changes_its_own_policy_only(app: Flask) -> None:
    client = app.test_client()
    framed, other = client.get("/ingelijst"), client.get("/nergens")
    assert "frame-ancestors https://ziekenhuis.example" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    assert framed.headers["Cache-Control"] == "public, max-age=60"
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
    assert other.headers["X-Frame-Options"] == "DENY"
    assert other.headers["Cache-Control"] == "no-store"


def test_shared_files_are_served_with_a_version_and_nothing_else(app: Flask) -> None:
    with app.test_request_context():
        address = app.url_for("shared", filename="tokens.css")
    assert "?v=" in address
    client = app.test_client()
    assert "--target" in client.get(address).text
    assert client.get("/gedeeld/../security.py").status_code == 404


@pytest.mark.parametrize(("trusted", "seen"), [(0, "127.0.0.1"), (1, "192.0.2.2"), (2, "192.0.2.1")])
def test_only_as_many_proxies_are_believed_as_there_are(settings: Settings, trusted: int, seen: str) -> None:
    client = small_site(replace(settings, trusted_proxies=trusted)).test_client()
    reply = client.post("/adres", headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.1, 192.0.2.2"})
    assert reply.text == seen


def test_behind_a_proxy_each_sender_has_a_limit_of_their_own(settings: Settings) -> None:
    client = small_site(replace(settings, trusted_proxies=1)).test_client()
    statuses = [
        client.post("/adres", headers={"X-Forwarded-For": sender}).status_code
        for sender in ("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2")
    ]
    assert statuses == [200, 200, 429, 200]


def test_a_failure_is_logged_without_what_somebody_typed(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        reply = app.test_client().get("/stuk?naam=Voorbeeld")
    assert (reply.status_code, reply.text) == (500, "fout 500")
    assert "ValueError" in caplog.text and "Voorbeeld" not in caplog.text


def test_an_error_keeps_its_headers_or_its_own_answer(app: Flask) -> None:
    client = app.test_client()
    assert "POST" in client.get("/adres").headers["Allow"]
    assert client.get("/bezet").text == "later"


def test_a_status_without_words_gets_those_of_its_kind() -> None:
    texts = {"400": "kan niet", "404": "weg", "500": "stuk"}
    assert [errors.words_for(status, texts) for status in (404, 418, 503)] == ["weg", "kan niet", "stuk"]


def test_counts_begin_anew_with_each_window_and_forget_old_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("bot.web.counts.time.time", lambda: now[0])
    counts = Counts()
    assert [counts.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert (counts.get("a"), counts.get("b"), counts.get_expiry("a")) == (3, 0, 1060.0)
    now[0] = 1060.0
    assert counts.get("a") == 0
    assert counts.incr("a", 60) == 1
    for number in range(3000):
        now[0] += 1
        counts.incr(str(number), 10)
    assert len(counts._counted) < 2000
    counts.clear("2999")
    assert counts.get("2999") == 0
    assert counts.reset() > 0
    assert counts.reset() == 0
