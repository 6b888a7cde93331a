"""The trial as it is now, for a running process: its file with what staff set and wrote, a second old at most."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.eligibility.criteria import Trial
from bot.eligibility.trial_file import TrialFileError, load_trial
from bot.eligibility.wording import reworded
from bot.study import expectation, store
from bot.study.expectation import Expectation
from bot.study.values import StudyState, applied

logger = logging.getLogger(__name__)


class CurrentStudy:
    """Gives trial and settings. One per process; safe to use from several threads.

    Without the database the last known settings count; before any were read, the file alone.
    """

    def __init__(
        self,
        trial_file: Path,
        engine: Engine,
        interval: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        words: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """Connects to nothing and reads nothing yet.

        Args:
            trial_file: the trial, with the status that counts until staff set another.
            engine: the database that holds the settings.
            interval: seconds between two looks at the database.
            clock: seconds that only go up.
            words: gives what editors published for texts of the trial, by name (`bot.eligibility.wording`).
        """
        self._path = trial_file
        self._engine = engine
        self._interval = interval
        self._clock = clock
        self._words = words
        self._said: Mapping[str, str] = {}
        self._trial: Trial | None = None
        self._lock = threading.Lock()
        self._file: tuple[int, Trial] | None = None
        self._state = StudyState()
        self._expectation: Expectation | None = None
        self._mark: store.Mark | None = None
        self._looked_at: float | None = None

    def trial(self) -> Trial:
        """The trial with its present recruitment status.

        Raises:
            TrialFileError: when the file never could be used. Once it could, a broken change of it does not count.
        """
        with self._lock:
            trial = self._from_file()
            self._look(trial.id)
            if self._trial is None:
                self._trial = applied(reworded(trial, self._said), self._state)
            return self._trial

    def state(self) -> StudyState:
        """The present settings. Raises TrialFileError as `trial`."""
        self.trial()
        return self._state

    def expectation(self) -> Expectation | None:
        """What somebody who signs up now may expect to wait, or None. Raises TrialFileError as `trial`."""
        self.trial()
        return self._expectation

    def _from_file(self) -> Trial:
        try:
            changed = self._path.stat().st_mtime_ns
        except OSError:
            changed = -1
        if self._file is None:
            self._file = (changed, load_trial(self._path))
            self._trial = None
        elif self._file[0] != changed:
            self._trial = None
            try:
                self._file = (changed, load_trial(self._path))
            except TrialFileError as problem:
                # People are in the middle of its questions: they go on with what was good.
                logger.error("%s The trial as it was before counts.", problem)
                self._file = (changed, self._file[1])
        return self._file[1]

    def _look(self, trial_id: str) -> None:
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at < self._interval:
            return
        self._looked_at = now
        words = self._words()
        if words != self._said:
            self._said, self._trial = words, None
        try:
            with Session(self._engine, future=True) as session:
                mark = store.mark(session)
                if mark != self._mark:
                    self._trial = None
                    self._state, self._mark = store.state(session, trial_id), mark
                self._expectation = expectation.load(session, trial_id)
        except SQLAlchemyError as error:
            logger.warning("study settings out of reach, the last known count: %s", type(error).__name__)
