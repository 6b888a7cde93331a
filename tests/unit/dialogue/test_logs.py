"""What a person said does not reach the log through Rasa's tracebacks, in a terminal or in a file."""

import io
import logging
import sys

import pytest
import structlog
from rasa.utils.log_utils import configure_structlog

from bot.dialogue.logs import keep_values_out


def break_on(words: str) -> None:
    slots = {"ms_type": words}
    try:
        slots["medication"]
    except KeyError:
        structlog.get_logger("bot.test").exception("something_broke", event_info="told to the operator")


@pytest.mark.parametrize("terminal", [False, True])
def test_a_traceback_tells_the_place_and_no_values(
    terminal: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = structlog.get_config()
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(sys, "stderr", screen)
    try:
        configure_structlog(logging.WARNING)
        with caplog.at_level(logging.WARNING):
            break_on("zeldzaam woord")
            assert "zeldzaam woord" in caplog.text
            caplog.clear()
            keep_values_out()
            break_on("zeldzaam woord")
    finally:
        structlog.configure(**before)
    assert "break_on" in caplog.text
    assert "zeldzaam woord" not in caplog.text
