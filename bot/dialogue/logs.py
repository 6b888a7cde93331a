"""Keeps what people said out of Rasa's log: a traceback tells where it went wrong, not with which values."""

from __future__ import annotations

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer


def keep_values_out() -> None:
    """Make Rasa's logging, as set up at its start, leave out the local variables of every step of a traceback.

    By default it writes them: slots with the answers of a pre-screen, and the message that was being handled.
    The list that Rasa gave is changed in place, so that loggers which are in use already follow too.
    """
    processors = structlog.get_config()["processors"]
    for place, processor in enumerate(processors):
        if isinstance(processor, ExceptionRenderer):
            processors[place] = ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
        elif isinstance(processor, ConsoleRenderer):
            processors[place] = type(processor)(exception_formatter=plain_traceback)
