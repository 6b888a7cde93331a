"""REDCap: the sign-up as one flat record of a project, under its code as record id. See docs/delivery.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from bot.signups.delivery import answers
from bot.signups.delivery.answers import Outcome
from bot.signups.delivery.content import Content, ErasureNotice, FullContent, WithdrawalNotice
from bot.signups.delivery.signature import KEY_HEADER
from bot.signups.delivery.states import EVERY_KIND, Delivery, Kind, Problem
from bot.signups.delivery.transport import Answer, Request

NAME = "redcap"
RECORD_ID = "record_id"


@dataclass(frozen=True)
class RedCap:
    """The API of a REDCap project."""

    url: str
    token: str = field(repr=False)
    name: str = NAME
    kinds: frozenset[Kind] = EVERY_KIND

    def request(self, content: Content, delivery: Delivery, now: datetime) -> Request:
        """The request for a delivery. Its record id makes a repeat the same record."""
        form = {"token": self.token, "content": "record", "returnFormat": "json"}
        if isinstance(content, ErasureNotice):
            form |= {"action": "delete", "records[0]": content.code}
        else:
            form |= {
                "action": "import",
                "format": "json",
                "type": "flat",
                # A value that was taken away has to go there too.
                "overwriteBehavior": "overwrite",
                "forceAutoNumber": "false",
                "dateFormat": "YMD",
                "returnContent": "count",
                "data": json.dumps([record(content)], ensure_ascii=False),
            }
        headers = {"Content-Type": "application/x-www-form-urlencoded", KEY_HEADER: delivery.key}
        return Request(self.url, headers, urlencode(form).encode("ascii"))

    def outcome(self, answer: Answer, content: Content) -> Outcome:
        """What the answer means: REDCap counts the records it took."""
        if isinstance(content, ErasureNotice) and answer.status == 400 and b"not exist" in answer.body:
            return answers.DONE
        general = answers.meaning(answer)
        if general is not answers.DONE:
            return general
        return answers.DONE if _count(answer.body) == 1 else answers.again(Problem.GARBLED)


def _count(body: bytes) -> int | None:
    """How many records an answer tells of: `{"count": 1}` after an import, `1` after a deletion."""
    try:
        told = json.loads(body)
        return int(told["count"] if isinstance(told, dict) else told)
    except (ValueError, TypeError, KeyError):
        return None


def record(content: FullContent | WithdrawalNotice) -> Mapping[str, str]:
    """The record. After a withdrawal it only tells that; what the project has already stays as it is."""
    shared = {
        RECORD_ID: content.code,
        "sw_trial": content.trial,
        "sw_state": content.state.value,
        "sw_state_since": _moment(content.state_since),
        "sw_submitted_at": _moment(content.submitted_at),
    }
    if isinstance(content, WithdrawalNotice):
        return {**shared, "sw_consent_call": "0", "sw_consent_records": "0", "sw_withdrawn": "1"}
    treating = content.treating
    return {
        **shared,
        "sw_consent_call": "1",
        "sw_consent_records": "1" if treating else "0",
        "sw_withdrawn": "0",
        "sw_verdict": content.verdict.value,
        "sw_language": content.language,
        "sw_name": content.name,
        "sw_birth_date": content.date_of_birth.isoformat(),
        "sw_phone": content.reach.phone,
        "sw_email": content.reach.email,
        "sw_call_how": content.reach.call_how,
        "sw_call_when": content.reach.call_when,
        "sw_neurologist": treating.neurologist if treating else "",
        "sw_hospital": treating.hospital if treating else "",
        **_answers(content),
    }


def _answers(content: FullContent) -> Mapping[str, str]:
    columns: dict[str, str] = {}
    for criterion, given in content.answers.items():
        columns[f"sw_{criterion}"] = given.option
        columns[f"sw_{criterion}_outcome"] = given.outcome.value
    return columns


def _moment(value: datetime) -> str:
    """In UTC, as REDCap's `datetime_seconds_ymd` wants it."""
    return f"{value:%Y-%m-%d %H:%M:%S}"
