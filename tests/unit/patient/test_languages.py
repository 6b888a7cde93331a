"""Every page of the site in English, walked: no Dutch left on it, the way back to Dutch there, addresses both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from bot.database import session_scope
from bot.eligibility.trial_file import load_trial
from bot.patient import addresses, texts
from bot.patient.answers_form import PREFIX
from bot.patient.wording import say
from bot.privacy import terms as privacy_terms
from bot.publishing import publication
from bot.settings import ROOT, Settings
from bot.signups.handover import intake_link
from tests.unit.patient.rasa_like import SOURCE, RasaLike, answer
from tests.unit.patient.site import ANSWERS, DETAILS, PAYLOAD_AIM, csrf, intake_path, text_of
from tests.unit.patient.test_result import read

# Words that Dutch sentences are full of and English ones do not have.
DUTCH = re.compile(
    r"\b(?:de|het|een|uw|u|en|van|dat|dit|deze|niet|geen|zijn|voor|naar|ook|maar|wij|kunt|wordt|heeft|bij|op|te|aan)\b"
)
ENGLISH_ANSWERS = {name: {**one, "words": ""} for name, one in ANSWERS.items()}


def english(client: FlaskClient, path: str, **posted: Any) -> TestResponse:
    """A page in English, checked from top to bottom."""
    page = client.post(path, data=posted) if posted else client.get(path)
    assert '<html lang="en">' in page.text, path
    assert_no_dutch(page.text)
    assert re.search(r'<a href="[^"]+" lang="nl" hreflang="nl">Nederlands</a>', page.text), path
    return page


def assert_no_dutch(html: str) -> None:
    """Fail when there is Dutch in what is read or read aloud, but for what says so itself and a person's own words."""
    shown = re.sub(r'<(\w+)[^>]*\slang="nl"[^>]*>.*?</\1>', " ", html, flags=re.DOTALL)
    shown = re.sub(r"<q>.*?</q>", " ", shown, flags=re.DOTALL)
    told = re.findall(r'(?:aria-label|title|content|data-words|data-failed|placeholder|alt)="([^"]*)"', shown)
    words = " ".join([re.sub(r"<script.*?</script>|<[^>]+>", " ", shown, flags=re.DOTALL), *told])
    found = [words[max(0, hit.start() - 40) : hit.end() + 40] for hit in DUTCH.finditer(words.lower())]
    assert not found, found


