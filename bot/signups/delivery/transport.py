"""One HTTP request to a target: TLS verified, time-outs, no redirects, a limit on the answer, nothing logged."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import SSLError, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from bot.signups.delivery.states import Problem

# An answer is a few lines; a transaction Bundle's answer a few kilobytes.
MOST_BYTES = 256 * 1024
_CHUNK = 16 * 1024
# Of the time-out: to connect, to begin to answer, and to answer.
_WHOLE = 3


@dataclass(frozen=True)
class Request:
    """What to post where."""

    url: str
    headers: Mapping[str, str]
    body: bytes

    def send(self, timeout: float, ca_file: Path | None = None) -> Answer:
        """See `post`."""
        return post(self, timeout, ca_file)


@dataclass(frozen=True)
class Answer:
    """What came back, whatever it means."""

    status: int
    retry_after: str | None
    body: bytes


class Failed(Exception):
    """No answer that can be used came back."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.value)


def post(request: Request, timeout: float, ca_file: Path | None = None) -> Answer:
    """Send a request and read the answer.

    A redirect is not followed, not even on the same host: the address and the secret belong together, and a target
    that moved is a change of its settings.

    Args:
        timeout: seconds to connect in, and seconds between two pieces of the answer; the whole takes three times as
            long at most, however slowly pieces keep coming.
        ca_file: certificates to trust instead of the public ones.

    Raises:
        Failed: when there is no answer that can be used.
    """
    with requests.Session() as session, _cut_off_after(_WHOLE * timeout, session) as cut_off:
        # Otherwise a .netrc file or proxy variables of the machine could replace the token or the way.
        session.trust_env = False
        try:
            with session.post(
                request.url,
                data=request.body,
                headers={"User-Agent": "Stamcelwijzer", "Accept-Encoding": "identity", **request.headers},
                timeout=(timeout, timeout),
                verify=str(ca_file) if ca_file else True,
                allow_redirects=False,
                stream=True,
            ) as response:
                answer = Answer(response.status_code, response.headers.get("Retry-After"), _read(response))
        except SSLError:
            problem = Problem.TLS
        except Timeout:
            problem = Problem.TIMEOUT
        except NotConnected as error:
            problem = _why(error.args[0] if error.args else None)
        except (requests.RequestException, UnicodeError, ValueError):
            problem = Problem.GARBLED
        else:
            if not cut_off.is_set():
                return answer
        # What an answer looks like that was cut off, also as if it were whole, tells nothing.
        raise Failed(Problem.TIMEOUT if cut_off.is_set() else problem)


@contextlib.contextmanager
def _cut_off_after(seconds: float, session: requests.Session) -> Iterator[threading.Event]:
    """Break every connection of a session after a time; the event tells whether that happened.

    The time-outs of `requests` begin anew with every byte: a target that sends one now and then, be it of its
    headers, would keep the worker, and with it everything else that it does, for hours.
    """
    happened = threading.Event()
    opened: list[socket.socket] = []

    def cut() -> None:
        happened.set()
        for one in opened:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def keep(connected: socket.socket) -> socket.socket:
        # A second handle on the same connection: TLS takes the first one over.
        opened.append(connected.dup())
        if happened.is_set():
            cut()
        return connected

    adapter = _Watched(keep)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield happened
    finally:
        timer.cancel()
        timer.join()
        for one in opened:
            one.close()


class _Watched(HTTPAdapter):
    """Shows each connection to somebody the moment it is made, before TLS and before anything is sent."""

    def __init__(self, keep: Any) -> None:
        super().__init__()

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return keep(super()._new_conn())

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return keep(super()._new_conn())

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _why(cause: object) -> Problem:
    if isinstance(cause, ReadTimeoutError):
        # While the body is read, a time-out comes as a connection error.
        return Problem.TIMEOUT
    return Problem.GARBLED if isinstance(cause, ProtocolError) else Problem.UNREACHABLE


def _read(response: requests.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise Failed(Problem.TOO_LARGE)
    return b"".join(parts)
