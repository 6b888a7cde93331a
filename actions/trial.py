"""The trial that the pre-screen is about, as staff have set it now, and the sources it names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bot import settings
from bot.database import make_engine
from bot.eligibility.criteria import Trial
from bot.knowledge import files
from bot.knowledge.cache import PublishedContent
from bot.knowledge.schema import Source
from bot.study.current import CurrentStudy


def current_trial() -> Trial:
    """The trial named in the settings, with its present recruitment status."""
    return current_study().trial()


@lru_cache(maxsize=1)
def current_study() -> CurrentStudy:
    """Trial and settings of this action server process."""
    config = settings.load()
    engine = make_engine(config.database_url)
    return CurrentStudy(config.trial_file, engine, words=PublishedContent(engine).words)


@lru_cache(maxsize=1)
def current_sources() -> Mapping[str, Source]:
    """All sources by id."""
    return files.load(settings.load().content).sources
