"""The live model as a file, to measure it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.engine import Engine

from bot.database import session_scope
from bot.operations import live_model
from bot.operations.errors import OperatorError
from bot.settings import Settings

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_the_model_of_the_patients_can_be_taken_out_and_leaves_nothing_behind(
    database: Engine, settings: Settings
) -> None:
    with pytest.raises(OperatorError, match="no live model"), live_model.taken_out(settings):
        pass
    with session_scope(database) as session:
        models = live_model.model_store(settings)
        models.make_live(session, models.add(session, b"live", "code", "questions", NOW), NOW)
    with live_model.taken_out(settings) as file:
        assert file.read_bytes() == b"live"
    assert not file.parent.exists()
