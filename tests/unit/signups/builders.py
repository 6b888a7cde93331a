"""Builders of hand-overs and details, named after what they are."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import Any

from bot.signups.handover import Handover
from bot.signups.records import IntakeDetails

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BORN = date(1985, 4, 3)
CRITERIA = (
    "ms_type",
    "medication",
    "recent_activity",
    "second_line",
    "age",
    "walking",
    "randomisation",
    "test_results",
)


def answers(**outcomes: str) -> dict[str, dict[str, str]]:
    """Answers that meet every criterion, but for the outcomes given."""
    options = {"met": "yes", "not_met": "no", "unknown": "unknown"}
    return {
        criterion: {
            "option": options[outcomes.get(criterion, "met")],
            "outcome": outcomes.get(criterion, "met"),
            "words": f"eigen woorden over {criterion}",
        }
        for criterion in CRITERIA
    }


def handover(**changes: Any) -> Handover:
    values: dict[str, Any] = {
        "id": secrets.token_hex(16),
        "trial": "ram-ms",
        "answers": answers(),
        "language": "nl",
        "conversation": "gesprek-4711",
        "created_at": NOW,
    }
    return Handover(**{**values, **changes})


def details(**changes: Any) -> IntakeDetails:
    values: dict[str, Any] = {
        "name": "Voorbeeld Testpersoon",
        "date_of_birth": BORN,
        "phone": "+31612345678",
        "email": "voorbeeld@example.org",
        "call_how": "call",
        "call_when": "dinsdag na de lunch",
        "neurologist": "dokter Proefkonijn",
        "hospital": "Ziekenhuis Nergenshuizen",
        "consent_call": True,
        "consent_records": True,
    }
    return IntakeDetails(**{**values, **changes})
