"""A whole installation for tests: the real processes on free ports, with a `var/` of its own and the trained model."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from bot import settings as project_settings
from bot.operations import processes
from bot.settings import PREFIX, ROOT, Settings

# Long enough for a slow machine that still has to train; a failure of the start ends the wait at once.
START_SECONDS = 600.0
# As long: a chat process takes minutes to start where ten others want the same core. Below the limit of a test.
RETURN_SECONDS = 240.0
STOP_SECONDS = 120.0


# Below those that the system hands out to whoever connects somewhere, which may be taken a moment later; above those
# that browsers refuse.
_ALL_PORTS = range(11_000, 32_000)
_given: set[int] = set()


def _ports_of(worker: str, workers: str) -> range:
    """The part of the ports that is for one of several test processes: what one keeps for later no other may take."""
    size = len(_ALL_PORTS) // int(workers or 1)
    number = int(worker.removeprefix("gw") or 0)
    return _ALL_PORTS[number * size : (number + 1) * size]


_PORTS = _ports_of(os.environ.get("PYTEST_XDIST_WORKER", ""), os.environ.get("PYTEST_XDIST_WORKER_COUNT", ""))


def free_ports(count: int) -> list[int]:
    """Different ports that nothing listens on now."""
    return [free_row(1) for _ in range(count)]


def free_row(length: int) -> int:
    """The first of a row of ports that nothing listens on now, and that this process did not give out before."""
    while True:
        first = random.SystemRandom().randrange(_PORTS.start, _PORTS.stop - length)
        row = range(first, first + length)
        if _given.isdisjoint(row) and all(map(_is_free, row)):
            _given.update(row)
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def variables(var: Path, **more: str) -> dict[str, str]:
    """Settings of an installation for tests, as environment variables: its own `var/`, free ports, no rate limit."""
    names = ("ACTIONS_PORT", "MODELS_PORT", "SITE_PORT", "DESK_PORT")
    given = {
        "VAR": str(var),
        "RATE_LIMIT": "100000 per minute",
        "FORM_LIMIT": "100000 per hour",
        **dict(zip(names, map(str, free_ports(4)), strict=True)),
        # Further chat processes listen on the ports after that of the first.
        "CHAT_PORT": str(free_row(3)),
        "METRICS_PORT": str(free_row(8)),
    }
    return {PREFIX + name: value for name, value in {**given, **more}.items()}


def plain_environment() -> dict[str, str]:
    """This process's environment without the settings of the project."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


@dataclass
class Stack:
    """A running installation."""

    settings: Settings
    variables: Mapping[str, str]
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def site(self) -> str:
        """The address of the patient site."""
        return f"http://127.0.0.1:{self.settings.site_port}"

    @property
    def desk(self) -> str:
        """The address of the desk."""
        return f"http://127.0.0.1:{self.settings.desk_port}"

    def pid(self, name: str) -> int:
        """The process id of one of the processes of the Procfile."""
        return int(processes.pid_file(self.settings, name).read_text(encoding="ascii"))

    def kill(self, name: str) -> int:
        """End a process with SIGKILL, as a crash would; returns the id it had."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_until_back(self, name: str, old_pid: int) -> None:
        """Wait until a killed process runs under a new id and answers."""
        health = processes.all_processes(self.settings)[name].health
        url = health(self.settings) if health else None
        self._wait_for(lambda: self.pid(name) != old_pid and (url is None or answers(url)), RETURN_SECONDS, name)

    def wait_until_ready(self) -> None:
        """Wait until every process with an address answers."""
        known = processes.all_processes(self.settings).values()
        urls = [process.health(self.settings) for process in known if process.health]
        self._wait_for(lambda: all(answers(url) for url in urls), START_SECONDS, "the installation")

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Stop everything as Ctrl-C does, or a service manager; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(STOP_SECONDS)

    def start_again(self) -> None:
        """Start what was stopped; it does not answer yet."""
        self.process = _started(self.variables, self.output)

    def _wait_for(self, happened: object, seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        while not happened():  # type: ignore[operator]
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{what} did not come up:\n{self.output.read_text(encoding='utf-8')[-8000:]}")
            time.sleep(0.2)


def answers(url: str) -> bool:
    """Whether this address answers with success now."""
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False


@contextlib.contextmanager
def running(var: Path, **more: str) -> Iterator[Stack]:
    """Start an installation, wait until it answers, and stop it afterwards."""
    given = variables(var, **more)
    var.mkdir(parents=True, exist_ok=True)
    output = var / "run.log"
    stack = Stack(project_settings.load(given), given, _started(given, output), output)
    try:
        stack.wait_until_ready()
        # The keys are made at the start.
        stack.settings = project_settings.load(given)
        yield stack
    finally:
        stack.stop()


def _started(given: Mapping[str, str], output: Path) -> subprocess.Popen[bytes]:
    with output.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env={**plain_environment(), **given},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
