"""What a turn adds to the counts."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from bot.database import make_engine, session_scope
from bot.funnel.tables import DailyCountRow
from bot.patient.counting import happenings, needs_all
from bot.patient.messages import BotMessage
from bot.patient.transcript import Turn
from bot.settings import Settings
from tests.unit.patient.site import intake_path
from tests.unit.patient.test_prescreen_page import MEETS


def turn(**fields: object) -> Turn:
    return Turn("iets", (BotMessage(**{"text": "iets", "kind": "answer", **fields}),))  # type: ignore[arg-type]


ANSWER = turn()
QUESTION = turn(kind="question", asks="age")
OUTCOMES = {"age": "not_met", "walking": "met", "ms_type": "unknown"}
VERDICT = turn(kind="verdict", verdict="cannot_take_part", criteria=OUTCOMES)
STOPPED = turn(kind="smalltalk", forget="prescreen")


def test_a_conversation_begins_once() -> None:
    assert happenings([], ANSWER) == ["conversation"]
    assert happenings([ANSWER], ANSWER) == []


def test_a_pre_screen_begins_with_its_first_question() -> None:
    assert happenings([ANSWER], QUESTION) == ["prescreen.begun"]
    assert happenings([ANSWER, QUESTION], QUESTION) == []
    assert happenings([], QUESTION) == ["conversation", "prescreen.begun"]


def test_a_verdict_counts_with_its_reasons_and_only_once() -> None:
    assert happenings([QUESTION], VERDICT) == ["verdict.cannot_take_part", "reason.age"]
    assert happenings([QUESTION, VERDICT, QUESTION], VERDICT) == []


def test_everything_told_in_one_message_begins_and_ends_at_once() -> None:
    assert happenings([ANSWER], VERDICT) == ["prescreen.begun", "verdict.cannot_take_part", "reason.age"]


def test_stopping_counts_and_who_begins_again_after_it_counts_again() -> None:
    assert happenings([ANSWER, QUESTION], STOPPED) == ["prescreen.stopped"]
    # The site has deleted the questions by then.
    assert happenings([ANSWER, STOPPED], QUESTION) == ["prescreen.begun"]


def test_the_last_turns_are_enough_while_no_pre_screen_begins_or_ends() -> None:
    assert not needs_all([ANSWER], ANSWER)
    assert not needs_all([QUESTION], QUESTION)
    assert needs_all([ANSWER], QUESTION) and needs_all([QUESTION], VERDICT) and needs_all([QUESTION], STOPPED)


def counted(settings: Settings) -> dict[str, int]:
    """Everything counted so far."""
    engine = make_engine(settings.database_url)
    with session_scope(engine) as session:
        return {row.name: row.count for row in session.execute(select(DailyCountRow)).scalars()}


def test_the_page_without_chat_counts_outcomes_and_nothing_else(client: FlaskClient, settings: Settings) -> None:
    client.post("/meedoen", data={**MEETS, "answer_age": "no"})
    client.post("/meedoen", data=MEETS)
    client.post("/meedoen", data={"answer_age": "yes"})
    client.post("/meedoen.pdf", data=MEETS)
    assert counted(settings) == {"prescreen.page": 2}


def test_a_form_counts_once_for_each_link(client: FlaskClient, settings: Settings) -> None:
    first, second = intake_path(settings), intake_path(settings)
    for path in (first, first, second, second):
        assert client.get(path).status_code == 200
    assert counted(settings) == {"form.opened": 2}


def test_a_form_opens_though_counting_fails(client: FlaskClient, settings: Settings) -> None:
    with make_engine(settings.database_url).begin() as connection:
        connection.exec_driver_sql("DROP TABLE daily_counts")
    assert client.get(intake_path(settings)).status_code == 200
    assert client.post("/meedoen", data=MEETS).status_code == 200
    assert client.post("/api/chat", json={"message": "hallo"}).status_code == 200
