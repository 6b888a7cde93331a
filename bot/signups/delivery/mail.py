"""The confirmation to the person by e-mail: the code and where to use it, nothing about health."""

from __future__ import annotations

import email.utils
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.signups.delivery import answers, smtp
from bot.signups.delivery.answers import Outcome, again, give_up
from bot.signups.delivery.content import Content, FullContent
from bot.signups.delivery.smtp import Letter
from bot.signups.delivery.states import Delivery, Kind, NothingToTell, Problem
from bot.signups.delivery.transport import Answer

NAME = "mail"
_TEXTS = Path(__file__).with_name("mail_texts.yml")
_DEFAULT_LANGUAGE = "nl"
_WHO_ARE_YOU = {530, 534, 535, 538}


@dataclass(frozen=True)
class Confirmation:
    """Where the mail leaves, and what it points to.

    Attributes:
        sender: address in `From`.
        site_url: the patients' site.
    """

    server: smtp.Server = field(repr=False)
    sender: str
    site_url: str
    name: str = NAME
    # Sent once: later changes are on the person's own page.
    kinds: frozenset[Kind] = frozenset({Kind.SUBMITTED})

    def request(self, content: Content, delivery: Delivery, now: datetime) -> Letter:
        """The mail for a delivery.

        Raises:
            NothingToTell: when the person gave no address, or has withdrawn.
        """
        if not isinstance(content, FullContent) or not content.reach.email:
            raise NothingToTell
        texts = _texts().get(content.language) or _texts()[_DEFAULT_LANGUAGE]
        message = EmailMessage()
        message["Subject"] = texts["subject"]
        message["From"] = self.sender
        message["To"] = content.reach.email
        message["Date"] = email.utils.format_datetime(now)
        # The same at every attempt: most mail systems show a repeat once.
        message["Message-ID"] = f"<{delivery.key}@{self.sender.rpartition('@')[2]}>"
        # No automatic answers, please: nobody reads them.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(texts["body"].format(code=content.code, address=self.site_url + texts["own_page"]))
        # After the content, which takes such headers away.
        message["Content-Language"] = content.language if content.language in _texts() else _DEFAULT_LANGUAGE
        return Letter(self.server, message)

    def outcome(self, answer: Answer, content: Content) -> Outcome:
        """What a reply code of SMTP means (RFC 5321: 4yz try again, 5yz do not)."""
        if 200 <= answer.status < 300:
            return answers.DONE
        if answer.status in _WHO_ARE_YOU:
            return give_up(Problem.NOT_ALLOWED)
        return again(Problem.TOO_BUSY) if 400 <= answer.status < 500 else give_up(Problem.REFUSED)


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(_TEXTS.read_text(encoding="utf-8"))
    return found
