"""The `delivery` commands on a real installation's database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine

from bot import settings as project_settings
from bot.cli import main
from bot.database import open_database, session_scope
from bot.operations import worker
from bot.settings import PREFIX
from bot.signups import service
from bot.signups.encryption import generate_key
from bot.signups.records import SignUp
from tests.unit.signups.builders import details, handover
from tests.unit.signups.delivery.conftest import SECRET
from tests.unit.signups.delivery.hospital import Hospital, Say, redcap_server


@pytest.fixture
def installation(tmp_path: Path, hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    given = {"VAR": str(tmp_path), "KEYS": generate_key(), "WEBHOOK_URL": hospital.url, "WEBHOOK_SECRET": SECRET}
    for name, value in given.items():
        monkeypatch.setenv(PREFIX + name, value)
    engine = open_database(project_settings.load())
    yield engine
    engine.dispose()


def deliver() -> str:
    return worker.delivery(project_settings.load(), lambda: False)()


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["delivery", *words])


def submit(engine: Engine) -> SignUp:
    with session_scope(engine) as session:
        return service.submit(session, handover(), details(), datetime.now(UTC))


def test_an_operator_sees_retries_and_drops_without_seeing_a_patient(installation: Engine, hospital: Hospital) -> None:
    signups = [submit(installation) for _ in range(2)]
    hospital.answers += [Say(400), Say(400)]
    assert deliver() == "2 dead"
    listed = run("list").stdout
    assert "Targets: webhook." in listed and "signup:1\tsubmitted\tdead\t1 attempts\trefused (HTTP 400)" in listed
    for secret in (SECRET, signups[0].code, signups[0].details.name):
        assert secret not in listed
    assert "1 will be tried again" in run("retry", "1").stdout
    assert "2 will not be made" in run("drop", "2").stdout
    assert deliver() == "1 delivered"
    assert "Nothing waits." in run("list").stdout
    assert "signup:1\tsubmitted\tdelivered" in run("list", "--done").stdout
    for words in (["retry", "1"], ["drop", "2"]):
        refused = run(*words)
        assert refused.exit_code == 1 and "does not wait" in refused.output
    assert run("retry").exit_code == run("retry", "1", "--all").exit_code == 2


def test_all_dead_letters_are_retried_at_once(installation: Engine, hospital: Hospital) -> None:
    submit(installation)
    hospital.answers.append(Say(400))
    deliver()
    assert "1 deliveries will be tried again" in run("retry", "--all").stdout
    assert deliver() == "1 delivered"


def test_a_new_target_is_filled_only_when_it_is_set_up(
    installation: Engine, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    signup = submit(installation)
    deliver()
    refused = run("fill", "redcap")
    assert refused.exit_code == 1 and "docs/delivery.md" in refused.output
    monkeypatch.setenv(f"{PREFIX}REDCAP_URL", hospital.url)
    monkeypatch.setenv(f"{PREFIX}REDCAP_TOKEN", "een-token")
    hospital.usually = lambda got: redcap_server(got) if "Stamcelwijzer-Signature" not in got.headers else Say()
    assert "1 sign-ups will be delivered" in run("fill", "redcap").stdout
    assert deliver() == "2 delivered"
    assert signup.code in hospital.got[-1].form["data"]
    assert "0 sign-ups" in run("fill", "redcap").stdout
