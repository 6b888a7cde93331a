"""The trial that the pre-screen is about and the sources it names, read once for each action server process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bot import settings
from bot.eligibility.criteria import Trial
from bot.eligibility.trial_file import load_trial
from bot.knowledge import files
from bot.knowledge.schema import Source


@lru_cache(maxsize=1)
def current_trial() -> Trial:
    """The trial named in the settings."""
    return load_trial(settings.load().trial_file)


@lru_cache(maxsize=1)
def current_sources() -> Mapping[str, Source]:
    """All sources by id."""
    return files.load(settings.load().content).sources
