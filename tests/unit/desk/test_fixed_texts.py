"""The fixed texts on the desk: from a draft to what is published, with checks that keep numbers and placeholders."""

from __future__ import annotations

import ast
import html
import re

import pytest

from bot.desk import texts
from bot.desk.fixed_texts import group_of, list_of
from bot.desk.roles import Role
from bot.knowledge import store, wording
from bot.knowledge.schema import Text
from bot.publishing import editing
from bot.settings import ROOT
from tests.unit.desk.office import Browser, Office
from tests.unit.knowledge.builders import content

CRISIS = "/vaste-teksten/utter_crisis"
GOODBYE = "/vaste-teksten/utter_goodbye"


@pytest.fixture
def els(office: Office) -> Browser:
    with office.session() as session:
        store.import_files(session, content(), office.clock())
    return office.first_log_in("els", Role.EDITOR)


def fields(browser: Browser) -> dict[str, str]:
    """What the form on the page has now."""
    found = dict(re.findall(r'<textarea[^>]* name="(variation_\d)"[^>]*>(.*?)</textarea>', browser.page, re.DOTALL))
    seen = re.search(r'name="seen" value="([^"]*)"', browser.page)
    assert found and seen
    return {name: html.unescape(words) for name, words in found.items()} | {"seen": seen[1]}


def test_the_list_has_every_text_with_those_of_safety_first(els: Browser) -> None:
    els.get("/vaste-teksten/")
    assert els.page.index("Over veiligheid") < els.page.index("Op knoppen") < els.page.index("(Engels)")
    assert "utter_crisis" in els.page and "utter_greet_en" in els.page
    assert els.get("/vaste-teksten/utter_verzonnen").status_code == 404


def test_other_words_go_live_after_a_colleague_agreed(office: Office, els: Browser) -> None:
    els.get(GOODBYE)
    els.post(GOODBYE, {**fields(els), "variation_0": "Tot ziens.", "submit": "1"})
    assert "Tot ziens." in els.page and "Klaar om na te kijken" in els.page
    ben = office.first_log_in("ben", Role.EDITOR)
    ben.get("/antwoorden/concept/1")
    ben.post("/antwoorden/concept/1/goedkeuren")
    ben.post("/antwoorden/concept/1/publiceren", {"when": "now"})
    with office.session() as session:
        assert store.published(session).texts["utter_goodbye"].variations[0] == "Tot ziens."
    els.get("/vaste-teksten/")
    assert "Tot ziens." in els.page and "aangepast" in els.page
    assert "Eerdere versies" in els.get(GOODBYE).text


def test_a_safety_text_that_loses_its_number_is_told_at_once_and_cannot_be_published(
    office: Office, els: Browser
) -> None:
    els.get(CRISIS)
    without = {name: value.replace("0800-0113", "0900-1234") for name, value in fields(els).items()}
    assert without != fields(els)
    els.post(CRISIS, {**without, "check": "1"})
    assert (
        "0800-0113" in els.page.split('id="kop-controle"')[1] and "0900-1234" in els.page.split('id="kop-controle"')[1]
    )
    with office.session() as session:
        assert editing.draft_of(session, "text", "utter_crisis") is None
    els.post(CRISIS, {**without, "submit": "1"})
    ben = office.first_log_in("ben", Role.EDITOR)
    ben.get("/antwoorden/concept/1")
    ben.post("/antwoorden/concept/1/goedkeuren")
    ben.post("/antwoorden/concept/1/publiceren", {"when": "now"})
    assert "Niet gepubliceerd" in ben.page
    with office.session() as session:
        assert "utter_crisis" not in store.published(session).texts


def test_what_the_checks_find_is_said_in_dutch(els: Browser) -> None:
    els.get(GOODBYE)
    form = fields(els)
    for words in ("", "Dag {naam}.", "Dit is " + "een heel lange zin met veel woorden erin " * 5 + "."):
        els.post(GOODBYE, {**form, "variation_0": words, "check": "1"})
        told = els.page.split('id="kop-controle"')[1]
        assert "Dit moet nog beter" in told
        assert not any(english in told for english in ("write it", "remove it", "nothing fills", "has a sentence"))


def test_what_two_people_write_at_once_is_both_there(office: Office, els: Browser) -> None:
    els.get(GOODBYE)
    mine = {**fields(els), "variation_0": "Van els."}
    with office.session() as session:
        before = editing.current(session, "text", "utter_goodbye")
        editing.save(session, Text("utter_goodbye", ("Van bob.", "Dag.")), before.seen, "bob", office.clock())
    els.post(GOODBYE, mine)
    assert "Van els." in els.page and "Van bob." in els.page and "bob heeft deze tekst" in els.page
    els.post(GOODBYE, fields(els))
    with office.session() as session:
        draft = editing.draft_of(session, "text", "utter_goodbye")
    assert draft is not None and draft.authors == ("bob", "els")
    assert draft.piece == Text("utter_goodbye", ("Van els.", mine["variation_1"]))


