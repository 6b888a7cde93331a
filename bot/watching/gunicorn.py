"""Gunicorn's configuration, as a module: JSON logs, and the figures of all its workers served by the first process."""

from __future__ import annotations

import gc
from typing import Any

from prometheus_client import multiprocess

from bot import settings as project_settings
from bot.watching import endpoint, logs


def on_starting(_server: Any) -> None:
    """Log as JSON from the first line on."""
    logs.install(project_settings.load().process or "gunicorn")


def when_ready(_server: Any) -> None:
    """Serve the figures; the workers are forked after this."""
    endpoint.begin(project_settings.load())
    # What is there by now stays: looking through it for garbage would only give each worker a copy of its own.
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, _worker: Any) -> None:
    """A worker logs as the first process does, also if it was forked before that was set, and has room to count."""
    endpoint.reserve()
    logs.install(project_settings.load().process or "gunicorn")


def child_exit(_server: Any, worker: Any) -> None:
    """A worker that ended no longer counts for what is measured now."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
