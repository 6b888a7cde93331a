"""A manager turns the recruitment switch on the real desk; chat, form and verdict follow without restart."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pyotp
import pytest
import requests
from sqlalchemy import select

from bot.database import open_database, session_scope
from bot.desk import accounts
from bot.desk.roles import Role
from bot.desk.tables import StaffRow
from bot.funnel.tables import DailyCountRow
from bot.signups.audit import SYSTEM
from bot.signups.capacity import quarter_of
from tests.conversations.patient import Patient
from tests.running import Stack

PASSWORD = "correct paard batterij nietje"
QUESTION = "Kan ik nu nog meedoen? Loopt de werving nog?"
_FIELDS = re.compile(r'<input type="hidden" name="(csrf_token|version)" value="([^"]*)">')


class Manager:
    """A manager at the desk, who logged in with both factors."""

    def __init__(self, stack: Stack) -> None:
        self.desk, self.http = stack.desk, requests.Session()
        engine = open_database(stack.settings)
        with session_scope(engine) as session:
            first = accounts.add(session, "mara", Role.MANAGER, SYSTEM, datetime.now(UTC))
        self.get("/inloggen")
        self.post("/inloggen", name="mara", password=first)
        self.post("/inloggen/wachtwoord", password=PASSWORD, again=PASSWORD)
        self.get("/inloggen/instellen")
        with session_scope(engine) as session:
            secret = session.execute(select(StaffRow.totp_secret).where(StaffRow.name == "mara")).scalar_one()
        self.post("/inloggen/instellen", code=pyotp.TOTP(secret).now())
        engine.dispose()

    def get(self, path: str) -> None:
        self._read(self.http.get(self.desk + path, timeout=60))

    def post(self, path: str, **form: str) -> None:
        self._read(self.http.post(self.desk + path, {"csrf_token": self.token, **form}, timeout=60))

    def _read(self, page: requests.Response) -> None:
        assert page.status_code == 200, page.text
        fields = _FIELDS.findall(page.text)
        self.token = next((value for name, value in fields if name == "csrf_token"), "")
        self.versions = [value for name, value in fields if name == "version"]

    def recruit(self, status: str) -> None:
        """Turn the switch."""
        self.get("/studie/")
        form = {"status": status, "as_of": "2026-11-01", "source": "Voorbeeldbron"}
        self.post("/studie/werving", version=self.versions[0], **form)


@pytest.fixture(scope="module")
def manager(stack: Stack) -> Iterator[Manager]:
    manager = Manager(stack)
    yield manager
    manager.recruit("open")


def within_seconds(happens: Callable[[], bool]) -> bool:
    """Whether it becomes true before long: processes look at the settings once a second."""
    deadline = time.monotonic() + 20
    while not (happened := happens()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return happened


def all_answered(site: str) -> Patient:
    """A patient who meets every criterion, just before the last answer."""
    patient = Patient(site)
    patient.says("Kan ik meedoen aan de studie?", "ja", "tecfidera", "ja", "nee, nooit", "42 jaar", "ja", "ja")
    assert patient.asked == "test_results"
    return patient


def test_the_switch_changes_what_patients_hear_and_can_do_without_a_restart(stack: Stack, manager: Manager) -> None:
    before = [stack.pid(name) for name in ("chat", "actions", "site", "desk")]
    early, late = all_answered(stack.site), all_answered(stack.site)
    early.say("ja")
    form = early.verdict["intake_url"]
    assert "U kunt zich via deze website aanmelden" in Patient(stack.site).say(QUESTION)[0]["text"]
    assert "<form" in requests.get(form, timeout=60).text

    manager.recruit("closed")

    assert within_seconds(lambda: "zoekt geen nieuwe deelnemers meer" in Patient(stack.site).say(QUESTION)[0]["text"])
    assert within_seconds(lambda: "U kunt zich niet meer aanmelden" in text_of(form))
    assert "U kunt zich niet meer aanmelden" in Patient(stack.site).say("Kan ik meedoen aan de studie?")[0]["text"]
    late.say("ja")
    assert late.verdict["intake_url"] is None
    assert "voorwaarden die de studie had" in late.verdict["text"]
    assert [stack.pid(name) for name in ("chat", "actions", "site", "desk")] == before


def test_the_chat_tells_the_expected_wait_once_that_is_switched_on(stack: Stack, manager: Manager) -> None:
    manager.recruit("open")
    question = '/ask_topic{"topic": "join_waiting_time"}'
    assert within_seconds(lambda: "zich via deze website aanmelden" in Patient(stack.site).say(QUESTION)[0]["text"])
    assert "schatting" not in Patient(stack.site).say(question)[0]["text"]
    manager.get("/capaciteit/")
    quarters = quarter_of(datetime.now(UTC).date()).following(4)
    manager.post(
        "/capaciteit/plekken", **{f"{quarter}-{end}": "2" for quarter in quarters for end in ("least", "most")}
    )
    manager.get("/studie/")
    manager.post("/studie/wachten", version=manager.versions[-1], shown="yes", long_months="6")
    assert within_seconds(lambda: "geen belofte" in Patient(stack.site).say(question)[0]["text"])
    told = Patient(stack.site).say(question)[0]["text"]
    assert re.search(r"wacht naar schatting (minder dan een maand|een maand|\d+ maanden)", told)
    assert told.startswith("Een vaste datum kunnen we niet geven")
    manager.get("/studie/")
    manager.post("/studie/wachten", version=manager.versions[-1], long_months="6")
    assert within_seconds(lambda: "schatting" not in Patient(stack.site).say(question)[0]["text"])


def test_what_patients_did_is_counted_without_saying_who(stack: Stack, manager: Manager) -> None:
    before = counted(stack)
    patient = all_answered(stack.site)
    patient.say("ja")
    patient.says("een antwoord veranderen", "ik ben toch 62 jaar")
    stopped = Patient(stack.site)
    stopped.says("Kan ik meedoen aan de studie?", "stop")
    added = counted(stack)
    added.subtract(before)
    assert +added == Counter(
        {
            "conversation": 2,
            "prescreen.begun": 2,
            "prescreen.stopped": 1,
            "verdict.may_take_part": 1,
        }
    )
    manager.get("/aantallen")


def counted(stack: Stack) -> Counter[str]:
    """How often each thing was counted, on all days."""
    engine = open_database(stack.settings)
    with session_scope(engine) as session:
        rows = session.execute(select(DailyCountRow.name, DailyCountRow.count)).all()
    engine.dispose()
    found: Counter[str] = Counter()
    for name, count in rows:
        found[name] += count
    return found


def text_of(address: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", requests.get(address, timeout=60).text).split())
