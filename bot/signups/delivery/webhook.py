"""The webhook: the sign-up as signed JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.signups.delivery import answers, signature
from bot.signups.delivery.answers import Outcome
from bot.signups.delivery.content import Content, ErasureNotice, FullContent, WithdrawalNotice
from bot.signups.delivery.states import EVERY_KIND, Delivery, Kind
from bot.signups.delivery.transport import Answer, Request

NAME = "webhook"


@dataclass(frozen=True)
class Webhook:
    """Where to post signed JSON."""

    url: str
    secret: str = field(repr=False)
    name: str = NAME
    kinds: frozenset[Kind] = EVERY_KIND

    def request(self, content: Content, delivery: Delivery, now: datetime) -> Request:
        """The request for a delivery."""
        body = json.dumps(message(content, delivery), ensure_ascii=False, sort_keys=True).encode("utf-8")
        timestamp = int(now.timestamp())
        headers = {
            "Content-Type": "application/json",
            signature.KEY_HEADER: delivery.key,
            signature.TIMESTAMP_HEADER: str(timestamp),
            signature.SIGNATURE_HEADER: signature.sign(self.secret, timestamp, body),
        }
        return Request(self.url, headers, body)

    def outcome(self, answer: Answer, content: Content) -> Outcome:
        """What the answer means. 409 tells that the key was seen before: it is there already."""
        return answers.DONE if answer.status == 409 else answers.meaning(answer)


def message(content: Content, delivery: Delivery) -> Mapping[str, Any]:
    """The body. The same delivery gives the same body at every attempt."""
    head = {"id": delivery.key, "occurred_at": delivery.at.isoformat()}
    if isinstance(content, ErasureNotice):
        return {**head, "type": "signup.erased", "signup": {"code": content.code, "trial": content.trial}}
    shared = {
        "code": content.code,
        "trial": content.trial,
        "state": content.state.value,
        "state_since": content.state_since.isoformat(),
        "submitted_at": content.submitted_at.isoformat(),
    }
    if isinstance(content, WithdrawalNotice):
        consents = {"call": False, "records": False}
        return {**head, "type": "signup.withdrawn", "signup": {**shared, "consents": consents}}
    kind = Kind.SUBMITTED if delivery.kind is Kind.SUBMITTED else Kind.CHANGED
    return {**head, "type": f"signup.{kind.value}", "signup": {**shared, **_personal(content)}}


def _personal(content: FullContent) -> Mapping[str, Any]:
    return {
        "language": content.language,
        "verdict": content.verdict.value,
        "answers": {
            criterion: {"option": given.option, "outcome": given.outcome.value}
            for criterion, given in content.answers.items()
        },
        "consents": {"call": True, "records": content.consent_records},
        "person": {"name": content.name, "date_of_birth": content.date_of_birth.isoformat()},
        "contact": dict(vars(content.reach)),
        "treating": dict(vars(content.treating)) if content.treating else None,
    }
