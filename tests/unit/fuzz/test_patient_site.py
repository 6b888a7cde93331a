"""Every address of the patient site, with whatever can be sent: no error of ours, nothing of anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from bot.patient.app import create_app
from bot.settings import Settings
from tests.unit.fuzz import hostile
from tests.unit.fuzz.hostile import METHODS, check, send, some
from tests.unit.patient.rasa_like import RasaLike, answer, rasa_like, verdict
from tests.unit.patient.site import DETAILS, csrf, intake_path, make_settings, say

SECRET, NAME = "kwartelslagregen", "Voorbeeld Zwaluwnest"


@dataclass
class Site:
    """A site on which somebody has talked and signed up, and what that person alone knows."""

    app: Flask
    settings: Settings
    rasa: RasaLike
    victim: FlaskClient
    token: str
    code: str

    @property
    def secrets(self) -> list[str]:
        """What may be in no answer to anybody else."""
        return [SECRET, NAME, self.code, self.token]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with rasa_like() as rasa:
        settings = make_settings(tmp_path_factory.mktemp("fuzz"), rasa.url, RATE_LIMIT="1000000 per minute")
        app = create_app(settings)
        app.config["TESTING"] = False
        victim = app.test_client()
        say(victim, f"Mijn hond heet {SECRET}")
        path = intake_path(settings)
        form = {**DETAILS, "name": NAME, "csrf_token": csrf(victim.get(path))}
        assert victim.post(path, data=form).status_code == 303
        page = victim.get("/aangemeld").text
        code = page.split('<p class="code">')[1].split("<")[0].strip()
        cookie = victim.get_cookie("gesprek")
        assert cookie is not None and SECRET in victim.get("/").text
        yield Site(app, settings, rasa, victim, cookie.value, code)
        app.extensions["stamcelwijzer"].engine.dispose()


def rules(app: Flask) -> list[Any]:
    return list(app.url_map.iter_rules())


@some(150)
@given(st.data())
def test_no_address_breaks_or_tells_about_others(site: Site, data: st.DataObject) -> None:
    names = hostile.names_in(site.app)
    known = {
        "token": [intake_path(site.settings).removeprefix("/aanmelden/"), site.token],
        "topic_id": ["study_aim", "hair_loss"],
        "filename": ["base.css", "chat.js", "../app.py", "tokens.css"],
    }
    client = site.app.test_client(use_cookies=data.draw(st.booleans()))
    address = data.draw(hostile.addresses(rules(site.app), known))
    method = data.draw(st.one_of(st.sampled_from(("GET", "POST")), st.sampled_from(METHODS)))
    body = data.draw(hostile.bodies(names)) if method not in ("GET", "HEAD") else {}
    if isinstance(body.get("data"), dict) and data.draw(st.integers(0, 4)):
        # Past the form token, to the view itself.
        client = site.app.test_client()
        body["data"] = {**body["data"], "csrf_token": csrf(client.get("/"))}
    check(send(client, method, address, headers=data.draw(hostile.headers), **body), site.secrets)


@some(60)
@given(st.data())
def test_no_form_breaks_on_its_own_fields(site: Site, data: st.DataObject) -> None:
    client = site.app.test_client()
    path = intake_path(site.settings)
    odd = data.draw(st.dictionaries(st.sampled_from(sorted(DETAILS)), hostile.sendable, max_size=5))
    form = {**DETAILS, **odd, "csrf_token": csrf(client.get("/"))}
    target = data.draw(st.sampled_from([path, "/contact", "/meedoen", "/meedoen.pdf", "/mijn-aanmelding", "/bericht"]))
    more = data.draw(st.dictionaries(st.sampled_from(hostile.names_in(site.app)), hostile.sendable, max_size=5))
    check(send(client, "POST", target, data={**form, **more, "csrf_token": form["csrf_token"]}), site.secrets)


@some(80)
@given(hostile.words, hostile.scalars, hostile.documents)
def test_the_chat_answers_any_message_in_its_shape(site: Site, message: str, language: Any, extra: Any) -> None:
    client = site.app.test_client()
    body = hostile.as_json({"message": message, "language": language, "x": extra})
    reply = client.post("/api/chat", data=body, content_type="application/json")
    check(reply, site.secrets)
    assert reply.status_code in (200, 400)
    assert all(one["text"] for one in reply.get_json()["messages"])


@some(40)
@given(st.data())
def test_a_token_that_is_not_quite_anothers_opens_nothing(site: Site, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(site.token) - 1))
    letter = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    changed = data.draw(
        st.sampled_from(
            [
                site.token[:place] + letter + site.token[place + 1 :],
                site.token[:place],
                site.token + letter,
                site.token.swapcase(),
            ]
        )
    )
    if changed == site.token:
        return
    client = site.app.test_client()
    client.set_cookie("gesprek", changed)
    check(client.get("/"), site.secrets)
    check(client.get("/gesprek/downloaden"), site.secrets)
    reply = client.post("/api/chat", json={"message": "hallo", "conversation": changed})
    check(reply, site.secrets)
    assert reply.get_json()["conversation"] != changed
    for path in ("/ingebed/gesprek", "/ingebed/downloaden"):
        check(client.post(path, data={"conversation": changed}), site.secrets)


@some(12)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["page", "api", "embed"])), min_size=2, max_size=8))
def test_people_who_talk_at_once_hear_only_their_own(site: Site, talk: list[tuple[int, str]]) -> None:
    clients = [site.app.test_client() for _ in range(3)]
    tokens: list[str | None] = [None] * 3
    for turn, (who, way) in enumerate(talk):
        own, others = f"woord{who}", [f"woord{other}" for other in range(3) if other != who]
        message = f"{own} {turn}"
        if way == "page":
            text = say(clients[who], message).text
        elif way == "embed":
            text = clients[who].post("/ingebed/bericht", data={"message": message}).text
        else:
            reply = clients[who].post("/api/chat", json={"message": message, "conversation": tokens[who]}).get_json()
            tokens[who], text = reply["conversation"], str(reply)
        assert own in text
        assert not [other for other in [*others, *site.secrets] if other in text]
    given_out = [token for token in tokens if token]
    assert len(set(given_out)) == len(given_out)


@some(40)
@given(st.lists(st.dictionaries(hostile.words, hostile.documents, max_size=4), max_size=4))
def test_whatever_rasa_says_the_person_gets_an_answer(site: Site, items: list[dict[str, Any]]) -> None:
    before = site.rasa.raw
    site.rasa.raw = hostile.as_json(items)
    try:
        check(site.app.test_client().post("/api/chat", json={"message": "hallo"}), site.secrets)
    finally:
        site.rasa.raw = before


@some(40)
@given(hostile.documents, st.sampled_from(["text", "custom", "buttons", "kind", "details", "sources", "progress"]))
def test_an_answer_of_rasa_with_one_odd_part_is_still_an_answer(site: Site, odd: Any, part: str) -> None:
    items = verdict("https://example.org/aanmelden/x") if part == "details" else answer("Hallo", topic="study_aim")
    (items[0] if part in ("text", "buttons") else items[1]["custom"])[part] = odd
    before, site.rasa.reply = site.rasa.reply, lambda _message: items
    try:
        client = site.app.test_client()
        token = csrf(client.get("/"))
        check(client.post("/bericht", data={"message": "hallo", "csrf_token": token}), site.secrets)
        check(client.get("/"), site.secrets)
    finally:
        site.rasa.reply = before


def test_a_body_beyond_the_limit_is_refused_kindly(site: Site, tmp_path: Path) -> None:
    client = site.app.test_client()
    for path, kind in (("/api/chat", "application/json"), ("/bericht", "application/x-www-form-urlencoded")):
        reply = client.post(path, data=b"x" * 1_100_000, content_type=kind)
        assert reply.status_code in (400, 413)
        check(reply, site.secrets)
