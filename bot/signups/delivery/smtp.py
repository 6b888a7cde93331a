"""One mail to an SMTP server: TLS verified, time-outs, nothing logged."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from bot.signups.delivery.limit import Limit, limited
from bot.signups.delivery.states import Problem
from bot.signups.delivery.transport import Answer, Failed

_ACCEPTED = 250
_LEAST_CODE = 200
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class Server:
    """A mail server.

    Attributes:
        url: `smtps://host` for TLS from the start, `smtp://host` for STARTTLS, which is then demanded; without TLS only
            on this machine.
    """

    url: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Letter:
    """A mail and the server that takes it."""

    server: Server
    message: EmailMessage

    def send(self, timeout: float, ca_file: Path | None = None) -> Answer:
        """Hand the mail to the server; the answer's status is SMTP's reply code.

        Raises:
            Failed: when there is no answer that can be used.
        """
        with limited(timeout) as limit:
            try:
                code = self._hand_over(timeout, ssl.create_default_context(cafile=ca_file), limit)
            except smtplib.SMTPRecipientsRefused as refused:
                code = next(iter(refused.recipients.values()))[0]
            except smtplib.SMTPResponseException as refused:
                code = refused.smtp_code
            except (ssl.SSLError, smtplib.SMTPNotSupportedError):
                raise Failed(Problem.TIMEOUT if limit.passed else Problem.TLS) from None
            except TimeoutError:
                raise Failed(Problem.TIMEOUT) from None
            except smtplib.SMTPException:
                raise Failed(Problem.TIMEOUT if limit.passed else Problem.GARBLED) from None
            except OSError:
                raise Failed(Problem.TIMEOUT if limit.passed else Problem.UNREACHABLE) from None
        # A reply that was cut off has a code of its own making.
        if code < _LEAST_CODE:
            raise Failed(Problem.TIMEOUT if limit.passed else Problem.GARBLED)
        return Answer(code, None, b"")

    def _hand_over(self, timeout: float, context: ssl.SSLContext, limit: Limit) -> int:
        parts = urlsplit(self.server.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        server = _Watched(limit, context if parts.scheme == "smtps" else None, host, port, timeout=timeout)
        try:
            server.ehlo()
            if parts.scheme == "smtp" and (server.has_extn("starttls") or not on_this_machine(host)):
                server.starttls(context=context)
            if self.server.user:
                server.login(self.server.user, self.server.password)
            server.send_message(self.message)
            return _ACCEPTED
        finally:
            # Once the mail is accepted, a server that does not say goodbye is no reason to send it again.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()


class _Watched(smtplib.SMTP):
    """A connection under a limit from its first byte on, with TLS from the start where a context is given."""

    def __init__(self, limit: Limit, context: ssl.SSLContext | None, host: str, port: int, timeout: float) -> None:
        # The base class connects at once.
        self._limit, self._context = limit, context
        super().__init__(host, port, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self._limit.keep(made)
        return self._context.wrap_socket(made, server_hostname=host) if self._context else made


def on_this_machine(host: str) -> bool:
    """Whether a host name is this very machine, where mail may go without TLS."""
    return host in {"127.0.0.1", "::1", "localhost"}
