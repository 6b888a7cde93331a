"""An end to the whole of a talk with a target, whatever it keeps saying.

Time-outs of connections begin anew with every byte: a target that sends one now and then, be it of a header, would keep
the worker, and with it everything else that it does, for hours.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

# Of the time-out: to connect, to begin to answer, and to answer.
WHOLE = 3


class Limit:
    """Breaks the connections it was given when its time has passed."""

    def __init__(self) -> None:
        self._passed = threading.Event()
        self._connections: list[socket.socket] = []

    @property
    def passed(self) -> bool:
        """Whether the time has passed: what came until then tells nothing."""
        return self._passed.is_set()

    def keep(self, connection: socket.socket) -> socket.socket:
        """Watch over a connection that was just made; gives it back."""
        # A second handle on it: TLS takes the first one over.
        self._connections.append(socket.socket(fileno=os.dup(connection.fileno())))
        if self.passed:
            self.cut()
        return connection

    def cut(self) -> None:
        """Break all connections now."""
        self._passed.set()
        for one in self._connections:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connections."""
        for one in self._connections:
            one.close()


@contextlib.contextmanager
def limited(timeout: float) -> Iterator[Limit]:
    """A limit for one talk: three times the time-out."""
    limit = Limit()
    timer = threading.Timer(WHOLE * timeout, limit.cut)
    timer.daemon = True
    timer.start()
    try:
        yield limit
    finally:
        timer.cancel()
        timer.join()
        limit.close()