def keys(value: object, name: str = "") -> Iterator[str]:
    """The dotted names of all texts in a group; of a list its length too."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from keys(inner, f"{name}.{key}")
    elif isinstance(value, list):
        yield f"{name} ({len(value)})"
    else:
        yield name


@pytest.mark.parametrize(
    "file", ["bot/patient/texts.yml", "bot/privacy/terms.yml", "bot/signups/delivery/mail_texts.yml"]
)
def test_both_languages_have_the_same_texts(file: str) -> None:
    data = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))
    assert set(keys(data["nl"])) == set(keys(data["en"]))


def test_both_languages_have_the_same_placeholders_and_links() -> None:
    both = [_flat(language) for language in texts.PAGE_LANGUAGES]
    for name, dutch in both[0].items():
        marks = [sorted(re.findall(r"\{\w+\}|\]\(\w+\)", words)) for words in (dutch, both[1][name])]
        assert marks[0] == marks[1], name


def _flat(language: str) -> dict[str, str]:
    data = yaml.safe_load(texts.TEXTS.read_text(encoding="utf-8"))[language]
    found: dict[str, str] = {}

    def walk(value: object, name: str) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                walk(inner, f"{name}.{key}")
        elif isinstance(value, str):
            found[name] = value

    walk(data, "")
    return found


def test_the_stop_list_sees_dutch() -> None:
    with pytest.raises(AssertionError):
        assert_no_dutch("<p>Stel uw vraag</p>")
    with pytest.raises(AssertionError):
        assert_no_dutch('<button aria-label="Sluit de chat">x</button>')
    assert_no_dutch('<p lang="nl">Stel uw vraag</p><p>Ask your question</p>')


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/en/", "Ask your question about stem cell therapy for MS"),
        ("/en", "Ask your question about stem cell therapy for MS"),
        ("/en/questions", "All questions and answers"),
        ("/en/questions/study_aim", "What does the study look into?"),
        ("/en/questions/invented", "We cannot find this question"),
        ("/en/take-part", "Can you take part in the study?"),
        ("/en/contact", "Would you rather speak to someone?"),
        ("/en/privacy", "What we keep about you"),
        ("/en/my-sign-up", "My sign-up"),
        ("/en/outcome", "There is no outcome yet"),
        ("/en/nowhere", "This page does not exist"),
        ("/en/message", "This page does not work like that"),
        ("/en/sign-up/x", "This link is not right"),
    ],
)
def test_a_page_is_in_english(client: FlaskClient, path: str, title: str) -> None:
    assert title in re.search(r"<h1>(.*?)</h1>", english(client, path).text)[1]  # type: ignore[index]


def test_the_chat_is_in_english_with_its_scripts(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda _: answer("It compares treatments.", topic="study_aim", language="en")
    token = csrf(client.get("/en/"))
    sent = client.post("/en/message", data={"csrf_token": token, "message": "What is compared?"})
    assert sent.location == "/en/#nieuw" and rasa.received[-1]["metadata"] == {"language": "en"}
    page = english(client, "/en/")
    assert "Did this help?" in page.text and 'action="/en/rating"' in page.text
    assert "The chatbot is looking for an answer" in page.text and 'data-address="/en/questions.json"' in page.text
    assert "Please type your question" in text_of(english(client, "/en/message", csrf_token=token, message=" "))
    erased = client.post("/en/erase", data={"csrf_token": token}, follow_redirects=True)
    assert "Your conversation has been erased." in text_of(erased)


def test_an_english_answer_on_a_dutch_page_has_english_words_around_it(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda _: answer("It compares treatments.", topic="study_aim", language="en")
    token = csrf(client.get("/"))
    page = client.post(
        "/bericht", data={"csrf_token": token, "message": "What is compared?"}, headers={"X-Fragment": "1"}
    ).text
    assert '<div class="turn" id="nieuw" lang="en">' in page and "Did this help?" in page
    assert '<a href="/en/#nieuw" hreflang="en">Read the whole page in English</a>' in page
    assert_no_dutch(page)


def test_an_answer_in_a_language_without_pages_says_so_and_has_the_words_of_the_page(
    client: FlaskClient, rasa: RasaLike
) -> None:
    button = {"title": "What does the study look into?", "payload": PAYLOAD_AIM}
    rasa.reply = lambda _: answer("Die Studie vergleicht.", topic="study_aim", language="de", buttons=[button])
    token = csrf(client.get("/en/"))
    client.post("/en/message", data={"csrf_token": token, "message": "Was wird verglichen?"})
    page = client.get("/en/").text
    # Only what is German is marked as German, and is not read aloud by an English voice.
    assert '<div class="turn" id="nieuw">' in page and "Did this help?" in page
    assert '<div class="prose" lang="de"><p>Die Studie' in page and '<span lang="de">Was wird verglichen?' in page
    assert "data-read " not in page and ">What does the study look into?</button>" in page
    assert re.search(r'<button class="choice"[^>]*>What does the study look into', page)[0].count("lang") == 0
    assert "whole page" not in page


@pytest.mark.parametrize(
    ("page", "tongue", "marked"), [("/", "nl", None), ("/", "en", "en"), ("/en/", "nl", "nl"), ("/en/", "en", None)]
)
def test_a_title_in_another_language_than_the_words_around_it_is_marked(
    client: FlaskClient, rasa: RasaLike, page: str, tongue: str, marked: str | None
) -> None:
    source = {**SOURCE, "language": tongue}
    rasa.reply = lambda message: answer("x", topic="study_aim", language=page.strip("/") or "nl", sources=[source])
    client.post(
        f"{page}{'message' if page == '/en/' else 'bericht'}",
        data={"csrf_token": csrf(client.get(page)), "message": "x"},
    )
    title = re.search(r"<a [^>]*external[^>]*>", client.get(page).text)[0]  # type: ignore[index]
    assert re.findall(r'lang="(\w+)"', title) == ([marked] if marked else [])


@pytest.mark.parametrize(("path", "marked"), [("/vragen/study_aim", 0), ("/en/questions/study_aim", 1)])
def test_the_dutch_title_of_a_source_is_marked_on_an_english_page(client: FlaskClient, path: str, marked: int) -> None:
    [title] = re.findall(r"<a [^>]*external[^>]*>Q&amp;A stamceltherapie", client.get(path).text)
    assert title.count('lang="nl"') == marked


@pytest.mark.parametrize(
    "holding", [{"nl": "Wij kijken dit na."}, {"nl": "Wij kijken dit na.", "en": "We check this."}]
)
def test_of_a_topic_that_is_off_the_air_something_is_said_in_english(
    client: FlaskClient, app: Flask, holding: dict[str, str]
) -> None:
    with session_scope(app.extensions["stamcelwijzer"].engine) as session:
        publication.off_air(session, "study_aim", holding, "anna", datetime.now(UTC))
    told = holding.get("en", "This answer is not available now.")
    assert told in text_of(english(client, "/en/questions/study_aim"))


def test_without_rasa_an_english_conversation_stays_english(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.reply = lambda _: answer("It compares treatments.", topic="study_aim", language="en")
    token = csrf(client.get("/"))
    client.post("/bericht", data={"csrf_token": token, "message": "What is compared?"})
    rasa.status = 500
    for message, told in (("qwertyuiop", "not working right now"), ("I want to kill myself", "Talk to someone now")):
        answered = client.post(
            "/bericht", data={"csrf_token": token, "message": message}, headers={"X-Fragment": "1"}
        ).text
        assert told in answered
        assert_no_dutch(answered)


def test_danger_is_answered_in_the_language_it_is_told_in(client: FlaskClient, rasa: RasaLike) -> None:
    rasa.status = 500
    for words, told in (("ik wil dood", "Bel"), ("I want to kill myself", "Call")):
        [message] = client.post("/api/chat", json={"message": words}).get_json()["messages"]
        assert message["kind"] == "safety" and f"{told} **113**" in message["text"]


def test_the_pre_screen_page_and_its_pdf_are_in_english(client: FlaskClient) -> None:
    trial = load_trial(ROOT / "data" / "trials" / "ram-ms.yml")
    chosen = {PREFIX + criterion.id: criterion.options[0].id for criterion in trial.criteria}
    assert "Some questions are still open" in text_of(english(client, "/en/take-part", answer_age="yes"))
    for outcome, title in (("unknown", "This still has to be checked"), ("yes", "Perhaps you can take part")):
        page = english(client, "/en/take-part", **{**chosen, "answer_age": outcome})
        assert title in text_of(page)
        assert re.search(r'href="/en/sign-up/[^"]+"', page.text)
    assert "is not possible now" in text_of(english(client, "/en/take-part", **{**chosen, "answer_age": "no"}))
    pdf = client.post("/en/take-part.pdf", data=chosen)
    assert pdf.content_type == "application/pdf" and "outcome-stamcelwijzer.pdf" in pdf.headers["Content-Disposition"]
    assert "Form of MS: fits the study" in read(pdf.data)
    assert_no_dutch(read(pdf.data))


def test_signing_up_in_english_from_the_form_to_erasing(client: FlaskClient, settings: Settings) -> None:
    path = intake_path(settings, answers=ENGLISH_ANSWERS).replace("/aanmelden/", "/en/sign-up/")
    form = english(client, path)
    assert "Sign up for the RAM-MS study" in text_of(form) and "Yes, RRMS" in text_of(form)
    token = csrf(form)
    wrong = english(client, path, csrf_token=token, name="")
    assert "Fill in your first name and last name." in text_of(wrong) and wrong.status_code == 422
    details = {**DETAILS, "call_when": "", "neurologist": "Dr Example", "hospital": "Hospital Nowhere"}
    assert client.post(path, data={"csrf_token": token, **details}).location == "/en/signed-up"
    done = english(client, "/en/signed-up")
    assert "Thank you. We have received your form." in text_of(done)
    code = re.search(r'class="code">([^<]+)<', done.text)[1]  # type: ignore[index]
    look_up = {"csrf_token": token, "code": code, "date_of_birth": "3-4-1985"}
    assert "We cannot find a sign-up" in text_of(
        english(client, "/en/my-sign-up", **{**look_up, "date_of_birth": "4-4-1985"})
    )
    assert client.post("/en/my-sign-up", data=look_up).location == "/en/my-sign-up/details"
    shown = english(client, "/en/my-sign-up/details")
    assert "We have received your sign-up" in text_of(shown) and "3 April 1985" in text_of(shown).replace("\xa0", " ")
    english(client, "/en/my-sign-up/change")
    english(client, "/en/my-sign-up/withdraw")
    english(client, "/en/my-sign-up/erase")
    assert "language" in client.get("/en/my-sign-up/download").text
    assert "Everything about you has been erased" in text_of(english(client, "/en/my-sign-up/erase", csrf_token=token))


def test_being_called_back_is_asked_in_english(client: FlaskClient) -> None:
    token = csrf(client.get("/en/contact"))
    assert "phone number" in text_of(english(client, "/en/contact", csrf_token=token, name="Example", phone="1"))
    sent = {"csrf_token": token, "name": "Example", "phone": "06 12345678"}
    stored = client.post("/en/contact", data=sent, follow_redirects=True)
    assert "We will call you back." in text_of(stored)
    assert_no_dutch(stored.text)


def test_the_switch_leads_to_the_same_page(client: FlaskClient, settings: Settings) -> None:
    path = intake_path(settings)
    assert f'href="{path.replace("/aanmelden/", "/en/sign-up/")}" lang="en"' in client.get(path).text
    assert 'href="/en/?onderwerp=study_aim" lang="en"' in client.get("/?onderwerp=study_aim").text
    # Where only a form leads to, the switch leads to the chat.
    assert 'href="/" lang="nl"' in client.post("/en/message", data={"message": "x"}).text


def test_links_that_are_made_elsewhere_lead_to_pages_in_their_language(client: FlaskClient, settings: Settings) -> None:
    mails = yaml.safe_load((ROOT / "bot" / "signups" / "delivery" / "mail_texts.yml").read_text(encoding="utf-8"))
    for language in texts.PAGE_LANGUAGES:
        form = intake_link(settings.site_url, settings.keys, "ram-ms", ANSWERS, language, None, datetime.now(UTC))
        for path in (form.removeprefix(settings.site_url), mails[language]["own_page"]):
            page = client.get(path)
            assert page.status_code == 200 and f'<html lang="{language}">' in page.text


def test_every_path_has_its_way_back(app: Flask) -> None:
    known = {rule.rule for rule in app.url_map.iter_rules()}
    for here, there in addresses.tongues()["en"].paths.items():
        assert here in known or f"{here}/<token>" in known or f"{here}/<topic_id>" in known, here
        assert addresses.taken_apart(f"/en{there}") == ("en", here)
        assert addresses.in_language(f"{here}?x=1#y", "en") == f"/en{there}?x=1#y"
    assert addresses.in_language("/aanmelden/abc", "en") == "/en/sign-up/abc"
    assert addresses.taken_apart("/english") == ("nl", "/english")


@given(st.text(max_size=40))
def test_no_path_breaks_the_taking_apart(path: str) -> None:
    language, inner = addresses.taken_apart("/" + path)
    assert language in texts.PAGE_LANGUAGES and inner.startswith("/")


def test_what_is_said_is_safe_to_show(app: Flask) -> None:
    with app.test_request_context():
        shown = say("prescreen.missing", "en", name="<b>[x](y) {z} **w**</b>")
        assert "&lt;b&gt;[x](y) {z} **w**&lt;/b&gt;" in shown
        assert '<a href="/x?a&#34;b">ask the chatbot</a>' in say("questions.not_found_lead", "en", chat='/x?a"b')
        with pytest.raises(KeyError):
            say("questions.not_found_lead", "en")


def test_every_kind_of_data_is_told_in_english(settings: Settings) -> None:
    dutch, told = privacy_terms.terms(settings), privacy_terms.terms(settings, "en")
    assert len(told) == len(dutch)
    assert all(one.what != other.what for one, other in zip(dutch, told, strict=True))
