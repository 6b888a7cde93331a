"""The questions as ordinary pages: for readers, for search engines, and for caches."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from bot.patient.faq_data import as_script
from bot.settings import Settings
from tests.unit.patient.site import text_of

TOPIC = "/vragen/study_aim"


def data_of(page: str) -> str:
    """What stands in the data block of a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    return found[1]


def test_all_questions_stand_by_subject_and_each_has_an_address(client: FlaskClient) -> None:
    page = client.get("/vragen")
    assert "De RAM-MS-studie" in page.text
    for path in re.findall(r'href="(/vragen/\w+)"', page.text):
        assert client.get(path).status_code == 200
    assert page.text.count('href="/vragen/') == 2


def test_a_topic_page_has_answer_source_and_date_and_leads_to_the_chat(client: FlaskClient) -> None:
    page = client.get(TOPIC)
    words = text_of(page).replace("\N{NO-BREAK SPACE}", " ")
    assert "Wat wordt er in de studie onderzocht?" in words
    assert "<strong>stamceltherapie</strong>" in page.text
    assert "Q&A stamceltherapie , Amsterdam UMC, 4 november 2019" in words
    assert "informatie van 4 november 2019" in words
    chat = client.get("/?onderwerp=study_aim").text
    assert 'href="/?onderwerp=study_aim"' in page.text and "data-opening" in chat
    assert "data-opening" not in client.get("/?onderwerp=verzonnen").text


def test_search_engines_get_data_that_the_policy_allows(client: FlaskClient, settings: Settings) -> None:
    page = client.get(TOPIC)
    written = data_of(page.text)
    digest = base64.b64encode(hashlib.sha256(written.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}'" in page.headers["Content-Security-Policy"]
    data: dict[str, Any] = json.loads(written)
    [question] = data["mainEntity"]
    assert data["@type"] == "FAQPage" and data["inLanguage"] == "nl"
    assert question["name"] == "Wat wordt er in de studie onderzocht?"
    assert "stamceltherapie" in question["acceptedAnswer"]["text"]
    assert question["acceptedAnswer"]["citation"][0]["publisher"]["name"] == "Amsterdam UMC"
    address = f"{settings.site_url}{TOPIC}"
    assert data["url"] == address and f'<link rel="canonical" href="{address}">' in page.text


class OneScript(HTMLParser):
    """Collects what a browser would take for the content of script elements."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.found, self.others = False, "", 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside, self.others = tag == "script", self.others + (tag != "script")

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        self.found += data if self.inside else ""


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from("</script><!--&"), max_size=60))
def test_no_text_breaks_out_of_the_data(text: str) -> None:
    written, _ = as_script({"text": text})
    parser = OneScript()
    parser.feed(f"<script>{written}</script>")
    parser.close()
    assert parser.others == 0
    assert json.loads(parser.found) == {"text": text}


def test_pages_may_be_kept_and_are_asked_for_only_when_changed(client: FlaskClient) -> None:
    for path in ("/vragen", TOPIC, "/sitemap.xml"):
        page = client.get(path)
        assert page.headers["Cache-Control"].startswith("public, max-age=")
        assert not page.headers.getlist("Set-Cookie") and "Cookie" not in page.headers.get("Vary", "")
        again = client.get(path, headers={"If-None-Match": page.headers["ETag"]})
        assert again.status_code == 304 and not again.data


def test_a_topic_that_is_not_there_gets_a_kind_page_that_is_not_kept(client: FlaskClient) -> None:
    page = client.get("/vragen/weg")
    assert page.status_code == 404
    assert "Deze vraag staat er niet" in page.text and 'name="zoek"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert 'content="noindex"' in page.text


def test_searching_needs_no_script_and_leaves_no_words_in_an_address(client: FlaskClient) -> None:
    page = client.post("/vragen", data={"zoek": "valt mijn haar uit"})
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    found = page.text[page.text.index("Gevonden") :]
    assert found.index("/vragen/hair_loss") < found.index("onderwerp-study")
    assert "Niets gevonden" in client.post("/vragen", data={"zoek": "qwertyuiop"}).text
    assert "Gevonden" not in client.post("/vragen", data={"zoek": " "}).text


def test_searching_in_need_gets_help_first(client: FlaskClient) -> None:
    page = client.post("/vragen", data={"zoek": "ik wil niet meer leven"})
    assert 'role="alert"' in page.text and "0800-0113" in page.text[page.text.index('role="alert"') :]


def test_the_questions_to_suggest_are_all_there_and_can_be_sent_as_choices(client: FlaskClient) -> None:
    listed = client.get("/vragen.json")
    rows = listed.get_json()
    assert [row["label"] for row in rows] == ["Wat wordt er in de studie onderzocht?", "Val mijn haar uit?"]
    assert rows[1]["value"] == '/ask_topic{"topic": "hair_loss"}' and "graag" in rows[1]["also"]
    assert listed.headers["Cache-Control"] == "public, max-age=300"


def test_robots_names_the_sitemap_and_that_the_public_pages(client: FlaskClient, settings: Settings) -> None:
    root = ElementTree.fromstring(client.get("/sitemap.xml").data)
    found = {element.text.removeprefix(settings.site_url) for element in root.iter() if element.tag.endswith("loc")}
    assert {"/", "/vragen", "/meedoen", TOPIC, "/vragen/hair_loss"} <= found
    for path in found:
        assert client.get(path).status_code == 200
    robots = client.get("/robots.txt").text
    assert f"Sitemap: {settings.site_url}/sitemap.xml" in robots and "Disallow: /aanmelden/" in robots
