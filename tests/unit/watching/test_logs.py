"""Log lines are JSON and hold nothing that a person typed, whoever writes them."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.watching.logs import JsonFormatter, as_line, entry_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def written(name: str, message: object, *values: object, error: bool = False) -> dict[str, object]:
    """What is logged under this name, as the line has it."""
    found = sys.exc_info() if error else None
    record = logging.LogRecord(name, logging.WARNING, "/lib/somewhere.py", 12, message, values, found, "work")
    entry = entry_of(JsonFormatter("site").format(record))
    assert entry is not None
    return entry


def test_own_messages_are_whole_but_masked() -> None:
    entry = written("bot.patient.chat", "no answer in %s s", 8)
    assert entry["message"] == "no answer in 8 s"
    assert (entry["process"], entry["level"], entry["logger"]) == ("site", "warning", "bot.patient.chat")
    assert written("bot.x", "belt 06-12345678")["message"] == "belt [telefoonnummer]"


@pytest.mark.parametrize(
    ("message", "values", "kept"),
    [
        ("cannot parse %s", ("Zwaluw",), "cannot parse %s"),
        ("cannot parse Zwaluw", (), "somewhere.py:12 work"),
        ('{"text": "Zwaluw", "event": "rasa.core.agent", "level": "warning"}', (), "rasa.core.agent"),
        ('{"event": "said Zwaluw"}', (), "somewhere.py:12 work"),
    ],
)
def test_of_libraries_only_what_is_fixed_is_kept(message: str, values: tuple[str, ...], kept: str) -> None:
    assert written("rasa.core", message, *values)["message"] == kept


def test_an_error_is_its_kind_and_place() -> None:
    try:
        raise ValueError("row of mevrouw Zwaluw")
    except ValueError:
        entry = written("bot.patient", "it failed", error=True)
    assert entry["error"] == "ValueError"
    assert "test_logs.py" in str(entry["where"])
    assert "Zwaluw" not in json.dumps(entry)


@given(st.text(max_size=200))
def test_whatever_is_printed_becomes_one_json_line_or_none(printed: str) -> None:
    line = as_line("chat", printed, NOW)
    if line is None:
        return
    assert "\n" not in line
    assert entry_of(line) is not None
    assert as_line("chat", line, NOW) == line