def test_nothing_changed_makes_no_draft(office: Office, els: Browser) -> None:
    els.get(GOODBYE)
    els.post(GOODBYE, fields(els))
    assert "Er is niets veranderd" in els.page
    with office.session() as session:
        assert editing.drafts(session) == []
    assert els.post(GOODBYE, {**fields(els), "seen": "x"}).status_code == 400


def test_what_was_typed_when_the_session_ended_comes_back(office: Office, els: Browser) -> None:
    els.get(GOODBYE)
    owner = re.search(r'name="draft_owner" value="([^"]+)"', els.page)
    assert owner
    typed = {**fields(els), "variation_0": "Half getypt.", "draft_owner": owner[1]}
    office.clock.forward(hours=1)
    els.post(GOODBYE, typed)
    again = office.log_in("els")
    again.get(GOODBYE)
    assert "Half getypt." in again.page and "U was uitgelogd" in again.page


AGE = "/vaste-teksten/trial.ram-ms.age.question.nl"


def test_the_pre_screen_has_a_list_of_its_own_by_criterion(els: Browser) -> None:
    els.get("/vaste-teksten/")
    assert "trial.ram-ms.age" not in els.page and "lijst=meedoen" in els.page
    els.get("/vaste-teksten/?lijst=meedoen")
    places = [els.page.index(words) for words in ("Zoekt de studie mensen?", ">Leeftijd<", "(Engels)")]
    assert places == sorted(places)
    assert "trial.ram-ms.age.question.nl" in els.page and "utter_greet" not in els.page
    assert els.get("/vaste-teksten/?lijst=anders").status_code == 404


def test_a_question_of_the_pre_screen_in_other_words_is_live_and_keeps_what_it_asks(
    office: Office, els: Browser
) -> None:
    els.get(AGE)
    assert "lijst=meedoen" in els.page and "Leeftijd" in els.page
    els.post(AGE, {**fields(els), "variation_0": "Bent u 18 tot en met 60 jaar oud?", "check": "1"})
    told = els.page.split('id="kop-controle"')[1]
    assert "60" in told and "50" in told and "Alleen de woorden mogen anders" in told
    words = "Hoe oud bent u? Het gaat om 18 tot en met 50 jaar."
    els.post(AGE, {**fields(els), "variation_0": words, "submit": "1"})
    ben = office.first_log_in("ben", Role.EDITOR)
    ben.get("/antwoorden/concept/1")
    ben.post("/antwoorden/concept/1/goedkeuren")
    ben.post("/antwoorden/concept/1/publiceren", {"when": "now"})
    study = office.app.extensions["desk"].study
    assert study.trial().criterion("age").question["nl"] == words
    # The words of the program again: they are published as any others.
    els.get(AGE)
    [old] = wording.known()["trial.ram-ms.age.question.nl"].variations
    els.post(AGE, {**fields(els), "variation_0": old, "submit": "1"})
    ben.get("/antwoorden/concept/2")
    ben.post("/antwoorden/concept/2/goedkeuren")
    ben.post("/antwoorden/concept/2/publiceren", {"when": "now"})
    assert study.trial().criterion("age").question["nl"] == old


def test_the_words_of_the_site_have_a_list_too_and_go_live_like_the_others(office: Office, els: Browser) -> None:
    els.get("/vaste-teksten/?lijst=website")
    assert "In de chat" in els.page and "site.chat.empty.nl" in els.page and "utter_greet" not in els.page
    empty = "/vaste-teksten/site.chat.empty.nl"
    els.get(empty)
    els.post(empty, {**fields(els), "variation_0": "Typ eerst iets. {wat}", "check": "1"})
    assert "{wat}" in els.page.split('id="kop-controle"')[1]
    els.post(empty, {**fields(els), "variation_0": "Typ eerst iets.", "submit": "1"})
    ben = office.first_log_in("ben", Role.EDITOR)
    ben.get("/antwoorden/concept/1")
    ben.post("/antwoorden/concept/1/goedkeuren")
    ben.post("/antwoorden/concept/1/publiceren", {"when": "now"})
    with office.session() as session:
        assert store.published(session).texts["site.chat.empty.nl"].variations == ("Typ eerst iets.",)


def test_every_section_of_the_site_has_a_heading() -> None:
    groups = {group_of(text) for text in wording.known().values() if list_of(text) == "website"}
    assert groups <= set(texts.group("fixed_groups"))


def test_everything_a_check_can_find_has_words_in_dutch() -> None:
    known, found = texts.group("editor_findings"), set()
    for path in [*(ROOT / "bot" / "knowledge").glob("*.py"), ROOT / "bot" / "publishing" / "candidate.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                checks = [one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)]
                cases = [one.value.value for one in node.keywords if one.arg == "case"]  # type: ignore[attr-defined]
                found |= {f"{check}.{case}" if case else check for check in checks for case in cases or [""]}
    assert len(found) > 40
    assert sorted(found - set(known)) == []
