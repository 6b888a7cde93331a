"""The published content for a running process: read when it changed, kept through an outage of the database."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.knowledge import store, wording
from bot.knowledge.schema import Content, Text

logger = logging.getLogger(__name__)


class ContentUnavailable(Exception):  # noqa: N818 - says the state, as in "except ContentUnavailable"
    """There is no content: the database cannot be read, or nothing was imported. The message says what to do."""


class PublishedContent:
    """Gives the published content, at most a second old. One per process; safe to use from several threads."""

    def __init__(self, engine: Engine, interval: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Connects to nothing yet.

        Args:
            engine: the database that holds the content.
            interval: seconds between two looks at the database.
            clock: seconds that only go up.
        """
        self._engine = engine
        self._interval = interval
        self._clock = clock
        self._lock = threading.Lock()
        self._content: Content | None = None
        self._revision = -1
        self._looked_at: float | None = None

    def get(self) -> Content:
        """The content.

        Raises:
            ContentUnavailable: when it could never be read. Once it was, an outage serves the last known content.
        """
        content = self._content
        # Threads that have content do not wait for the one that looks whether there is newer.
        if self._lock.acquire(blocking=content is None):
            try:
                self._look()
                content = self._content
            finally:
                self._lock.release()
        if content is None:
            raise ContentUnavailable("There is no published content. Run: stamcelwijzer faq import")
        return content

    def words(self) -> Mapping[str, str]:
        """The words published for texts of a trial, as `wording.words_of`; none while there is no content."""
        return wording.words_of(self.texts())

    def texts(self) -> Mapping[str, Text]:
        """The texts that are published in other words, the same mapping until that changes; none without content."""
        try:
            return self.get().texts
        except ContentUnavailable:
            return {}

    def look_again(self) -> None:
        """Let the next `get` look at the database, however short ago the last look was."""
        self._looked_at = None

    @property
    def revision(self) -> int:
        """The revision of the content that `get` gave last; -1 before the first."""
        return self._revision

    def _look(self) -> None:
        now = self._clock()
        if self._content is not None and self._looked_at is not None and now - self._looked_at < self._interval:
            return
        self._looked_at = now
        try:
            with Session(self._engine, future=True) as session:
                # The number first: content that changes in between is then read again at the next look.
                number = store.revision(session)
                if number == self._revision:
                    return
                content = store.published(session)
        except SQLAlchemyError as error:
            if self._content is None:
                raise ContentUnavailable(
                    "The database with the content cannot be read. Look at STAMCELWIJZER_DATABASE_URL, and run the "
                    "migrations if it is new."
                ) from error
            logger.warning(
                "Content database out of reach, serving revision %s: %s", self._revision, type(error).__name__
            )
            return
        if content.topics:
            self._content, self._revision = content, number
