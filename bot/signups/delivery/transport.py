"""One HTTP request to a target: TLS verified, time-outs, no redirects, a limit on the answer, nothing logged."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import SSLError, Timeout
from urllib3.exceptions import ProtocolError, ReadTimeoutError

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
        timeout: seconds to connect in, seconds between two pieces of the answer, and seconds for its body.
        ca_file: certificates to trust instead of the public ones.

    Raises:
        Failed: when there is no answer that can be used.
    """
    with requests.Session() as session:
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
                body = _read(response, timeout)
                return Answer(response.status_code, response.headers.get("Retry-After"), body)
        except SSLError:
            raise Failed(Problem.TLS) from None
        except Timeout:
            raise Failed(Problem.TIMEOUT) from None
        except NotConnected as error:
            raise Failed(_why(error.args[0] if error.args else None)) from None
        except (requests.RequestException, UnicodeError, ValueError):
            raise Failed(Problem.GARBLED) from None


def _why(cause: object) -> Problem:
    if isinstance(cause, ReadTimeoutError):
        # While the body is read, a time-out comes as a connection error.
        return Problem.TIMEOUT
    return Problem.GARBLED if isinstance(cause, ProtocolError) else Problem.UNREACHABLE


def _read(response: requests.Response, seconds: float) -> bytes:
    deadline = time.monotonic() + seconds
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise Failed(Problem.TOO_LARGE)
        if time.monotonic() > deadline:
            raise Failed(Problem.TIMEOUT)
    return b"".join(parts)
