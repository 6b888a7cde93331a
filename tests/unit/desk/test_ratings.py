"""The page with what people said of answers."""

from __future__ import annotations

from bot.contact import ratings
from bot.desk.roles import Role
from bot.knowledge import store
from tests.unit.desk.office import Office
from tests.unit.knowledge.builders import content


def test_an_editor_sees_which_answer_fails_and_why(office: Office) -> None:
    with office.session() as session:
        store.import_files(session, content(), office.clock())
        for _ in range(6):
            number = ratings.rate(session, "study_aim", 1, False, office.clock())
        ratings.add_reason(session, number, "te moeilijk", office.clock())
        ratings.rate(session, "study_where", 1, True, office.clock())
        ratings.rate(session, "gone_topic", 1, True, office.clock())
    editor = office.first_log_in("els", Role.EDITOR)
    editor.get("/oordelen/")
    first, second = editor.page.split("<h2")[1:3]
    assert content().topics["study_aim"].question["nl"] in first and "<q>te moeilijk</q>" in first
    assert '<td class="number">6</td>' in first
    assert "minder dan 5 oordelen" in second + editor.page.split("<h2")[3]
