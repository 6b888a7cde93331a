"""The chat on another site's page: who may show it, what it takes from there, and that it works without cookies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from bot import settings as settings_module
from bot.patient.app import create_app
from bot.settings import SettingsError
from tests.unit.patient.rasa_like import RasaLike
from tests.unit.patient.site import make_settings
from tests.unit.patient.test_languages import assert_no_dutch

HOSPITAL = "https://www.ziekenhuis.example"


@pytest.fixture
def embedded(tmp_path: Path, rasa: RasaLike) -> Iterator[FlaskClient]:
    app = create_app(make_settings(tmp_path / "embedded", rasa.url, EMBED_ORIGINS=f"{HOSPITAL}, http://localhost:8090"))
    # A browser that keeps no cookies, as in an iframe on another site.
    yield app.test_client(use_cookies=False)
    app.extensions["stamcelwijzer"].engine.dispose()


def test_only_listed_sites_may_show_the_chat(embedded: FlaskClient, client: FlaskClient) -> None:
    page = embedded.get("/ingebed")
    assert f"frame-ancestors {HOSPITAL} http://localhost:8090" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers
    assert "frame-ancestors 'none'" in client.get("/ingebed").headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/vragen", "/meedoen", "/mijn-aanmelding", "/aanmelden/x"])
def test_no_other_page_may_be_shown_there(embedded: FlaskClient, path: str) -> None:
    page = embedded.get(path)
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_the_script_is_small_and_may_be_loaded_and_kept_by_any_page(client: FlaskClient) -> None:
    script = client.get("/embed.js")
    assert script.content_type.startswith("text/javascript") and len(script.data) < 15_000
    assert script.headers["Access-Control-Allow-Origin"] == "*"
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert script.headers["Cache-Control"] == "public, max-age=3600"
    assert client.get("/embed.js", headers={"If-None-Match": script.headers["ETag"]}).status_code == 304


def test_the_script_has_its_words_in_every_language(client: FlaskClient) -> None:
    words = json.loads(re.search(r"const WORDS = (\{.*\});", client.get("/embed.js").text)[1])  # type: ignore[index]
    assert words["nl"]["page"] == "/ingebed" and words["en"]["page"] == "/en/embedded"
    assert words["en"]["open"] == "A question about stem cell therapy for MS?"


def test_the_chat_is_in_english_where_the_page_says_so(embedded: FlaskClient) -> None:
    page = embedded.get(f"/en/embedded?van={HOSPITAL}&onderwerp=study_aim").text
    assert '<html lang="en">' in page and 'data-address="/en/embedded/conversation"' in page
    assert f'href="/ingebed?{urlencode({"van": HOSPITAL})}" lang="nl" hreflang="nl" target="_self"' in page
    chat = embedded.post("/en/embedded/conversation", data={})
    assert_no_dutch(page + chat.text)
    assert embedded.post("/en/embedded/message", data={"message": " "}).text.startswith("Please type your question")
    asked = embedded.get(f"/ingebed?taal=en&van={HOSPITAL}&onderwerp=study_aim")
    assert asked.location == f"/en/embedded?{urlencode({'van': HOSPITAL, 'onderwerp': 'study_aim'})}"


def test_a_conversation_goes_on_without_cookies(embedded: FlaskClient) -> None:
    first = embedded.post("/ingebed/bericht", data={"message": "hallo"})
    token = first.headers["X-Conversation"]
    assert first.status_code == 200 and 'class="said"' in first.text
    second = embedded.post("/ingebed/bericht", data={"message": "en nu?", "conversation": token})
    assert second.headers["X-Conversation"] == token
    page = embedded.post("/ingebed/gesprek", data={"conversation": token})
    assert page.text.count('class="said"') == 2 and f'name="conversation" value="{token}"' in page.text
    assert "csrf_token" not in page.text + second.text
    for response in (first, second, page, embedded.get("/ingebed")):
        assert not response.headers.getlist("Set-Cookie")


def test_without_the_token_nobody_sees_or_erases_a_conversation(embedded: FlaskClient) -> None:
    token = embedded.post("/ingebed/bericht", data={"message": "hallo"}).headers["X-Conversation"]
    for guess in ("", "x", token[:-1] + ("0" if token[-1] != "0" else "1")):
        assert 'class="said"' not in embedded.post("/ingebed/gesprek", data={"conversation": guess}).text
        assert embedded.post("/ingebed/wissen", data={"conversation": guess}).status_code == 204
    assert 'class="said"' in embedded.post("/ingebed/gesprek", data={"conversation": token}).text
    assert embedded.post("/ingebed/wissen", data={"conversation": token}).status_code == 204
    assert 'class="said"' not in embedded.post("/ingebed/gesprek", data={"conversation": token}).text


def test_what_cannot_be_sent_is_explained(embedded: FlaskClient) -> None:
    for message, words in ((" ", "Typ eerst uw vraag"), ("x" * 1001, "te lang")):
        answer = embedded.post("/ingebed/bericht", data={"message": message})
        assert answer.status_code == 422 and words in answer.text
        assert answer.content_type.startswith("text/plain")


def test_the_theme_is_checked_before_it_reaches_a_style_sheet_or_header(embedded: FlaskClient) -> None:
    assert "--brand: #003366" in embedded.get("/ingebed.css?kleur=%23003366&letter=Verdana").text
    assert embedded.get("/ingebed.css?kleur=red;}&letter=x}").text.strip() == ""
    page = embedded.get(f"/ingebed?logo={HOSPITAL}/logo.svg&van={HOSPITAL}")
    assert f'src="{HOSPITAL}/logo.svg"' in page.text and f"img-src 'self' {HOSPITAL};" in policy(page)
    assert f'data-origin="{HOSPITAL}"' in page.text
    for logo in (
        "https://evil.example/x.svg",
        f"{HOSPITAL};script-src *",
        "javascript:alert(1)",
        f"{HOSPITAL}@evil.example/",
    ):
        page = embedded.get("/ingebed", query_string={"logo": logo, "van": "https://evil.example"})
        assert "<img" not in page.text and "img-src 'self';" in policy(page)
        assert 'data-origin=""' in page.text


def policy(page: object) -> str:
    return page.headers["Content-Security-Policy"] + ";"  # type: ignore[attr-defined,no-any-return]


def test_a_link_opens_with_a_topic_or_the_prescreen(embedded: FlaskClient) -> None:
    assert "ahsct" not in embedded.get("/ingebed?onderwerp=study_aim").text
    chat = embedded.post("/ingebed/gesprek", data={"onderwerp": "study_aim"}).text
    opening = re.search(r"<form[^>]*data-opening.*?</form>", chat, re.DOTALL)
    assert opening and "Wat wordt er in de studie onderzocht?" in opening[0]
    assert "/start_prescreen" in embedded.post("/ingebed/gesprek", data={"onderwerp": "meedoen"}).text


@pytest.mark.parametrize("wrong", ["www.ziekenhuis.example", "https://x.example/pad", "https://x.example;", "*"])
def test_a_wrong_origin_stops_the_start(wrong: str) -> None:
    with pytest.raises(SettingsError, match="EMBED_ORIGINS"):
        settings_module.load({"STAMCELWIJZER_EMBED_ORIGINS": wrong})
