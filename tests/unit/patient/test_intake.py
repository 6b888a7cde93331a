"""The intake form: from a hand-over link to a stored sign-up."""

from __future__ import annotations

import errno
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from bot.patient.parts import Parts
from bot.settings import Settings
from bot.signups.tables import SignUpRow
from tests.unit.patient.site import ANSWERS, DETAILS, csrf, intake_path, set_recruitment, text_of


def submit(client: FlaskClient, path: str, **changes: str) -> TestResponse:
    fields = {"csrf_token": csrf(client.get(path)), **DETAILS, **changes}
    return client.post(path, data={name: value for name, value in fields.items() if value})


def stored(client: FlaskClient) -> list[SignUpRow]:
    parts: Parts = client.application.extensions["stamcelwijzer"]
    with Session(parts.engine, future=True) as session:
        return list(session.execute(select(SignUpRow)).scalars())


def test_the_form_shows_the_answers_given_in_the_chat(client: FlaskClient, settings: Settings) -> None:
    page = client.get(intake_path(settings))
    assert page.status_code == 200
    assert re.search(r'<option value="rrms" selected>', page.text)
    assert "met schubs" in text_of(page)
    assert page.headers["Cache-Control"] == "no-store"


def test_a_correct_form_becomes_one_sign_up_and_a_page_with_the_code(client: FlaskClient, settings: Settings) -> None:
    reply = submit(client, intake_path(settings))
    assert reply.status_code == 303
    [row] = stored(client)
    assert row.name == "Voorbeeld Testpersoon"
    assert row.phone == "+31612345678"
    assert row.verdict == "needs_check"
    assert row.code not in reply.location
    for _ in range(2):
        page = client.get(reply.location)
        assert row.code in page.text
    assert len(stored(client)) == 1


def test_a_sign_up_is_on_the_disk_itself_before_the_person_is_told(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, bytes]] = []
    really = os.fsync

    def sync(descriptor: int) -> None:
        file = Path(f"/proc/self/fd/{descriptor}").resolve()
        synced.append((file.name, file.read_bytes()))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    assert submit(client, intake_path(settings)).status_code == 303
    [row] = stored(client)
    [(name, log)] = synced
    assert name == "stamcelwijzer.db-wal" and row.handover_digest.encode() in log


def test_a_disk_that_does_not_take_a_sign_up_is_told(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, "the disk is broken")

    path = intake_path(settings)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", broken)
        page = submit(client, path)
    assert page.status_code == 503 and DETAILS["name"] in page.text
    assert submit(client, path).status_code == 303
    assert len(stored(client)) == 1


def test_nothing_personal_stands_readable_in_the_database_file(client: FlaskClient, settings: Settings) -> None:
    submit(client, intake_path(settings))
    parts: Parts = client.application.extensions["stamcelwijzer"]
    with parts.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    raw = b"".join(file.read_bytes() for file in settings.var.glob("*.db*"))
    for secret in (b"Testpersoon", b"612345678", b"voorbeeld@example", b"1985-04-03", b"Proefkonijn", b"tecfidera"):
        assert secret not in raw


def test_wrong_fields_are_explained_beside_the_field_and_in_the_summary_and_nothing_is_lost(
    client: FlaskClient, settings: Settings
) -> None:
    page = submit(client, intake_path(settings), phone="123", date_of_birth="gisteren", answer_ms_type="spms")
    assert page.status_code == 422
    assert stored(client) == []
    for field in ("phone", "date_of_birth"):
        assert f'<a href="#{field}">' in page.text
        assert re.search(rf'id="{field}"[^>]*aria-describedby="[^"]*{field}-fout"[^>]*aria-invalid="true"', page.text)
    assert 'value="gisteren"' in page.text and 'value="123"' in page.text
    assert 'value="Voorbeeld Testpersoon"' in page.text
    assert '<option value="spms" selected>' in page.text
    assert re.search(r'id="consent_records"[^>]* checked', page.text)


