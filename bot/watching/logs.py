"""Logs: one JSON object a line, without anything a person typed.

The project's own messages are written without personal data, and go through the mask all the same. Of other libraries
only what is fixed in a message is kept, or else the place in their source: they put messages and slots in warnings and
errors. Of an error the kind and place are kept, since its text may hold the values of a row.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.privacy.masking import mask

_OWN = ("bot", "actions")
# Rasa logs JSON: the name of the event is fixed, the rest may be a message or a slot.
_EVENT = re.compile(r'^\{.*"event": "([\w.]+)"')
_log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """Makes a line of a log record."""

    def __init__(self, process: str) -> None:
        """Take the name of this process."""
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        return line(
            datetime.fromtimestamp(record.created, UTC),
            self._process,
            record.levelname.lower(),
            _message(record),
            logger=record.name,
            **_error(record),
        )


def line(at: datetime, process: str, level: str, message: str, **more: Any) -> str:
    """One line of the log."""
    entry = {"at": at.isoformat(timespec="milliseconds"), "process": process, "level": level, **more}
    entry["message"] = mask(message, at.date())
    return json.dumps(entry, ensure_ascii=False)


def install(process: str) -> None:
    """Let everything this process logs come out as JSON on its error output."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(process))
    logging.root.handlers = [handler]
    warnings.showwarning = _show_warning  # type: ignore[assignment]  # only the name of one argument differs
    for logger in list(logging.root.manager.loggerDict.values()):
        # Servers bring handlers of their own, which print as they like.
        if isinstance(logger, logging.Logger) and logger.handlers:
            logger.handlers = [handler]
    logging.getLogger("bot").setLevel(logging.INFO)


def as_line(process: str, printed: str, at: datetime) -> str | None:
    """What a process printed, as a line of the log; None when there is nothing in it.

    What is JSON already stays as it is. The rest comes from programs that print before or beside their log.
    """
    text = printed.strip(" \r\n\x1b[0m")
    if not text:
        return None
    return text if entry_of(text) else line(at, process, "info", text)


def entry_of(text: str) -> dict[str, Any] | None:
    """The log entry in a line, or None when it is none of ours."""
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and {"at", "process", "level", "message"} <= set(found) else None


def _message(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] in _OWN:
        return record.getMessage()
    template = str(record.msg)
    if record.args:
        return template
    event = _EVENT.search(template)
    if event:
        return event[1]
    # Without values beside it there is no telling which part of the text was filled in.
    return f"{record.filename}:{record.lineno} {record.funcName}"


def _show_warning(
    _message: Warning | str, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
) -> None:
    """A warning of Python: Rasa puts the message it could not read into one."""
    _log.warning("%s at %s:%s", category.__name__, Path(filename).name, lineno)


def _error(record: logging.LogRecord) -> dict[str, Any]:
    if not record.exc_info or record.exc_info[0] is None:
        return {}
    places = traceback.extract_tb(record.exc_info[2])
    return {
        "error": record.exc_info[0].__name__,
        "where": [f"{Path(place.filename).name}:{place.lineno} {place.name}" for place in places[-8:]],
    }
