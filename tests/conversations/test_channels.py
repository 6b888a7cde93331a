"""The same assistant in a terminal: `stamcelwijzer shell`, which is Rasa's shell, answers a question."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Callable

from bot.settings import ROOT
from tests.running import START_SECONDS, Stack, plain_environment

# What a terminal answers to the question where its cursor is.
_WHERE, _HERE = b"\x1b[6n", b"\x1b[1;1R"


def read_until(terminal: int, found: Callable[[bytes], bool]) -> bytes:
    """Read what a program shows until it is there. Raises AssertionError when it ends or takes too long."""
    shown, deadline = b"", time.monotonic() + START_SECONDS
    while not found(shown):
        assert time.monotonic() < deadline, shown[-2000:]
        if select.select([terminal], [], [], 1)[0]:
            try:
                part = os.read(terminal, 4096)
            except OSError:
                part = b""
            assert part, shown[-2000:]
            shown += part
            if _WHERE in part:
                os.write(terminal, _HERE)
    return shown


def test_the_shell_answers(stack: Stack) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        environment = {**plain_environment(), **stack.variables, "TERM": "dumb"}
        os.execve(sys.executable, [sys.executable, "-m", "bot", "shell"], environment)
    try:
        read_until(terminal, lambda shown: b"Your input" in shown)
        os.write(terminal, b"Wat is aHSCT?\r")
        # What belongs to the answer comes after its words.
        shown = read_until(terminal, lambda shown: b'"topic": "ahsct_what"' in shown)
        assert b"stamcel" in shown
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
