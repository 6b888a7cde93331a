"""The questions in English under /en: whole pages in English, and a Dutch page where there is none."""

from __future__ import annotations

import json
import re

from flask.testing import FlaskClient

from bot.settings import Settings
from tests.unit.patient.site import text_of


def test_a_topic_page_is_in_english_from_top_to_bottom(client: FlaskClient, settings: Settings) -> None:
    page = client.get("/en/questions/study_aim")
    words = text_of(page).replace("\N{NO-BREAK SPACE}", " ")
    assert page.status_code == 200 and '<html lang="en">' in page.text
    assert "What does the study look into?" in words and "information of 4 November 2019" in words
    assert "112" in words and "0800-0113" in words
    assert re.findall(r"\b(?:de|het|een|uw|vragen|bron|bij|lees)\b", _without_marked_dutch(page.text)) == []
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)[1])  # type: ignore[index]
    assert data["inLanguage"] == "en" and data["url"] == f"{settings.site_url}/en/questions/study_aim"


def test_both_languages_point_at_each_other(client: FlaskClient, settings: Settings) -> None:
    for path in ("/vragen/study_aim", "/en/questions/study_aim", "/vragen", "/en/questions"):
        page = client.get(path).text
        found = dict(re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', page))
        topic = "/study_aim" if "study_aim" in path else ""
        assert found == {
            "nl": f"{settings.site_url}/vragen{topic}",
            "en": f"{settings.site_url}/en/questions{topic}",
        }
    assert 'lang="en" hreflang="en">English</a>' in client.get("/").text


def test_a_topic_without_english_stays_dutch(client: FlaskClient) -> None:
    answer = client.get("/en/questions/hair_loss")
    assert (answer.status_code, answer.location) == (302, "/vragen/hair_loss")
    assert "hreflang" not in client.get("/vragen/hair_loss").text.split("</head>")[0]
    assert client.get("/en/questions/invented", follow_redirects=True).status_code == 404
    index = client.get("/en/questions").text
    assert "study_aim" in index and "hair_loss" not in index and "The RAM-MS study" in index


def test_the_sitemap_has_only_english_pages_that_exist(client: FlaskClient) -> None:
    addresses = re.findall(r"<loc>[^<]*(/en/[^<]*)</loc>", client.get("/sitemap.xml").text)
    assert addresses == ["/en/questions", "/en/questions/study_aim"]
    assert all(client.get(address).status_code == 200 for address in addresses)


def test_english_pages_may_be_kept(client: FlaskClient) -> None:
    first = client.get("/en/questions")
    again = client.get("/en/questions", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def _without_marked_dutch(page: str) -> str:
    """The words of the page's body, without what says itself that it is Dutch."""
    body = page.split("</head>")[1]
    return re.sub(r"<[^>]+>", " ", re.sub(r'<a [^>]*lang="nl"[^>]*>.*?</a>', "", body)).lower()
