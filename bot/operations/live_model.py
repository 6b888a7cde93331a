"""Which model the chat processes of this installation should use, and taking in the one that it starts with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.database import open_database
from bot.knowledge import files, store
from bot.operations import training
from bot.operations.errors import OperatorError
from bot.publishing.candidate import questions_digest
from bot.publishing.models import ModelInfo, ModelStore, NotOurs
from bot.settings import Settings
from bot.signups.encryption import KeyRing

PURPOSE = "models"


@dataclass(frozen=True)
class Expected:
    """What a model must have been made from to fit: everything but content, and the questions that are published."""

    fingerprint: str
    questions: str

    def fits(self, model: ModelInfo | None) -> bool:
        """Whether a model was made from this."""
        return model is not None and (model.fingerprint, model.questions) == (self.fingerprint, self.questions)


def model_store(settings: Settings) -> ModelStore:
    """The models of this installation, with its keys. Raises EncryptionError without keys."""
    return ModelStore(KeyRing(settings.keys).secrets(PURPOSE))


def expected(session: Session, settings: Settings) -> Expected:
    """What the live model should have been made from."""
    return Expected(code(settings), questions_digest(store.published(session)))


@contextmanager
def taken_out(settings: Settings) -> Iterator[Path]:
    """The live model as a file, until the block ends.

    Raises:
        OperatorError: when there is none, or it may not be used.
    """
    engine = open_database(settings)
    try:
        with Session(engine, future=True) as session:
            models = model_store(settings)
            live = models.live(session)
            if live is None:
                raise OperatorError("There is no live model yet: start the installation once with `make run`.")
            file = models.read(session, live.name)
    except NotOurs as error:
        raise OperatorError(str(error)) from error
    finally:
        engine.dispose()
    with tempfile.TemporaryDirectory(prefix="stamcelwijzer-") as folder:
        path = Path(folder) / "live.tar.gz"
        path.write_bytes(file)
        yield path


@lru_cache(maxsize=4)
def code(settings: Settings) -> str:
    """The fingerprint of everything but content, as it was when this process first asked: it runs that code."""
    return training.fingerprint_but_content(settings)


def adopt(session: Session, settings: Settings, now: datetime) -> bool:
    """Take in the model that `train` made, when the live one does not fit and this one does better.

    That is: when it fits wholly, or the live one was made by another version of the code or cannot be handed out. A
    model that fits the code but not all published questions serves until the worker has trained one that does.

    Returns:
        Whether it is live now.
    """
    models, wanted = model_store(settings), expected(session, settings)
    live = models.live(session)
    if live is not None:
        try:
            models.read(session, live.name)
        except NotOurs:
            live = None
    if wanted.fits(live) or not training.is_fresh(settings):
        return False
    own = questions_digest(files.load(settings.content))
    if live is not None and live.fingerprint == wanted.fingerprint and own != wanted.questions:
        return False
    file = training.model_file(settings).read_bytes()
    try:
        with session.begin_nested():
            models.make_live(session, models.add(session, file, wanted.fingerprint, own, now), now)
    except IntegrityError:
        # Another machine that starts at this moment was first.
        return False
    return True
