"""The trained models of an installation, in its database: which one is live, and that nothing else is handed out.

A model is code that chat processes load. So each is signed with a key of the installation when it is made, and none is
handed out whose content or signature differs: who can write in the database but has no key cannot plant one.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.publishing.tables import ModelRecord

# Models that are not live and are kept: to look at why one failed, or to try a draft.
KEPT = 3


class NotOurs(Exception):
    """A model is missing, damaged or not signed by this installation. The message says what to do."""


@dataclass(frozen=True)
class ModelInfo:
    """A model.

    Attributes:
        name: digest of its file.
        fingerprint: of the code, domain and rules it was trained by.
        questions: of what it learnt from the content, see `candidate.questions_digest`.
        made_at: when.
        job: the training that made it; None for one that came with the installation.
        live_since: when it went live; None when it is not.
        answers: what it makes of the gate's questions, to compare a next model with; None when not asked yet.
    """

    name: str
    fingerprint: str
    questions: str
    made_at: datetime
    job: int | None
    live_since: datetime | None
    answers: Mapping[str, Any] | None


class ModelStore:
    """The models of one installation."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        """Take the keys to sign with, newest first."""
        self._secrets = tuple(secrets)

    def add(
        self,
        session: Session,
        file: bytes,
        fingerprint: str,
        questions: str,
        now: datetime,
        *,
        job: int | None = None,
        answers: Mapping[str, Any] | None = None,
    ) -> str:
        """Take in a model and sign it; returns its name. The oldest that are not live are cleared."""
        name = sha256(file).hexdigest()
        row = session.get(ModelRecord, name) or ModelRecord(sha256=name, live=False)
        row.signature = _signature(self._secrets[0], name)
        row.fingerprint, row.questions, row.file, row.made_at, row.job = fingerprint, questions, file, now, job
        row.answers = dict(answers) if answers is not None else None
        session.add(row)
        session.flush()
        spare = select(ModelRecord).where(ModelRecord.live.is_(False)).order_by(ModelRecord.made_at.desc())
        for old in list(session.execute(spare).scalars())[KEPT:]:
            session.delete(old)
        return name

    def make_live(self, session: Session, name: str, now: datetime) -> None:
        """Let chat processes use this model from now on.

        Raises:
            NotOurs: when it cannot be handed out.
        """
        self.read(session, name)
        for row in session.execute(select(ModelRecord).where(ModelRecord.live)).scalars():
            row.live, row.live_since = False, None
        session.flush()
        row = session.get(ModelRecord, name)
        row.live, row.live_since = True, now
        session.flush()

    def live(self, session: Session) -> ModelInfo | None:
        """The model in use, or None before the first."""
        row = session.execute(select(ModelRecord).where(ModelRecord.live)).scalar()
        return _info(row) if row is not None else None

    def live_name(self, session: Session) -> str | None:
        """The name of the model in use, without reading what goes with it: chat processes ask all the time."""
        found = session.execute(select(ModelRecord.sha256).where(ModelRecord.live)).scalar()
        return str(found) if found is not None else None

    def find(self, session: Session, name: str) -> ModelInfo | None:
        """A model by name, or None."""
        row = session.get(ModelRecord, name)
        return _info(row) if row is not None else None

    def keep_answers(self, session: Session, name: str, answers: Mapping[str, Any]) -> None:
        """Remember what a model makes of the gate's questions."""
        row = session.get(ModelRecord, name)
        if row is not None:
            row.answers = dict(answers)

    def read(self, session: Session, name: str) -> bytes:
        """The file of a model, verified.

        Raises:
            NotOurs: when there is no such model, its content changed, or it was not signed here.
        """
        row = session.get(ModelRecord, name)
        if row is None:
            raise NotOurs(f"There is no model {name[:12]}: start the installation again.")
        file = bytes(row.file)
        if sha256(file).hexdigest() != name or not self._is_signed(row):
            raise NotOurs(
                f"Model {name[:12]} is not as it was made here and is not used: start the installation again."
            )
        return file

    def sign_anew(self, session: Session) -> int:
        """Sign with the newest key what any key of the installation signed; returns how many."""
        ours = [row for row in session.execute(select(ModelRecord)).scalars() if self._is_signed(row)]
        for row in ours:
            row.signature = _signature(self._secrets[0], row.sha256)
        return len(ours)

    def _is_signed(self, row: ModelRecord) -> bool:
        return any(hmac.compare_digest(_signature(secret, row.sha256), row.signature) for secret in self._secrets)


def _signature(secret: bytes, name: str) -> str:
    return hmac.new(secret, name.encode("ascii"), sha256).hexdigest()


def _info(row: ModelRecord) -> ModelInfo:
    return ModelInfo(row.sha256, row.fingerprint, row.questions, row.made_at, row.job, row.live_since, row.answers)
