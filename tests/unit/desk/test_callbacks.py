"""The call-back list on the desk."""

from __future__ import annotations

import re

from bot.contact import callbacks
from bot.contact.tables import CallbackRow
from bot.database import session_scope
from tests.unit.desk.office import Browser, Office

ROW = re.compile(r"<tr>\s*<th scope=\"row\">([^<]*)</th>(.*?)</tr>", re.S)
TYPED = {"name": "Voorbeeld Beller", "phone": "06 12345678", "call_when": "dinsdag"}


def test_a_nurse_sees_who_waits_and_ticks_them_off(office: Office, nurse: Browser) -> None:
    with session_scope(office.engine) as session:
        callbacks.ask(session, callbacks.check(TYPED, "nl"), office.clock())
    nurse.get("/terugbellen/")
    assert "Voorbeeld Beller" in nurse.page and "+31612345678" in nurse.page and "dinsdag" in nurse.page
    nurse.post("/terugbellen/1/klaar")
    assert "Afgevinkt" in nurse.page and "Voorbeeld" not in nurse.page and "Er wacht niemand" in nurse.page
    nurse.post("/terugbellen/1/klaar")
    assert "Iemand anders heeft dit al afgevinkt" in nurse.page
    actions = [(actor, action) for actor, action, record in office.trail() if record == "callback:1"]
    assert actions == [("patient", "callback.ask"), ("anna", "callback.look"), ("anna", "callback.done")]


def test_a_nurse_sees_in_which_language_to_call(office: Office, nurse: Browser) -> None:
    with session_scope(office.engine) as session:
        for name, language in (("Beller Een", "nl"), ("Caller Two", "en")):
            callbacks.ask(session, callbacks.check({**TYPED, "name": name}, language), office.clock())
        # From before the language was kept.
        session.add(CallbackRow(created_at=office.clock(), name="Beller Drie", phone="+31612345678", call_when=""))
    nurse.get("/terugbellen/")
    rows = dict(ROW.findall(nurse.page))
    assert {name: re.findall(r"<td>(Nederlands|Engels|onbekend)</td>", row) for name, row in rows.items()} == {
        "Beller Een": ["Nederlands"],
        "Caller Two": ["Engels"],
        "Beller Drie": ["onbekend"],
    }
