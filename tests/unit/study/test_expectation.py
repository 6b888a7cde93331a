"""What patients hear about waiting: when staff want it, while it is true, as an estimate with its date."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.eligibility.criteria import Recruitment
from bot.eligibility.trial_file import load_trial
from bot.settings import Settings
from bot.signups import planning
from bot.signups.audit import SYSTEM
from bot.signups.capacity import Places, quarter_of
from bot.study.current import CurrentStudy
from bot.study.expectation import Expectation, renew, told
from bot.study.values import Waiting
from tests.unit.signups.builders import NOW

TRIAL = load_trial(Path("data/trials/ram-ms.yml"))
ON, OFF = Waiting(shown=True), Waiting(shown=False)
KNOWN = Expectation(NOW, 3.2, 7.6, 12.4)
TEXTS = yaml.safe_load(Path("bot/domain/prescreen.yml").read_text(encoding="utf-8"))["responses"]


def sentence(**changes: Any) -> str:
    found = told(TRIAL, ON, replace(KNOWN, **changes), NOW)
    assert found
    return TEXTS[found[0]][0]["text"].format(**found[1])


def test_an_estimate_is_told_with_interval_and_date_and_promises_nothing() -> None:
    text = sentence()
    assert "naar schatting 8 maanden" in text and "tussen 3 maanden en 12 maanden" in text
    assert "20-11-2026" in text and "geen belofte" in text


def test_an_open_end_is_told_as_such() -> None:
    assert "8 maanden of langer" in sentence(high=None)


def test_what_is_unknown_is_called_unknown() -> None:
    text = sentence(low=None, median=None, high=None)
    assert "onbekend" in text and "maanden" not in text


def test_less_than_a_month_has_words_of_its_own() -> None:
    assert "minder dan een maand" in sentence(low=0.2) and "tussen een maand" in sentence(low=1.2)


@pytest.mark.parametrize(
    ("trial", "waiting", "known", "at"),
    [
        (TRIAL, OFF, KNOWN, NOW),
        (replace(TRIAL, recruitment=Recruitment.CLOSED), ON, KNOWN, NOW),
        (TRIAL, ON, None, NOW),
        (TRIAL, ON, KNOWN, NOW + timedelta(days=8)),
    ],
    ids=["switched off", "study closed", "never worked out", "outdated"],
)
def test_otherwise_nothing_is_added(trial: Any, waiting: Waiting, known: Expectation | None, at: Any) -> None:
    assert told(trial, waiting, known, at) is None


def test_a_running_process_hears_the_newest(database: Engine, settings: Settings) -> None:
    study = CurrentStudy(settings.trial_file, database, interval=0)
    assert study.expectation() is None
    with session_scope(database) as session:
        assert renew(session, TRIAL.id, NOW).median is None
        rooms = {quarter: Places(1, 1) for quarter in quarter_of(NOW.date()).following(4)}
        planning.set_places(session, SYSTEM, TRIAL.id, rooms, {}, NOW)
        found = renew(session, TRIAL.id, NOW)
    assert found.median and study.expectation() == found
