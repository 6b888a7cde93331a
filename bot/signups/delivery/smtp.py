"""One mail to an SMTP server: TLS verified, time-outs, nothing logged."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from bot.signups.delivery.states import Problem
from bot.signups.delivery.transport import Answer, Failed

_ACCEPTED = 250
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
        try:
            return Answer(self._hand_over(timeout, ssl.create_default_context(cafile=ca_file)), None, b"")
        except smtplib.SMTPRecipientsRefused as refused:
            return Answer(next(iter(refused.recipients.values()))[0], None, b"")
        except smtplib.SMTPResponseException as refused:
            return Answer(refused.smtp_code, None, b"")
        except (ssl.SSLError, smtplib.SMTPNotSupportedError):
            raise Failed(Problem.TLS) from None
        except TimeoutError:
            raise Failed(Problem.TIMEOUT) from None
        except smtplib.SMTPException:
            raise Failed(Problem.GARBLED) from None
        except OSError:
            raise Failed(Problem.UNREACHABLE) from None

    def _hand_over(self, timeout: float, context: ssl.SSLContext) -> int:
        parts = urlsplit(self.server.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=timeout)
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


def on_this_machine(host: str) -> bool:
    """Whether a host name is this very machine, where mail may go without TLS."""
    return host in {"127.0.0.1", "::1", "localhost"}
