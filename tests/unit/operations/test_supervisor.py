"""The supervisor with real processes: what is killed comes back, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.operations import supervisor
from bot.settings import ROOT
from tests.faults.troubles import is_running

SECONDS = 30.0

# A process that notes its id and that of a child of its own, and ends when asked.
MEMBER = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()} {child.pid}\\n")
print("hello from", sys.argv[1], flush=True)
try:
    time.sleep(600)
finally:
    child.kill()
"""

SUPERVISED = """
import sys
from honcho.printer import Printer
from bot.operations.supervisor import Supervisor
manager = Supervisor(Printer(sys.stdout), lambda: None)
folder = sys.argv[1]
for name in ("one", "two"):
    manager.add_process(name, f"exec {sys.executable} {folder}/member.py {folder}/{name}")
manager.loop()
sys.exit(0)
"""

# A process that takes its time to finish, and then notes its name.
SLOW_MEMBER = """
import signal, sys, time
from pathlib import Path
folder, name, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
def stop(*_):
    time.sleep(seconds)
    with (folder / "ends").open("a") as file:
        file.write(name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
(folder / f"{name}.started").touch()
while True:
    signal.pause()
"""

IN_ROUNDS = """
import sys
from honcho.printer import Printer
from bot.operations.supervisor import Supervisor
rounds = {"asks": 0, "asked": 1, "last": 2}
manager = Supervisor(Printer(sys.stdout), lambda: None, rounds.get)
folder = sys.argv[1]
for name, seconds in (("last", 0), ("asked", 0.2), ("asks", 0.4)):
    manager.add_process(name, f"exec {sys.executable} {folder}/member.py {folder} {name} {seconds}")
manager.loop()
"""


@dataclass
class Supervised:
    """A supervisor over two members, in a process of its own."""

    process: subprocess.Popen[bytes]
    folder: Path

    def starts(self, name: str) -> list[tuple[int, int]]:
        """For each start of a member: its process id and that of its child."""
        file = self.folder / name
        lines = file.read_text().splitlines() if file.exists() else []
        return [(int(line.split()[0]), int(line.split()[1])) for line in lines if len(line.split()) == 2]


def wait_for(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def supervised(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Supervised]:
    """Prints to a file, or where the test says."""
    member = "from bot.operations.parent import die_with_parent\ndie_with_parent()\n" + MEMBER
    (tmp_path / "member.py").write_text(member)
    (tmp_path / "supervised.py").write_text(SUPERVISED)
    with Path(getattr(request, "param", tmp_path / "output")).open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(tmp_path / "supervised.py"), str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    made = Supervised(process, tmp_path)
    wait_for(lambda: made.starts("one") and made.starts("two"))
    yield made
    process.kill()
    process.wait()
    for name in ("one", "two"):
        for pids in made.starts(name):
            for pid in pids:
                if is_running(pid):
                    os.kill(pid, signal.SIGKILL)


def test_a_killed_process_comes_back_and_the_other_is_left_alone(supervised: Supervised) -> None:
    [(first, child)] = supervised.starts("one")
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: len(supervised.starts("one")) == 2)
    wait_for(lambda: not is_running(child))
    assert is_running(supervised.starts("one")[1][0])
    [(other, _)] = supervised.starts("two")
    assert is_running(other)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a file that is always full")
@pytest.mark.parametrize("supervised", ["/dev/full"], indirect=True)
def test_without_room_for_what_they_say_a_killed_process_comes_back_and_all_ends_when_asked(
    supervised: Supervised,
) -> None:
    os.kill(supervised.starts("one")[0][0], signal.SIGKILL)
    wait_for(lambda: len(supervised.starts("one")) == 2)
    supervised.process.send_signal(signal.SIGTERM)
    supervised.process.wait(SECONDS)
    pids = [pid for name in ("one", "two") for pair in supervised.starts(name) for pid in pair]
    wait_for(lambda: not any(is_running(pid) for pid in pids))


def test_a_killed_go_between_takes_its_program_along_and_both_come_back(supervised: Supervised) -> None:
    [(first, child)] = supervised.starts("one")
    go_between = int(Path(f"/proc/{first}/stat").read_text().rsplit(")", 1)[1].split()[1])
    assert go_between != supervised.process.pid
    os.kill(go_between, signal.SIGKILL)
    wait_for(lambda: len(supervised.starts("one")) == 2)
    wait_for(lambda: not is_running(first) and not is_running(child))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_ends_everything(supervised: Supervised, number: signal.Signals) -> None:
    pids = [pid for name in ("one", "two") for pair in supervised.starts(name) for pid in pair]
    supervised.process.send_signal(number)
    assert supervised.process.wait(SECONDS) == 0
    wait_for(lambda: not any(is_running(pid) for pid in pids))
    assert "hello from" in (supervised.folder / "output").read_text()


def test_a_killed_supervisor_leaves_no_process_behind(supervised: Supervised) -> None:
    pids = [supervised.starts(name)[0][0] for name in ("one", "two")]
    supervised.process.kill()
    wait_for(lambda: not any(is_running(pid) for pid in pids))


def test_a_process_that_others_ask_stops_after_them(tmp_path: Path) -> None:
    (tmp_path / "member.py").write_text(SLOW_MEMBER)
    (tmp_path / "supervised.py").write_text(IN_ROUNDS)
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "supervised.py"), str(tmp_path)], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    try:
        wait_for(lambda: len(list(tmp_path.glob("*.started"))) == 3)
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(SECONDS) == 0
    assert (tmp_path / "ends").read_text().split() == ["asks", "asked", "last"]


@given(st.lists(st.floats(0, 1000), min_size=1))
def test_waits_stay_between_the_first_and_the_longest(runs: list[float]) -> None:
    restarts = supervisor.Restarts()
    for ran in runs:
        delay = restarts.delay(ran)
        assert supervisor.FIRST_DELAY <= delay <= supervisor.LONGEST_DELAY
        if ran >= supervisor.WELL_AFTER:
            assert delay == supervisor.FIRST_DELAY


def test_a_process_that_keeps_failing_waits_longer_each_time() -> None:
    restarts = supervisor.Restarts()
    delays = [restarts.delay(0.1) for _ in range(10)]
    assert delays == sorted(delays)
    assert delays[0] == supervisor.FIRST_DELAY
    assert delays[-1] == supervisor.LONGEST_DELAY
