"""Connections to PostgreSQL that wait for it with an end, also when its machine answers and it does not.

The driver itself waits for ever for a database that stands still or whose packets are dropped: the time-out of a
statement is kept by the server, and that of a connection only counts until the machine answers. Here every wait for
the next byte has an end. After one that was in vain nobody waits again until somebody got through (a circuit breaker).
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from psycopg2 import OperationalError, errorcodes, extensions
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

# A new connection, and asking one that was idle whether it is still there: either takes milliseconds.
GREETING_SECONDS = 5.0
# Longer than the server lets a statement run: it tells better than silence what was wrong.
STATEMENT_SECONDS = 20.0
# For work that nobody waits for on a page, such as a migration. A machine that is gone is still found out within half
# a minute, by the system (`bot.database`); this is for a database that stands still.
UNHURRIED_SECONDS = 3600.0
# Such work may want a table for itself. Whoever comes after it then waits behind it, so it gives up before one of
# those meets the limit of a statement.
LOCK_SECONDS = 5.0
# Seconds until a database that stayed silent is tried again.
REST = 5.0


class Silence:
    """Whether a database let somebody wait in vain. One per engine; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is wrong yet; `clock` gives seconds that only go up."""
        self._clock = clock
        self._lock = threading.Lock()
        self._next_try: float | None = None

    def note(self, connecting: bool) -> None:
        """Somebody waited in vain, for a new connection or on one there was: then the next one tries a new one."""
        with self._lock:
            if self._next_try is None:
                self._next_try = self._clock() + (REST if connecting else 0.0)

    def over(self) -> None:
        """Somebody got through."""
        with self._lock:
            self._next_try = None

    def lets_try(self) -> bool:
        """Whether it makes sense to connect now; while it is silent one may try each `REST` seconds."""
        with self._lock:
            if self._next_try is None:
                return True
            if self._clock() < self._next_try:
                return False
            self._next_try = self._clock() + REST
            return True


class PatientConnection(extensions.connection):  # type: ignore[misc]
    """A connection that knows how long a wait for the next byte may take."""

    def __init__(self, silence: Silence, *arguments: Any, **options: Any) -> None:
        """Connects. `silence` is told of waits in vain."""
        self.silence = silence
        self.patience = GREETING_SECONDS
        self.connecting = True
        super().__init__(*arguments, **options)
        self.connecting = False


def be_patient(engine: Engine) -> None:
    """Give every wait of an engine an end. Holds for all connections of this process that the driver makes."""
    extensions.set_wait_callback(_wait)
    silence = Silence()

    def connect(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        if not silence.lets_try():
            raise OperationalError("the database did not answer a moment ago")
        options["connection_factory"] = partial(PatientConnection, silence)

    def connected(_connection: Any, _record: Any) -> None:
        silence.over()

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", connected)
    event.listen(engine, "checkout", _taken)
    event.listen(engine, "checkin", _given_back)


def take_time(connection: Connection) -> None:
    """Let the statements of the transaction that is under way take as long as they need, but not wait for a table.

    It ends with the transaction; a lock that is not given in `LOCK_SECONDS` is an error (`is_lock_refused`).
    """
    connection.execute(
        text(
            "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', :lock, true),"
            " set_config('idle_in_transaction_session_timeout', '0', true)"
        ),
        {"lock": f"{round(LOCK_SECONDS * 1000)}ms"},
    )
    # Until it is given back.
    connection.connection.dbapi_connection.patience = UNHURRIED_SECONDS


def is_lock_refused(error: DBAPIError) -> bool:
    """Whether an error tells that somebody else kept a table for longer than one may wait for it."""
    return getattr(error.orig, "pgcode", None) == errorcodes.LOCK_NOT_AVAILABLE


def _taken(connection: PatientConnection, _record: Any, _proxy: Any) -> None:
    """It was asked whether it is there, and answered: statements may take their time."""
    connection.patience = STATEMENT_SECONDS


def _given_back(connection: PatientConnection | None, _record: Any) -> None:
    if connection is not None:
        connection.patience = GREETING_SECONDS


def _wait(connection: Any) -> None:
    """Wait until the driver has what it asked for. Raising closes the connection."""
    patience = getattr(connection, "patience", STATEMENT_SECONDS)
    while (state := connection.poll()) != extensions.POLL_OK:
        # Not select(): that takes no descriptors above 1023.
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
        if not poll.poll(patience * 1000):
            if isinstance(connection, PatientConnection):
                connection.silence.note(connection.connecting)
            raise OperationalError("the database does not answer")
