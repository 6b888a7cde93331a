"""One HTTP request to a target: TLS verified, time-outs, no redirects, a limit on the answer, nothing logged."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import SSLError, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from bot.signups.delivery.limit import limited
from bot.signups.delivery.states import Problem

# An answer is a few lines; a transaction Bundle's answer a few kilobytes.
MOST_BYTES = 256 * 1024
_CHUNK = 16 * 1024


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
    with requests.Session() as session, limited(timeout) as limit:
        adapter = _Watched(limit.keep)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
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
            if not limit.passed:
                return answer
        # What an answer looks like that was cut off, also as if it were whole, tells nothing.
        raise Failed(Problem.TIMEOUT if limit.passed else problem)


class _Watched(HTTPAdapter):
    """Hands over each connection the moment it is made, before TLS and before anything is sent."""

    def __init__(self, keep: Callable[[socket.socket], socket.socket]) -> None:
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
