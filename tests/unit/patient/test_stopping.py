"""The site as a process of its own is asked to stop while people wait for answers: each of them gets theirs."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests

from bot.operations import processes
from bot.settings import PREFIX, ROOT, Settings
from tests.running import answers, free_ports, plain_environment
from tests.unit.patient.rasa_like import rasa_like
from tests.unit.patient.site import make_settings

SECONDS = 60.0
# As many as one worker takes at a time: wherever they end up, all of them are under way.
WAITING = 8


def wait_until(happened: object) -> None:
    deadline = time.monotonic() + SECONDS
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


@contextmanager
def site_process(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The site as `stamcelwijzer serve` starts it, but with all the time a slow machine needs to stop."""
    site = processes.all_processes(settings)["site"]
    assert site.own
    command = site.command(settings)
    command[command.index("--graceful-timeout") + 1] = str(int(SECONDS))
    given = {
        "VAR": str(settings.var),
        "KEYS": ",".join(settings.keys),
        "CHAT_URL": settings.chat_url,
        "CHAT_TIMEOUT_SECONDS": str(int(SECONDS)),
        "TRIAL_FILE": str(settings.trial_file),
    }
    own = {PREFIX + name: value for name, value in given.items()}
    environment = {**plain_environment(), **site.own(settings), **own}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_what_is_under_way_is_answered(tmp_path: Path) -> None:
    [port] = free_ports(1)
    with rasa_like() as rasa, ThreadPoolExecutor(WAITING) as people:
        settings = make_settings(tmp_path, rasa.url, SITE_PORT=str(port))
        site = f"http://127.0.0.1:{port}"
        with site_process(settings) as process:
            wait_until(lambda: answers(f"{site}/health"))
            rasa.hold = threading.Event()
            asked = [
                people.submit(requests.post, f"{site}/api/chat", json={"message": f"vraag {number}"}, timeout=SECONDS)
                for number in range(WAITING)
            ]
            wait_until(lambda: len(rasa.received) == WAITING)
            process.send_signal(signal.SIGTERM)
            wait_until(lambda: not listens(port))
            rasa.hold.set()
            told = [one.result().json()["messages"][0]["text"] for one in asked]
            assert process.wait(SECONDS) == 0
    assert [words.removeprefix("U zei: ") for words in told] == [f"vraag {number}" for number in range(WAITING)]
