"""What holds for every page: headers, limits, kind errors, health."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.database import make_engine, session_scope
from bot.knowledge import store
from bot.knowledge.schema import Text
from bot.patient import texts
from bot.patient.app import create_app
from bot.settings import Settings
from bot.signups.encryption import EncryptionError
from bot.signups.workflow import State
from tests.unit.patient.rasa_like import RasaLike
from tests.unit.patient.site import intake_path, make_settings, say

PAGES = ["/", "/privacy", "/mijn-aanmelding", "/nergens", "/bericht"]
OUTSIDE = re.compile(r'(?:src|href|action)="(?:https?:)?//')


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_private_strict_and_asks_nothing_of_others(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in page.headers["Permissions-Policy"]
    # What is fetched or followed; where else the page stands, search engines are told in full.
    assert not OUTSIDE.search(re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>', "", page.text))
    assert " style=" not in page.text and "<style" not in page.text and not re.search(r"\son\w+=", page.text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(tmp_path: Path, rasa: RasaLike) -> None:
    client = create_app(make_settings(tmp_path / "secure", rasa.url, SECURE_COOKIES="yes")).test_client()
    cookies = client.get("/").headers.getlist("Set-Cookie")
    reply = client.post("/bericht", data={"message": "x"}, base_url="https://localhost")
    assert cookies
    for cookie in [*cookies, *reply.headers.getlist("Set-Cookie")]:
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" in cookie
        assert cookie.startswith("__Host-") and "Path=/;" in cookie and "Domain" not in cookie


def test_a_conversation_goes_on_with_the_cookies_of_https(tmp_path: Path, rasa: RasaLike) -> None:
    client = create_app(make_settings(tmp_path / "secure", rasa.url, SECURE_COOKIES="yes")).test_client()
    page = client.get("/", base_url="https://localhost")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    for said in ("Hoe gaat het in zijn werk?", "En daarna?"):
        form = {"message": said, "csrf_token": token[1]}
        answer = client.post(
            "/bericht", data=form, base_url="https://localhost", headers={"Referer": "https://localhost/"}
        )
        assert answer.status_code == 303
    shown = client.get("/", base_url="https://localhost").text
    assert "Hoe gaat het in zijn werk?" in shown and "En daarna?" in shown


@pytest.mark.parametrize(("path", "status"), [("/nergens", 404), ("/bericht", 405), ("/aanmelden/x", 404)])
def test_errors_are_kind_pages(client: FlaskClient, path: str, status: int) -> None:
    page = client.get(path)
    assert page.status_code == status
    assert "<h1>" in page.text and "Naar de chatbot" in page.text


def test_too_large_a_form_is_a_kind_page(client: FlaskClient) -> None:
    page = client.post("/bericht", data={"message": "x" * 1_200_000})
    assert page.status_code == 413
    assert "te veel tekst" in page.text


def test_an_unforeseen_failure_is_a_kind_page(app: Flask) -> None:
    @app.get("/stuk")
    def broken() -> str:
        raise RuntimeError("secret detail")

    page = app.test_client().get("/stuk")
    assert page.status_code == 500
    assert "Er ging iets mis bij ons" in page.text and "secret" not in page.text


def test_too_many_messages_get_a_kind_text(tmp_path: Path, rasa: RasaLike) -> None:
    client = create_app(make_settings(tmp_path / "limited", rasa.url, RATE_LIMIT="2 per minute")).test_client()
    replies = [client.post("/api/chat", json={"message": "hallo"}) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert "Wacht een minuut" in replies[-1].get_json()["messages"][0]["text"]
    for _ in range(3):
        page = say(client, "hallo")
    assert page.status_code == 429
    assert "U stuurde veel berichten" in page.text and ">hallo</textarea>" in page.text


def test_health_tells_each_part(client: FlaskClient, rasa: RasaLike) -> None:
    reply = client.get("/health")
    assert reply.status_code == 200
    assert reply.get_json() == {"status": "ok", "parts": {"database": "ok", "chat": "ok", "content": "ok"}}


def test_without_rasa_the_site_is_degraded_but_works(tmp_path: Path) -> None:
    reply = create_app(make_settings(tmp_path, "http://127.0.0.1:1")).test_client().get("/health")
    assert reply.status_code == 200
    assert reply.get_json()["status"] == "degraded"


def test_without_rasa_and_content_the_site_is_down(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, "http://127.0.0.1:1")
    (tmp_path / "stamcelwijzer.db").unlink()
    client = create_app(settings).test_client()
    reply = client.get("/health")
    assert reply.status_code == 503
    assert reply.get_json()["parts"] == {"database": "ok", "chat": "down", "content": "down"}
    assert client.get("/").status_code == 200


def test_a_site_without_keys_does_not_start(tmp_path: Path, rasa: RasaLike) -> None:
    from dataclasses import replace

    with pytest.raises(EncryptionError, match="STAMCELWIJZER_KEYS"):
        create_app(replace(make_settings(tmp_path / "x", rasa.url), keys=()))


def test_a_hospital_puts_its_own_colours_over_ours(client: FlaskClient, settings: Settings) -> None:
    assert client.get("/huisstijl.css").text == ""
    (settings.var / "huisstijl.css").write_text(":root { --brand: #003366; }", encoding="utf-8")
    page = client.get("/huisstijl.css")
    assert page.text == ":root { --brand: #003366; }"
    assert page.content_type.startswith("text/css")


def test_the_address_of_the_form_does_not_leak_to_other_sites(client: FlaskClient, settings: Settings) -> None:
    page = client.get(intake_path(settings))
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert 'name="robots" content="noindex"' in page.text


def test_own_files_may_be_kept_and_their_address_changes_with_them(client: FlaskClient) -> None:
    address = re.search(r'href="(/gedeeld/site\.css\?v=[0-9a-f]+)"', client.get("/").text)
    assert address
    assert "max-age" in client.get(address.group(1)).headers["Cache-Control"]
    assert client.get("/static/missing.css").status_code == 404


def test_limits_that_cannot_be_counted_keep_nobody_out(tmp_path: Path, rasa: RasaLike) -> None:
    settings = make_settings(tmp_path / "redis", rasa.url, REDIS_URL="redis://127.0.0.1:1/0")
    client = create_app(settings).test_client()
    assert [client.post("/api/chat", json={"message": "hallo"}).status_code for _ in range(3)] == [200, 200, 200]


def test_every_state_of_a_sign_up_has_words_for_the_patient() -> None:
    for state in State:
        assert set(texts.section(f"states.{state.value}")) == {"title", "text"}


def test_the_site_speaks_in_the_words_that_editors_published(client: FlaskClient, settings: Settings) -> None:
    name = "site.errors.404.title.nl"
    with session_scope(make_engine(settings.database_url)) as session:
        store.publish(session, [Text(name, ("Hier is niets.",))], "els", datetime(2026, 11, 20, tzinfo=UTC))
    assert "Hier is niets." in client.get("/verzonnen").text
    assert texts.text("errors.404.title") != "Hier is niets.", "outside the application the file's words count"
