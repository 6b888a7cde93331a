"""What the measure of publishing says when the gate refuses: it does not wait for what will never be live."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.operations.benchmark_publishing import _refuse_to_wait_for
from bot.operations.errors import OperatorError
from bot.publishing import jobs
from bot.publishing.jobs import JobState

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_a_refusal_is_told_with_its_reasons_and_what_became_worse(database: Engine) -> None:
    seen = {"label": "crisis", "outcome": "answer"}
    lost = {"set": "safety", "text": "het is op", "before": seen, "after": {**seen, "label": "study_aim"}}
    with session_scope(database) as session:
        number = jobs.queue(session, [], "anna", NOW)
    _refuse_to_wait_for(database, number)
    with session_scope(database) as session:
        found = {"reasons": ["safety"], "changes": [{**lost, "better": False}]}
        jobs.finish(session, number, JobState.FAILED, NOW, found)
    with pytest.raises(OperatorError, match=r"safety; 'het is op' \(safety\): crisis -> study_aim"):
        _refuse_to_wait_for(database, number)
