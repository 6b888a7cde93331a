"""What goes wrong in an installation: stopped processes, locked files, full disks, and services that are cut off."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.running import Stack


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    """Whether a process exists and is not merely waiting to be forgotten by its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


@contextlib.contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """Processes that are there and do nothing, as on a machine that swaps or a virtual one that is moved."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            # One that was found dead in the meantime has been replaced.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def locked(*urls: str) -> Iterator[None]:
    """SQLite databases that somebody else writes to."""
    with contextlib.ExitStack() as held:
        for url in urls:
            connection = sqlite3.connect(str(make_url(url).database), isolation_level=None, timeout=60)
            held.callback(connection.close)
            connection.execute("BEGIN EXCLUSIVE")
        yield


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[bool]:
    """A file system of its own for a folder; whether this machine allows one."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)]
    allowed = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield allowed
    finally:
        if allowed:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """A file system without a free byte."""
    file = folder / "filler"
    try:
        # Unbuffered: what was not written must not be tried again when the file is closed.
        with file.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(b"\0" * 65_536):
                pass
        yield
    finally:
        file.unlink(missing_ok=True)


class Line:
    """A service seen through a line that can be cut: a proxy for TCP on a port of its own."""

    def __init__(self, host: str, port: int) -> None:
        """Take where the service really is."""
        self._to = (host, port)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._passes = threading.Event()
        self._passes.set()
        self._refuses = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """The port to go to instead."""
        return int(self._server.getsockname()[1])

    @contextlib.contextmanager
    def cut(self) -> Iterator[None]:
        """All connections are dropped, and new ones are dropped at once."""
        self._refuses = True
        self.drop()
        try:
            yield
        finally:
            self._refuses = False

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """Nothing comes through any more, and nobody is told."""
        self._passes.clear()
        try:
            yield
        finally:
            self._passes.set()

    def drop(self) -> None:
        """Drop all connections there are."""
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop for good."""
        self._refuses = True
        self._passes.set()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.drop()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError):
            if self._refuses:
                return
            with socket.create_connection(self._to) as far:
                with self._lock:
                    self._open |= {near, far}
                back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
                back.start()
                self._carry(near, far)
                back.join()
                with self._lock:
                    self._open -= {near, far}

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                self._passes.wait()
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


class Postgres:
    """The administrator of the databases of an installation, on a role that is bound by limits."""

    def __init__(self, admin_url: str, role: str) -> None:
        """Take the URL of a user who may do everything, and the role of the installation."""
        self._engine = create_engine(admin_url, future=True, isolation_level="AUTOCOMMIT")
        self._role = role

    def do(self, statement: str) -> None:
        """One statement."""
        with self._engine.connect() as connection:
            connection.execute(text(statement))

    def end_sessions(self) -> None:
        """End every session of the installation, whatever it was doing."""
        self.do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{self._role}'")

    @contextlib.contextmanager
    def used_up(self) -> Iterator[None]:
        """No connection is left for the installation but one."""
        self.do(f"ALTER ROLE {self._role} CONNECTION LIMIT 1")
        self.end_sessions()
        try:
            yield
        finally:
            self.do(f"ALTER ROLE {self._role} CONNECTION LIMIT -1")


def pids_of(stack: Stack, name: str) -> list[int]:
    """A process and all it started."""
    found = [stack.pid(name)]
    for pid in found:
        found += children(pid)
    return found
