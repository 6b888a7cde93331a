"""Installations to measure: their processes, started and stopped, and what these use of memory and processor."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from bot import settings as project_settings
from bot.operations import processes
from bot.settings import PREFIX, ROOT, Settings

_START_SECONDS = 400.0
_STOP_SECONDS = 60.0
_PORTS = ("ACTIONS_PORT", "MODELS_PORT", "SITE_PORT", "DESK_PORT")
# A chat process each, and a process with figures each, on the ports that follow.
_ROWS = ("CHAT_PORT", "METRICS_PORT")
_ROW = 40


@dataclass
class Installation:
    """Running processes with the addresses to measure at.

    Attributes:
        settings: those of its processes.
        site: the address of the patient site in front of it.
        rasa: the addresses of the Rasa processes.
        roots: process ids by name; their children count with them.
        start: seconds from nothing to answering.
    """

    settings: Settings
    site: str
    rasa: tuple[str, ...]
    roots: dict[str, int] = field(default_factory=dict)
    start: float = 0.0

    def memory(self) -> dict[str, float]:
        """Proportional set size of each process with its children, in MB."""
        return {name: sum(_pss(pid) for pid in family(root)) for name, root in self.roots.items()}

    def processor(self) -> float:
        """Processor seconds that all processes have used so far."""
        return sum(_processor(pid) for root in self.roots.values() for pid in family(root))


def family(root: int) -> list[int]:
    """A process and everything it started that still runs."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            found = _stat(int(folder.name))
            if found:
                children.setdefault(int(found[1]), []).append(int(folder.name))
    pids, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        pids.append(pid)
        waiting += children.get(pid, [])
    return pids


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/<pid>/stat after the name, or None when the process has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


def _processor(pid: int) -> float:
    found = _stat(pid)
    return (int(found[11]) + int(found[12])) / os.sysconf("SC_CLK_TCK") if found else 0.0


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def variables(var: Path, **more: str) -> dict[str, str]:
    """Settings as environment variables: a `var/` of its own, free ports, no limit on messages."""
    with ExitStack() as held:
        ports = {name: _free(held, 1) for name in _PORTS} | {name: _free(held, _ROW) for name in _ROWS}
    given = {"VAR": str(var), "RATE_LIMIT": "100000000 per minute", "CHAT_TIMEOUT_SECONDS": "60", **ports, **more}
    return {PREFIX + name: value for name, value in given.items()}


def _free(held: ExitStack, length: int) -> str:
    """The first of a row of ports that nothing listens on, held until the stack is left."""
    while True:
        with ExitStack() as row:
            first = row.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                for place in range(1, length):
                    row.enter_context(socket.socket()).bind(("127.0.0.1", port + place))
            except (OSError, OverflowError):
                continue
            held.push(row.pop_all())
            return str(port)


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with these settings and no other."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)} | dict(given)


@contextmanager
def started(
    command: Sequence[str], given: Mapping[str, str], log: Path, folder: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A process with its output in a log, ended as Ctrl-C does."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=folder, env=environment(given), stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(urls: Sequence[str], running: Sequence[subprocess.Popen[bytes]], log: Path) -> None:
    """Wait until all addresses answer. Raises RuntimeError when a process ended or it takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while not all(_answers(url) for url in urls):
        if time.monotonic() > deadline or any(one.poll() is not None for one in running):
            raise RuntimeError(f"It did not start; see {log}:\n{log.read_text(encoding='utf-8')[-2000:]}")
        time.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False


@contextmanager
def ours(var: Path, **more: str) -> Iterator[Installation]:
    """This project as `make run` starts it."""
    given = variables(var, **more)
    settings = project_settings.load(given)
    with started(["bot", "setup"], given, var / "setup.log") as preparing:
        preparing.wait()
    began = time.perf_counter()
    log = var / "run.log"
    with started(["bot", "run"], given, log) as process:
        known = processes.all_processes(settings)
        wait_for([one.health(settings) for one in known.values() if one.health], [process], log)
        start = time.perf_counter() - began
        # What the worker does once after a start, in time that nobody needs: it must not fall into a measure.
        with started(["bot.operations.asking"], given, var / "asking.log") as asking:
            asking.wait()
        # Only now it has its keys.
        settings = project_settings.load(given)
        found = Installation(settings, _site(settings), settings.chat_urls, start=start)
        found.roots = {one: int(processes.pid_file(settings, one).read_text()) for one in known}
        yield found


@contextmanager
def stock(folder: Path) -> Iterator[Installation]:
    """The compared project, with a patient site of ours in front for measurements of the whole path."""
    from bot.operations.load.stock import endpoints

    given = variables(folder / "var")
    settings = project_settings.load(given)
    given |= processes.environment(settings) | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    endpoints(folder, settings.actions_url)
    with started(["bot", "setup"], given, folder / "setup.log") as preparing:
        preparing.wait()
    chat = ["rasa", "run", "--port", str(settings.chat_port), "--model", str(folder / "models")]
    actions = ["rasa_sdk", "--actions", "actions.actions", "--port", str(settings.actions_port), "--quiet"]
    with ExitStack() as held:
        began = time.perf_counter()
        log = folder / "chat.log"
        running = {
            "chat": held.enter_context(started(chat, given, log, folder)),
            "actions": held.enter_context(started(actions, given, folder / "actions.log", folder)),
        }
        urls = [f"{settings.actions_url}/health", f"{settings.chat_urls[0]}/webhooks/rest/"]
        wait_for(urls, list(running.values()), log)
        start = time.perf_counter() - began
        site = held.enter_context(started(["bot", "serve", "site"], given, folder / "site.log"))
        wait_for([f"{_site(settings)}/health"], [site], folder / "site.log")
        roots = {name: process.pid for name, process in running.items()} | {"site": site.pid}
        yield Installation(settings, _site(settings), settings.chat_urls, roots, start)


def _site(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.site_port}"
