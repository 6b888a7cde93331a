"""How long each kind of data is kept: one table for the worker, the privacy page and the documents.

The words are in `terms.yml`. Every database table belongs to one kind; a test fails when a new one belongs to none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.settings import Settings

_WORDS = Path(__file__).with_name("terms.yml")
_DEFAULT_LANGUAGE = "nl"
# Long enough for somebody who was ill when the session ended.
DRAFT_DAYS = 7
CALLBACK_DAYS = 30
RATING_DAYS = 365
# Long enough to see what comes back, and to write and review an answer.
ASKED_DAYS = 180


@dataclass(frozen=True)
class Kind:
    """One kind of data.

    Attributes:
        id: its name, also in `terms.yml`.
        tables: database tables it is stored in.
        days: after how many days it is deleted, by the settings; None when it does not go by itself.
        about_patients: whether it says something about patients, so that the privacy page tells it.
    """

    id: str
    tables: tuple[str, ...]
    days: Callable[[Settings], int | None] = lambda _settings: None
    about_patients: bool = True


@dataclass(frozen=True)
class Term:
    """A kind of data in words: what it is, where it is stored, until when."""

    kind: Kind
    what: str
    where: str
    until: str


_CONTENT = (
    *("content_versions", "content_state", "content_drafts", "content_draft_saves", "content_autosaves"),
    *("content_events", "training_jobs", "models", "study_settings", "study_confirmations", "letter_versions"),
    *("capacity_slots", "waiting_expectations"),
)
KINDS: tuple[Kind, ...] = (
    Kind("conversations", ("conversation_messages", "events"), lambda settings: settings.retention_days),
    # With what the hospital's systems still have to hear about them.
    Kind(
        "signups",
        (
            "signups",
            "signup_events",
            "signup_notes",
            "signup_name_tokens",
            "delivery_outbox",
            "deliveries",
            "capacity_plans",
        ),
        lambda settings: settings.signup_retention_days,
    ),
    Kind("drafts", ("drafts",), lambda _settings: DRAFT_DAYS),
    Kind("callbacks", ("callbacks",), lambda _settings: CALLBACK_DAYS),
    Kind("ratings", ("answer_ratings",), lambda _settings: RATING_DAYS),
    Kind("asked", ("asked_questions",), lambda _settings: ASKED_DAYS),
    Kind("audit", ("audit_trail", "audit_head")),
    Kind("logs", (), lambda settings: settings.log_days),
    Kind("counts", ("daily_counts",)),
    Kind("staff", ("staff",), about_patients=False),
    Kind("content", _CONTENT, about_patients=False),
)


def terms(settings: Settings, language: str = _DEFAULT_LANGUAGE) -> list[Term]:
    """Every kind of data with its term in words."""
    return [_told(kind, settings, language) for kind in KINDS]


def as_markdown(settings: Settings) -> str:
    """The table for the documents."""
    lines = ["| wat | waar | tot wanneer |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {term.what} | {term.where} | {term.until} |" for term in terms(settings))])


def _told(kind: Kind, settings: Settings, language: str) -> Term:
    words = _words().get(language, {}).get(kind.id) or _words()[_DEFAULT_LANGUAGE][kind.id]
    return Term(kind, words["what"], words["where"], words["until"].format(days=kind.days(settings)))


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    return dict(yaml.safe_load(_WORDS.read_text(encoding="utf-8")))
