"""Keeps the processes of one installation running: honcho starts them and prints what they say, this starts them again.

honcho's own loop stops everything when one process ends. Here a process that ends, however it ends, comes back: at
once the first time, later and later when it keeps failing. Whatever a process left behind is ended first.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message
from honcho.process import Popen, Process

from bot.operations.parent import die_with_parent

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
# A process that ran this long was well: its next end is a first one again.
WELL_AFTER = 30.0
STOP_WAIT = 25.0
_TICK = 0.1
CUT_OFF = "did not end in time and was cut off"


class WholeGroup(Popen):  # type: ignore[misc]
    """A program whose end is the end of all it started.

    honcho waits until nobody holds the program's output any more. Children of a killed program would hold it, and
    the address the program listened on.
    """

    def __init__(self, cmd: str, **options: Any) -> None:
        """Start the program and watch for its end."""
        super().__init__(cmd, **options)
        threading.Thread(target=self._end_with_first, daemon=True).start()

    def _end_with_first(self) -> None:
        with contextlib.suppress(ChildProcessError):
            # Left to be collected by honcho: until then the number belongs to this group and to no other.
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            end_group(self.pid)


class GuardedProcess(Process):  # type: ignore[misc]
    """A honcho process whose go-between ends when the supervisor does, and takes its program along."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """As honcho's, with its own way to start a program."""
        super().__init__(*arguments, **options)
        self._child_ctor = WholeGroup

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        """Run the command to its end, passing on its output."""
        die_with_parent(signal.SIGKILL)
        super().run(events, ignore_signals)


class Restarts:
    """When a process that ends may start again. Pure but for the times it is told."""

    def __init__(self) -> None:
        self._delay = 0.0

    def delay(self, ran: float) -> float:
        """Seconds to wait before the next start of a process that ended after running `ran` seconds."""
        if ran >= WELL_AFTER:
            self._delay = 0.0
        self._delay = min(LONGEST_DELAY, self._delay * 2 or FIRST_DELAY)
        return self._delay


class Supervisor(Manager):  # type: ignore[misc]
    """honcho's manager with restarts. Add processes, then `loop()`; it returns after Ctrl-C or SIGTERM."""

    def __init__(
        self,
        printer: Any,
        on_tick: Callable[[], None],
        stops_in: Callable[[str], int] = lambda _name: 0,
        stop_wait: float = STOP_WAIT,
    ) -> None:
        """Take where output goes, and how the processes stop.

        Args:
            printer: honcho's.
            on_tick: called between events, a few times a second.
            stops_in: the round in which a process is asked to stop, from 0; a round waits for the one before it.
            stop_wait: seconds for all rounds together; what is left then is cut off.
        """
        super().__init__(printer)
        self._stops_in = stops_in
        self._stop_wait = stop_wait
        self._process_ctor = GuardedProcess
        self._on_tick = on_tick
        self._restarts: dict[str, Restarts] = {}
        self._started_at: dict[str, float] = {}
        self._start_at: dict[str, float] = {}
        self._stop_asked: float | None = None

    def loop(self) -> None:
        """Run everything until a signal comes, then stop everything and return."""
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        signal.signal(signal.SIGINT, self._ask_to_stop)
        for name in self._processes:
            self._restarts[name] = Restarts()
            self._launch(name)
        while self._stop_asked is None:
            self._handle_event()
            self._notice_lost_go_betweens()
            self._launch_what_is_due()
            self._on_tick()
        self._stop_everything()

    def running(self, name: str) -> bool:
        """Whether this process is running now."""
        return "pid" in self._processes[name]

    def _ask_to_stop(self, number: int, _frame: Any) -> None:
        self.returncode = 128 + number
        if self._stop_asked is None:
            self._stop_asked = time.monotonic()

    def _launch(self, name: str) -> None:
        record = self._processes[name]
        self._start_at.pop(name, None)
        self._started_at[name] = time.monotonic()
        record["process"] = multiprocessing.Process(name=name, target=record["obj"].run, args=(self.events, True))
        record["process"].start()

    def _launch_what_is_due(self) -> None:
        now = time.monotonic()
        for name in [name for name, moment in self._start_at.items() if moment <= now]:
            self._launch(name)

    def _handle_event(self) -> None:
        try:
            message = self.events.get(timeout=_TICK)
        except queue.Empty:
            return
        if message.type == "line":
            self._print(message)
        elif message.type == "start":
            self._processes[message.name]["pid"] = message.data["pid"]
        elif message.type == "stop":
            self._ended(message.name, f"ended (code {message.data['returncode']})")

    def _notice_lost_go_betweens(self) -> None:
        """A go-between that was killed sends no event; its program is gone too, or will be."""
        for name, record in self._processes.items():
            between = record.get("process")
            if between is not None and not between.is_alive() and between.exitcode != 0 and name not in self._start_at:
                self._ended(name, "was lost")

    def _ended(self, name: str, how: str) -> None:
        record = self._processes[name]
        pid = record.pop("pid", None)
        record.pop("process", None)
        if pid is not None:
            end_group(pid)
        if self._stop_asked is None:
            now = time.monotonic()
            delay = self._restarts[name].delay(now - self._started_at[name])
            self._start_at[name] = now + delay
            self._say(f"{name} {how}; starting it again in {delay:.1f} s")

    def _stop_everything(self) -> None:
        """Ask all to stop, round by round, wait, and end what is left."""
        self._start_at.clear()
        asked: set[int] = set()
        deadline = time.monotonic() + self._stop_wait
        while left := [name for name, record in self._processes.items() if record.get("process") is not None]:
            # What is under way at the site is finished by the chat: those that others ask stop after them.
            present = min(self._stops_in(name) for name in left)
            for name in left:
                pid = self._processes[name].get("pid")
                if pid is not None and pid not in asked and self._stops_in(name) == present:
                    asked.add(pid)
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGTERM)
            self._handle_event()
            self._notice_lost_go_betweens()
            if time.monotonic() > deadline:
                break
        for name, record in self._processes.items():
            if record.get("pid") is not None:
                self._say(f"{name} {CUT_OFF}")
                end_group(record["pid"])

    def _say(self, text: str) -> None:
        now = datetime.now()  # noqa: DTZ005  # local time, as honcho stamps the other lines
        self._print(Message(type="line", data=f"{text}\n", time=now, name=SYSTEM_PRINTER_NAME, colour=None))

    def _print(self, message: Message) -> None:
        # A full disk, or a pipe that nobody reads any more: the line is lost, what it is about goes on.
        with contextlib.suppress(OSError):
            self._printer.write(message)


def end_group(pid: int) -> None:
    """End whatever is left of a process group, whose number is that of its first process."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