def test_consents_are_separate(client: FlaskClient, settings: Settings) -> None:
    assert submit(client, intake_path(settings), consent_call="").status_code == 422
    assert submit(client, intake_path(settings), consent_records="").status_code == 303
    [row] = stored(client)
    assert row.consent_call and not row.consent_records


def test_a_double_submit_is_one_sign_up(client: FlaskClient, settings: Settings) -> None:
    path = intake_path(settings)
    submit(client, path)
    second = submit(client, path)
    assert len(stored(client)) == 1
    assert "al aangemeld" not in client.get(second.location).text


def test_a_second_submit_with_other_details_says_that_these_are_not_kept(
    client: FlaskClient, settings: Settings
) -> None:
    path = intake_path(settings)
    submit(client, path)
    page = client.get(submit(client, path, name="Iemand Anders").location)
    assert "al aangemeld" in page.text
    assert [row.name for row in stored(client)] == ["Voorbeeld Testpersoon"]


def test_an_answer_that_rules_out_is_told_once_and_can_still_be_sent(client: FlaskClient, settings: Settings) -> None:
    path = intake_path(settings)
    page = submit(client, path, answer_ms_type="ppms")
    assert page.status_code == 422
    assert "past de studie nu niet" in text_of(page)
    assert 'value="Voorbeeld Testpersoon"' in page.text
    told = re.search(r'name="told" value="([^"]*)"', page.text)
    assert told
    reply = submit(client, path, answer_ms_type="ppms", told=told.group(1))
    assert reply.status_code == 303
    [row] = stored(client)
    assert row.verdict == "cannot_take_part"
    assert row.answers["ms_type"] == {"option": "ppms", "outcome": "not_met", "words": ""}
    assert row.first_answers["ms_type"]["option"] == "rrms"


def test_an_invented_option_keeps_the_answer_of_the_chat(client: FlaskClient, settings: Settings) -> None:
    submit(client, intake_path(settings), answer_ms_type="<script>")
    [row] = stored(client)
    assert row.answers["ms_type"] == ANSWERS["ms_type"]


def test_an_expired_link_says_how_to_get_a_new_one(client: FlaskClient, settings: Settings) -> None:
    page = client.get(intake_path(settings, age=timedelta(hours=settings.link_hours + 1)))
    assert page.status_code == 410
    assert "nieuwe link" in page.text


def test_a_broken_link_is_a_kind_page(client: FlaskClient, settings: Settings) -> None:
    for path in (
        intake_path(settings)[:-3] + "abc",
        "/aanmelden/x",
        "/aanmelden/%00",
        intake_path(settings, trial="other"),
    ):
        page = client.get(path)
        assert page.status_code == 404
        assert "nieuwe link" in page.text


def test_closed_recruitment_collects_nothing(client: FlaskClient, settings: Settings) -> None:
    path = intake_path(settings)
    token = csrf(client.get(path))
    set_recruitment(settings, "closed")
    page = client.get(path)
    assert "Aanmelden kan nu niet" in page.text
    assert "<form" not in page.text
    client.post(path, data={**DETAILS, "csrf_token": token})
    assert stored(client) == []


def test_an_old_form_token_loses_nothing_that_was_typed(client: FlaskClient, settings: Settings) -> None:
    page = client.post(intake_path(settings), data={**DETAILS, "csrf_token": "old"})
    assert page.status_code == 400
    assert 'value="Voorbeeld Testpersoon"' in page.text
    assert stored(client) == []


def test_a_database_that_fails_loses_nothing_that_was_typed(client: FlaskClient, settings: Settings) -> None:
    path = intake_path(settings)
    token = csrf(client.get(path))
    parts: Parts = client.application.extensions["stamcelwijzer"]
    with parts.engine.begin() as connection:
        connection.execute(text("ALTER TABLE signups RENAME TO elsewhere"))
    page = client.post(path, data={**DETAILS, "csrf_token": token})
    assert page.status_code == 503
    assert 'value="Voorbeeld Testpersoon"' in page.text


def test_the_confirmation_without_a_sign_up_leads_to_the_look_up_page(client: FlaskClient) -> None:
    assert client.get("/aangemeld").location == "/mijn-aanmelding"
