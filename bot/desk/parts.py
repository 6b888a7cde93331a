"""The parts one desk process works with, made once by the factory and handed to every view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask, current_app
from sqlalchemy.engine import Engine

from bot.eligibility.criteria import Trial
from bot.knowledge.cache import ContentUnavailable, PublishedContent
from bot.knowledge.schema import Content
from bot.settings import Settings
from bot.study.current import CurrentStudy

PARTS = "desk"


def real_time() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Parts:
    """Everything a view may need. `clock` is a part so that tests can let time pass."""

    settings: Settings
    engine: Engine
    clock: Callable[[], datetime] = real_time
    study: CurrentStudy = field(init=False)
    content: PublishedContent = field(init=False)

    def __post_init__(self) -> None:
        # Looks at every use: whoever changes a setting sees the change on the next page.
        content = PublishedContent(self.engine, interval=0.0)
        study = CurrentStudy(self.settings.trial_file, self.engine, interval=0.0, words=content.words)
        object.__setattr__(self, "content", content)
        object.__setattr__(self, "study", study)

    def published(self) -> Content | None:
        """The published content, or None while there is none."""
        try:
            return self.content.get()
        except ContentUnavailable:
            return None

    def trial(self, trial_id: str) -> Trial | None:
        """The trial with this id, or None when it is not the one that is set up. Raises TrialFileError."""
        trial = self.study.trial()
        return trial if trial.id == trial_id else None


def install(app: Flask, parts: Parts) -> None:
    """Give an application its parts."""
    app.extensions[PARTS] = parts


def parts() -> Parts:
    """The parts of the application that handles this request."""
    found: Parts = current_app.extensions[PARTS]
    return found


def now() -> datetime:
    """The moment it is, for this application."""
    return parts().clock()
