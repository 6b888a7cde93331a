"""Talks to the REST channel of one or more Rasa processes. Whatever goes wrong becomes one exception for the site."""

from __future__ import annotations

import json
import logging
import time
import zlib
from collections.abc import Sequence
from typing import Any

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Timeout, connection_from_url
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, TimeoutError
from urllib3.util import parse_url

from bot.patient.messages import BotMessage, NotAnAnswer, from_rasa
from bot.patient.silence import Silence

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 2.0
_PROBE_SECONDS = 1.0
_PAUSE_BEFORE_RETRY = 0.3
_MOST_BYTES = 2_000_000
_JSON = {"Content-Type": "application/json"}


class ChatUnavailable(Exception):
    """Rasa is down, too slow, or sent something that is no answer."""


class _Server:
    """The REST channel at one address, with its open connections.

    Asked directly: a pool for any address takes each one apart at every message, which costs more than sending it.
    """

    def __init__(self, url: str) -> None:
        """Connects to nothing yet."""
        self._pool: HTTPConnectionPool = connection_from_url(url, maxsize=32)
        self._path = f"{parse_url(url).path or ''}/webhooks/rest/"

    def request(self, method: str, name: str, **how: Any) -> BaseHTTPResponse:
        """What the server answers. Raises HTTPError when it does not."""
        return self._pool.urlopen(method, self._path + name, retries=False, redirect=False, **how)


class RasaClient:
    """A client that keeps its connections open. Safe to share between the threads of one process."""

    def __init__(self, urls: Sequence[str], timeout: float) -> None:
        """Take the addresses of Rasa, at least one, and the seconds a whole answer may take."""
        self._urls = tuple(urls)
        self._timeout = timeout
        # Rasa stands on the loopback or in the hospital's own network: a proxy set for the outside world is not for it,
        # and this takes no notice of one.
        self._servers = {url: _Server(url) for url in self._urls}
        self._patience = Timeout(connect=_CONNECT_SECONDS, read=timeout)
        self._silence = Silence(lambda url: self._alive(url, _PROBE_SECONDS))

    def send(self, sender: str, message: str, language: str) -> list[BotMessage]:
        """Rasa's answer to a message.

        Args:
            sender: the conversation's name.
            message: masked text or a known payload.
            language: the language the person uses, for example `nl`.

        Raises:
            ChatUnavailable: when there is no answer that can be shown.
        """
        body = {"sender": sender, "message": message, "metadata": {"language": language}}
        try:
            return from_rasa(self._post_where_it_is_heard(self._in_order_for(sender), body))
        except (HTTPError, ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, NotAnAnswer) else type(error).__name__
            log.warning("no answer from the chat service: %s", reason)
            raise ChatUnavailable(reason) from error

    def alive(self) -> bool:
        """Whether Rasa's REST channel answers, for the health check."""
        return any(self._alive(url, _CONNECT_SECONDS) for url in self._urls)

    def _alive(self, url: str, seconds: float) -> bool:
        try:
            return self._servers[url].request("GET", "", timeout=Timeout(seconds)).status == 200
        except HTTPError:
            return False

    def _in_order_for(self, sender: str) -> tuple[str, ...]:
        """The addresses, first the one this conversation always goes to: its turns then seldom wait for each other."""
        first = zlib.crc32(sender.encode()) % len(self._urls)
        return self._urls[first:] + self._urls[:first]

    def _post_where_it_is_heard(self, urls: Sequence[str], body: dict[str, Any]) -> object:
        """The answer of the first address that takes the message; when none does, of the first after a pause.

        Raises TimeoutError at once when each of them is known to be silent.
        """
        heard = [url for url in urls if not self._silence.broken(url)]
        if not heard:
            raise TimeoutError("no address answers")
        for url in heard:
            try:
                return self._post_once(url, body)
            except HTTPError as error:
                # Refused before anything was sent: only then is sending again certain not to ask twice.
                if not _refused(error):
                    raise
        time.sleep(_PAUSE_BEFORE_RETRY)
        return self._post_once(heard[0], body)

    def _post_once(self, url: str, body: dict[str, Any]) -> object:
        try:
            return self._post(url, body)
        except HTTPError as error:
            # A stopped process takes connections and never answers: the next message asks first whether it is there.
            if _silent(error):
                self._silence.note(url)
            raise

    def _post(self, url: str, body: dict[str, Any]) -> object:
        deadline = time.monotonic() + self._timeout
        reply = self._servers[url].request(
            "POST",
            "webhook",
            body=json.dumps(body).encode("utf-8"),
            headers=_JSON,
            timeout=self._patience,
            preload_content=False,
        )
        try:
            if reply.status != 200:
                raise HTTPError(f"status {reply.status}")
            # The time-out is per read; a server that drips would hold a worker for ever.
            received = bytearray()
            for part in reply.stream(16_384):
                received += part
                if len(received) > _MOST_BYTES or time.monotonic() > deadline:
                    raise TimeoutError("the answer took too long or is too large")
        except BaseException:
            # What is left of the answer must not be taken for the next one.
            reply.close()
            raise
        reply.release_conn()
        return json.loads(received.decode("utf-8"))


def _silent(error: HTTPError) -> bool:
    """Whether nothing came; a refusal, which the library counts as too late, came."""
    return isinstance(error, TimeoutError) and not isinstance(error, NewConnectionError)


def _refused(error: HTTPError) -> bool:
    """Whether nothing was sent."""
    return isinstance(error, (ConnectTimeoutError, NewConnectionError))
