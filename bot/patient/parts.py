"""The parts one site process works with, made once by the factory and handed to every view."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy.engine import Engine

from bot.funnel.counters import Counters
from bot.patient.library import Library
from bot.patient.rasa_client import RasaClient
from bot.patient.tokens import ConversationTokens
from bot.patient.transcript import Transcript
from bot.settings import Settings
from bot.signups.encryption import KeyRing

PARTS = "stamcelwijzer"


@dataclass(frozen=True)
class Parts:
    """Everything a view may need. Nothing in it holds state that another process would miss."""

    settings: Settings
    engine: Engine
    ring: KeyRing
    tokens: ConversationTokens
    rasa: RasaClient
    transcript: Transcript
    library: Library
    counters: Counters


def install(app: object, parts: Parts) -> None:
    """Give an application its parts."""
    app.extensions[PARTS] = parts  # type: ignore[attr-defined]


def parts() -> Parts:
    """The parts of the application that handles this request."""
    found: Parts = current_app.extensions[PARTS]
    return found
