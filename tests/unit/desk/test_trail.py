"""The audit trail as the privacy officer sees it: by patient, by member of staff, as CSV, and checked."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.desk import texts
from bot.desk.roles import Role
from bot.settings import ROOT
from bot.signups import audit, audit_kept, service
from bot.signups.audit import Purpose
from bot.signups.tables import AuditRow
from tests.unit.desk.office import Browser, Office


@pytest.fixture
def officer(office: Office) -> Browser:
    return office.first_log_in("olga", Role.ADMIN)


def rows_of(page: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page)))


def test_a_patient_is_found_by_the_code_that_the_patient_has(office: Office, officer: Browser) -> None:
    one, other = office.submitted(), office.submitted()
    nurse = office.first_log_in("anna")
    nurse.get(f"/aanmeldingen/{one.id}")
    officer.get(f"/logboek?over={one.code.lower().replace('-', ' ')}")
    body = officer.page.split("<tbody>")[1]
    assert f"signup:{one.id}<" in body and f"signup:{other.id}<" not in body
    assert office.trail()[-1] == ("olga", "audit.look", "audit:trail")
    officer.get("/logboek?over=SW-2222-2222")
    assert "Er is geen aanmelding met deze code" in officer.page and "Geen regels" in officer.page


def test_what_was_found_can_be_taken_along_and_that_is_in_the_trail(office: Office, officer: Browser) -> None:
    signup = office.submitted()
    nurse = office.first_log_in("anna")
    nurse.get(f"/aanmeldingen/{signup.id}")
    officer.get(f"/logboek?over={signup.code}")
    response = officer.post("/logboek/export", {"over": signup.code, "door": "anna"})
    assert response.mimetype == "text/csv"
    assert f"logboek-signup-{signup.id}-anna.csv" in response.headers["Content-Disposition"]
    rows = rows_of(officer.page)
    assert [(row["wie"], row["handeling"]) for row in rows] == [("anna", "signup.look"), ("anna", "signup.list")]
    assert rows[0]["waarom"] and rows[0]["vanwaar"] and rows[0]["moment"]
    with office.session() as session:
        last = session.execute(select(AuditRow).order_by(AuditRow.sequence.desc())).scalars().first()
        assert last.action == "audit.export" and f"signup:{signup.id}" in last.details and "anna" in last.details


def test_all_of_a_long_trail_is_exported_once_in_order(office: Office, officer: Browser) -> None:
    with office.session() as session:
        for number in range(2_345):
            audit.record(session, audit.SYSTEM, "signup.look", f"signup:{number}", Purpose.TRIAGE, office.clock())
    officer.get("/logboek")
    officer.post("/logboek/export")
    numbers = [int(row["nummer"]) for row in rows_of(officer.page)]
    # Down from the entry before that of the export itself.
    assert numbers == list(range(len(office.trail()) - 1, 0, -1))


def test_no_cell_is_a_formula(office: Office, officer: Browser) -> None:
    with office.session() as session:
        actor = audit.Actor("+cmd", "nurse", "10.0.0.1")
        audit.record(session, actor, "signup.look", "signup:1", Purpose.TRIAGE, office.clock())
    officer.get("/logboek")
    officer.post("/logboek/export", {"door": "+cmd"})
    assert [row["wie"] for row in rows_of(officer.page)] == ["'+cmd"]


def test_the_check_finds_that_an_older_trail_was_put_back(office: Office, officer: Browser) -> None:
    """Head and all: the chain itself is sound, but it ended further on before."""
    with office.engine.connect() as connection:
        older = connection.exec_driver_sql("SELECT sequence, hash, seal FROM audit_head").one()
    officer.get("/logboek")
    officer.post("/logboek/controle")
    assert "Het logboek is heel" in officer.page
    # Otherwise the same entries come back by themselves.
    office.clock.forward(seconds=1)
    with office.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_trail_no_delete")
        connection.exec_driver_sql(f"DELETE FROM audit_trail WHERE sequence > {older.sequence}")
        put_back = f"sequence = {older.sequence}, hash = '{older.hash}', seal = '{older.seal}'"
        connection.exec_driver_sql(f"UPDATE audit_head SET {put_back}")
    officer.get("/logboek")
    officer.post("/logboek/controle")
    assert "mist een regel, of is het einde weggehaald" in officer.page


def test_the_end_is_kept_again_and_again_until_it_is_gone(office: Office, tmp_path: Path) -> None:
    with office.session() as session:
        assert audit_kept.look(session, tmp_path) == ""
    office.submitted()
    with office.session() as session:
        assert audit_kept.look(session, tmp_path) == f"ends at 1:{audit.end_of(session).hash}"
        assert audit_kept.look(session, tmp_path) == ""
    with office.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_trail_no_delete")
        connection.exec_driver_sql("DELETE FROM audit_trail")
        connection.exec_driver_sql("DELETE FROM audit_head")
    office.submitted()
    with office.session() as session, pytest.raises(audit_kept.Lost):
        audit_kept.look(session, tmp_path)
    with office.session() as session:
        assert not audit_kept.verify(session, tmp_path).sound
        assert audit_kept.read(tmp_path).sequence == 1


def test_a_file_that_cannot_be_read_or_written_stops_nothing(office: Office, tmp_path: Path) -> None:
    office.submitted()
    (tmp_path / "audit-end.json").write_text("geen json")
    with office.session() as session:
        assert audit_kept.verify(session, tmp_path).sound
        assert audit_kept.read(tmp_path) == audit.end_of(session)
        assert audit_kept.verify(session, tmp_path / "nowhere").sound


def test_every_action_and_purpose_has_words(office: Office) -> None:
    import re

    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    kinds = "signup|staff|audit|callback|delivery|letter|capacity|study|keys"
    named = set(re.findall(rf'"((?:{kinds})\.[a-z_]+)"', source))
    # Names of settings, files and views look the same.
    used = {name for name in named if re.search(rf'(?:record|_audit|action|_changed|_note)\W[^\n]*"{name}"', source)}
    assert len(used) > 25
    assert used <= set(texts.group("actions")), used - set(texts.group("actions"))
    assert {purpose.value for purpose in Purpose} == set(texts.group("purposes"))


def test_a_number_is_told_for_a_code_that_is_known_only(office: Office) -> None:
    signup = office.submitted()
    with office.session() as session:
        assert service.number_of(session, signup.code) == signup.id
        assert service.number_of(session, "SW-2222-2222") is None
