"""The questions in English under /en: whole pages in English, and a Dutch page where there is none."""

from __future__ import annotations

import json
import re

from flask.testing import FlaskClient

from bot.settings import Settings
from tests.unit.patient.site import text_of


def test_a_topic_page_is_in_english(client: FlaskClient, settings: Settings) -> None:
    page = client.get("/en/questions/study_aim")
    words = text_of(page).replace("\N{NO-BREAK SPACE}", " ")
    assert page.status_code == 200 and '<html lang="en">' in page.text
    assert "What does the study look into?" in words and "information from 4 November 2019" in words
    assert "112" in words and "0800-0113" in words
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)[1])  # type: ignore[index]
    assert data["inLanguage"] == "en" and data["url"] == f"{settings.site_url}/en/questions/study_aim"


def test_both_languages_point_at_each_other(client: FlaskClient, settings: Settings) -> None:
    pairs = [("/", "/en/"), ("/vragen", "/en/questions"), ("/vragen/study_aim", "/en/questions/study_aim")]
    for dutch, english in [
        *pairs,
        ("/meedoen", "/en/take-part"),
        ("/contact", "/en/contact"),
        ("/privacy", "/en/privacy"),
    ]:
        for path in (dutch, english):
            page = client.get(path).text
            found = dict(re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', page))
            assert found == {"nl": settings.site_url + dutch, "en": settings.site_url + english}
            assert f'<link rel="canonical" href="{settings.site_url}{path}">' in page
        assert f'<a href="{english}" lang="en" hreflang="en">English</a>' in client.get(dutch).text
        assert f'<a href="{dutch}" lang="nl" hreflang="nl">Nederlands</a>' in client.get(english).text


def test_a_topic_without_english_stays_dutch(client: FlaskClient) -> None:
    answer = client.get("/en/questions/hair_loss")
    assert (answer.status_code, answer.location) == (302, "/vragen/hair_loss")
    dutch = client.get("/vragen/hair_loss").text
    assert "hreflang" not in dutch.split("</head>")[0]
    assert '<a href="/en/questions" lang="en" hreflang="en">English</a>' in dutch
    assert client.get("/en/questions/invented", follow_redirects=True).status_code == 404
    index = client.get("/en/questions").text
    assert "study_aim" in index and "hair_loss" not in index and "The RAM-MS study" in index


def test_the_sitemap_has_only_english_pages_that_exist(client: FlaskClient) -> None:
    addresses = re.findall(r"<loc>[^<]*(/en/[^<]*)</loc>", client.get("/sitemap.xml").text)
    assert {"/en/", "/en/questions", "/en/questions/study_aim", "/en/take-part"} <= set(addresses)
    assert "/en/questions/hair_loss" not in addresses
    assert all(client.get(address).status_code == 200 for address in addresses)


def test_english_pages_may_be_kept(client: FlaskClient) -> None:
    first = client.get("/en/questions")
    again = client.get("/en/questions", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_searching_finds_english_questions_and_sees_danger(client: FlaskClient) -> None:
    found = client.post("/en/questions", data={"zoek": "what does the study look into"})
    assert 'href="/en/questions/study_aim"' in found.text and "Found" in text_of(found)
    assert "Nothing found" in text_of(client.post("/en/questions", data={"zoek": "qwertyuiop"}))
    assert "Call <strong>113</strong>" in client.post("/en/questions", data={"zoek": "I want to kill myself"}).text


def test_suggestions_come_from_english_questions(client: FlaskClient) -> None:
    rows = client.get("/en/questions.json").get_json()
    assert [row["label"] for row in rows] == ["What does the study look into?"]
