"""Talks to Rasa's REST channel. Whatever goes wrong there becomes one exception that the site can handle."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from bot.patient.messages import BotMessage, NotAnAnswer, from_rasa

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 2.0
_PAUSE_BEFORE_RETRY = 0.3
_MOST_BYTES = 2_000_000


class ChatUnavailable(Exception):
    """Rasa is down, too slow, or sent something that is no answer."""


class RasaClient:
    """A client that keeps its connections open. Safe to share between the threads of one process."""

    def __init__(self, url: str, timeout: float) -> None:
        """Take Rasa's address and the seconds a whole answer may take."""
        self._url = url
        self._timeout = timeout
        self._http = requests.Session()
        # Rasa stands on the loopback or in the hospital's own network: a proxy set for the outside world is not for it.
        self._http.trust_env = False
        adapter = HTTPAdapter(pool_connections=4, pool_maxsize=32)
        self._http.mount("http://", adapter)
        self._http.mount("https://", adapter)

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
            try:
                items = self._post(body)
            except requests.ConnectionError as error:
                # Refused before anything was sent: only then is sending again certain not to ask twice.
                if not _refused(error):
                    raise
                time.sleep(_PAUSE_BEFORE_RETRY)
                items = self._post(body)
            return from_rasa(items)
        except (requests.RequestException, ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, NotAnAnswer) else type(error).__name__
            log.warning("no answer from the chat service: %s", reason)
            raise ChatUnavailable(reason) from error

    def alive(self) -> bool:
        """Whether Rasa's REST channel answers, for the health check."""
        try:
            reply = self._http.get(f"{self._url}/webhooks/rest/", timeout=_CONNECT_SECONDS, allow_redirects=False)
            return reply.status_code == 200
        except requests.RequestException:
            return False

    def _post(self, body: dict[str, Any]) -> object:
        deadline = time.monotonic() + self._timeout
        with self._http.post(
            f"{self._url}/webhooks/rest/webhook",
            json=body,
            timeout=(_CONNECT_SECONDS, self._timeout),
            stream=True,
            allow_redirects=False,
        ) as reply:
            if reply.status_code != 200:
                raise requests.HTTPError(f"status {reply.status_code}")
            # The time-out of requests is per read; a server that drips would hold a worker for ever.
            received = bytearray()
            for part in reply.iter_content(16_384):
                received += part
                if len(received) > _MOST_BYTES or time.monotonic() > deadline:
                    raise requests.Timeout("the answer took too long or is too large")
        return json.loads(received.decode("utf-8"))


def _refused(error: requests.ConnectionError) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)
