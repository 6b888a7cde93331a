"""Models in the database: one is live, and only what was signed here is handed out."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.publishing.models import KEPT, ModelStore, NotOurs
from bot.publishing.tables import ModelRecord
from tests.unit.publishing.times import LATER, NOW

STORE = ModelStore([b"new" * 11, b"old" * 11])


def test_the_live_model_is_handed_out_as_it_was_taken_in(session: Session) -> None:
    first = STORE.add(session, b"first", "code", "questions", NOW)
    assert STORE.live(session) is None
    assert STORE.live_name(session) is None
    STORE.make_live(session, first, NOW)
    second = STORE.add(session, b"second", "code", "others", LATER, job=3)
    STORE.make_live(session, second, LATER)
    live = STORE.live(session)
    assert STORE.live_name(session) == second
    assert live is not None
    assert (live.name, live.questions, live.job, live.live_since) == (second, "others", 3, LATER)
    assert STORE.read(session, second) == b"second"
    assert STORE.read(session, first) == b"first"


@pytest.mark.parametrize("harm", ["content", "signature", "stranger"])
def test_a_model_that_was_not_made_here_is_not_handed_out(session: Session, harm: str) -> None:
    store = ModelStore([b"of another installation"]) if harm == "stranger" else STORE
    name = store.add(session, b"a model", "code", "questions", NOW)
    row = session.get(ModelRecord, name)
    if harm == "content":
        row.file = b"a planted model"
    elif harm == "signature":
        row.signature = "0" * 64
    session.flush()
    with pytest.raises(NotOurs):
        STORE.read(session, name)
    with pytest.raises(NotOurs):
        STORE.make_live(session, name, NOW)


def test_a_key_that_was_replaced_still_vouches_until_signed_anew(session: Session) -> None:
    old, new = ModelStore([b"old" * 11]), ModelStore([b"new" * 11])
    name = old.add(session, b"a model", "code", "questions", NOW)
    assert STORE.read(session, name) == b"a model"
    assert STORE.sign_anew(session) == 1
    assert new.read(session, name) == b"a model"
    with pytest.raises(NotOurs):
        old.read(session, name)


def test_old_models_are_cleared_and_the_live_one_never(session: Session) -> None:
    live = STORE.add(session, b"live", "code", "questions", NOW)
    STORE.make_live(session, live, NOW)
    names = [STORE.add(session, f"model {number}".encode(), "code", "q", LATER) for number in range(KEPT + 2)]
    assert STORE.read(session, live) == b"live"
    assert sum(STORE.find(session, name) is not None for name in names) == KEPT
