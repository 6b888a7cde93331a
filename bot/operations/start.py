"""Start an installation: prepare, train when needed, run all processes, tell where they answer."""

from __future__ import annotations

import logging
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path

import requests
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

from bot.operations import preflight, processes, setup
from bot.operations.supervisor import Supervisor
from bot.settings import ROOT, Settings
from bot.watching import logs

SLOW_AFTER = 90.0
_ASK_EVERY = 0.5
# A warning as Python prints it; the line of source after it is indented.
_WARNING_LINES = 3
_WARNING = re.compile(r":\d+: \w*Warning: ")
Say = Callable[[str], None]


def run(settings: Settings, say: Say) -> int:
    """Prepare and run everything until Ctrl-C; returns the exit code.

    Raises:
        OperatorError: when it cannot start, with what to do.
    """
    preflight.check_ports(preflight.ports(settings))
    settings = setup.prepare(settings, say)
    setup.train(settings, say)
    say("Starting ...")
    os.environ.update(processes.environment(settings))
    readiness = Readiness(settings, say)
    known = processes.all_processes(settings)
    screen = Screen(settings.var / "log" / "processes.log")
    supervisor = Supervisor(screen, readiness.look, lambda name: known[name].stops_in, processes.stop_seconds(settings))
    for name, command in commands(settings).items():
        supervisor.add_process(name, command, cwd=str(ROOT))
    supervisor.loop()
    say("Stopped.")
    return 0


def commands(settings: Settings) -> dict[str, str]:
    """The shell command of each process: those of the Procfile, and the further chat processes that are set."""
    listed: dict[str, str] = dict(parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes)
    chat = listed["chat"]
    further = [name for name in processes.all_processes(settings) if name not in listed]
    return {**listed, **{name: chat.replace("serve chat", f"serve {name}") for name in further}}


class Readiness:
    """Asks each process whether it works, and tells the addresses once all do."""

    def __init__(self, settings: Settings, say: Say) -> None:
        """Take where to ask and where to tell."""
        self._settings = settings
        self._say = say
        self._waiting = {
            name: process.health(settings)
            for name, process in processes.all_processes(settings).items()
            if process.health
        }
        self._started = time.monotonic()
        self._next = self._started
        self._slow_told = False

    def look(self) -> None:
        """Ask what has not answered yet; costs nothing once everything did."""
        now = time.monotonic()
        if not self._waiting or now < self._next:
            return
        self._waiting = {name: url for name, url in self._waiting.items() if not answers(url)}
        self._next = time.monotonic() + _ASK_EVERY
        if not self._waiting:
            self._tell(now - self._started)
        elif now - self._started > SLOW_AFTER and not self._slow_told:
            self._slow_told = True
            log = self._settings.var / "log"
            self._say(f"No answer yet from: {', '.join(self._waiting)}. What they say is above and in {log}.")

    def _tell(self, seconds: float) -> None:
        site = f"http://{processes.reachable(self._settings.site_host)}:{self._settings.site_port}/"
        desk = f"http://{processes.reachable(self._settings.desk_host)}:{self._settings.desk_port}/"
        self._say(f"Everything answers after {seconds:.0f} s. Ctrl-C stops it.")
        self._say(f"  for patients: {site}")
        self._say(f"  for staff:    {desk}")


def answers(url: str) -> bool:
    """Whether this address answers with success."""
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


class Screen(Printer):  # type: ignore[misc]
    """Prints what the processes say, and keeps all of it in a log file: JSON lines, a new file every day.

    Python's warnings go to the file only: Rasa's dependencies warn about each other at every start, and Sanic
    resets the filter that would silence them.
    """

    def __init__(self, log: Path) -> None:
        """Open the log file."""
        super().__init__(sys.stdout)
        log.parent.mkdir(parents=True, exist_ok=True)
        log.touch(mode=0o600)
        self._log = TimedRotatingFileHandler(log, when="midnight", utc=True, encoding="utf-8")
        self._in_warning: dict[str, int] = {}

    def write(self, message: Message) -> None:
        """One line of a process. People read its words, the file gets all of it."""
        text = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else message.data
        kept = logs.as_line(message.name, text, datetime.now(UTC))
        if kept is not None:
            self._log.emit(logging.LogRecord("log", logging.INFO, "", 0, kept, None, None))
        entry = logs.entry_of(text.strip())
        if entry:
            super().write(message._replace(data=f"{entry['level']}: {entry['message']}\n"))
        elif not self._belongs_to_warning(message.name, text):
            super().write(message)

    def _belongs_to_warning(self, name: str, text: str) -> bool:
        """A warning has a line with its place, maybe more lines of words, and an indented line of source."""
        if _WARNING.search(text):
            self._in_warning[name] = _WARNING_LINES
            return True
        left = self._in_warning.get(name, 0)
        self._in_warning[name] = 0 if text.startswith("  ") else left - 1
        return left > 0 or not text.strip(" \r\n\x1b[0m")
