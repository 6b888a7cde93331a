"""The page with questions that were not answered well: grouped, and made into drafts by one press."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.contact import asked
from bot.contact.asked import Kind
from bot.desk.roles import Role
from bot.knowledge import store
from bot.knowledge.schema import OUTSIDE, Phrases, Topic
from bot.publishing import editing
from tests.unit.desk.office import Browser, Office
from tests.unit.knowledge.builders import content

WORDS = ["wat kost parkeren", "parkeren bij het ziekenhuis", "hoe duur is parkeren", "waarom valt haar uit"]


@pytest.fixture
def editor(office: Office) -> Browser:
    with office.session() as session:
        store.import_files(session, content(), office.clock())
        for number, words in enumerate(WORDS[:3]):
            asked.keep(session, Kind.REFUSED, words, f"f{number}", office.clock())
        asked.keep(session, Kind.NOT_HELPED, WORDS[3], "f3", office.clock(), "study_aim")
    return office.first_log_in("els", Role.EDITOR)


def draft(office: Office, kind: str, name: str) -> object:
    with office.session() as session:
        found = editing.draft_of(session, kind, name)
        return found.piece if found else None


def test_questions_alike_stand_together_with_their_number(editor: Browser) -> None:
    editor.get("/vragen/")
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", editor.page)
    assert len(headings) == 2 and "3 vragen" in headings[0] and "parkeren" in headings[0]
    # What did not help belongs first to the topic that answered.
    assert editor.page.split("Lijkt erop")[2].split('value="')[1].startswith("study_aim")
    editor.get("/vragen/?toon=not_helped")
    assert "parkeren" not in editor.page and WORDS[3] in editor.page
    assert editor.get("/vragen/?toon=verzonnen").status_code == 404


def test_one_press_makes_questions_of_a_topic_in_its_draft(office: Office, editor: Browser) -> None:
    editor.get("/vragen/")
    editor.post(
        "/vragen/afhandelen", {"actie": "question", "vraag": ["1", "2"], "taal": "nl", "onderwerp": "study_aim"}
    )
    assert "Toegevoegd aan het concept" in editor.page and WORDS[2] in editor.page
    assert editor.get("/antwoorden/concept/1").status_code == 200
    made = draft(office, "topic", "study_aim")
    assert isinstance(made, Topic) and made.questions["nl"][-2:] == tuple(WORDS[:2])
    editor.get("/vragen/?toon=afgehandeld")
    assert WORDS[0] in editor.page and "vraag bij een onderwerp" in editor.page
    editor.post("/vragen/1/terug")
    editor.get("/vragen/")
    assert WORDS[0] in editor.page


def test_a_new_topic_and_what_is_outside_become_drafts(office: Office, editor: Browser) -> None:
    editor.get("/vragen/")
    editor.post("/vragen/afhandelen", {"actie": "topic", "vraag": ["1"], "kopje": ""})
    assert "onder welk kopje" in editor.page
    editor.post("/vragen/afhandelen", {"actie": "topic", "vraag": ["1", "3"], "kopje": "study"})
    made = draft(office, "topic", "study_kost_parkeren")
    assert isinstance(made, Topic) and made.question == {"nl": WORDS[0]} and made.answer == {"nl": ""}
    editor.post("/vragen/afhandelen", {"actie": "outside", "vraag": ["2"]})
    assert draft(office, "phrases", OUTSIDE) == Phrases(OUTSIDE, {"nl": (WORDS[1],)})
    editor.post("/vragen/afhandelen", {"actie": "dismissed", "vraag": ["4"]})
    assert "Er wachten geen vragen" in editor.page


def test_what_an_editor_is_typing_is_not_overwritten(office: Office, editor: Browser) -> None:
    with office.session() as session:
        seen = editing.current(session, "topic", "study_aim").seen
        editing.autosave(session, "topic", "study_aim", {"answer": "half"}, seen, "els", office.clock())
    editor.get("/vragen/")
    editor.post("/vragen/afhandelen", {"actie": "question", "vraag": ["1"], "onderwerp": "study_aim"})
    assert "nog bezig" in editor.page and WORDS[0] in editor.page
    assert draft(office, "topic", "study_aim") is None
    with office.session() as session:
        assert editing.autosaved(session, "topic", "study_aim", "els") is not None


def test_it_is_added_to_somebody_elses_draft_and_never_twice(office: Office, editor: Browser) -> None:
    with office.session() as session:
        before = editing.current(session, "topic", "study_aim")
        assert isinstance(before.piece, Topic)
        other = replace(before.piece, answer={**before.piece.answer, "nl": "Anders."})
        editing.save(session, other, before.seen, "bob", office.clock())
    editor.get("/vragen/")
    for _ in range(2):
        editor.post("/vragen/afhandelen", {"actie": "question", "vraag": ["1"], "onderwerp": "study_aim"})
    assert "nog niet zijn afgehandeld" in editor.page
    made = draft(office, "topic", "study_aim")
    assert isinstance(made, Topic) and made.answer["nl"] == "Anders." and made.questions["nl"][-1] == WORDS[0]


def test_odd_forms_change_nothing(office: Office, editor: Browser) -> None:
    editor.get("/vragen/")
    assert editor.post("/vragen/afhandelen", {"actie": "x", "vraag": "1"}).status_code == 400
    assert editor.post("/vragen/afhandelen", {"actie": "outside", "vraag": "1", "taal": "xx"}).status_code == 400
    editor.post("/vragen/afhandelen", {"actie": "question", "vraag": ["1"], "onderwerp": "verzonnen"})
    assert "Kies bij welk onderwerp" in editor.page
    editor.post("/vragen/afhandelen", {"actie": "outside", "vraag": ["x", "99999999999"]})
    with office.session() as session:
        assert len(asked.waiting(session)) == 4 and editing.drafts(session) == []
